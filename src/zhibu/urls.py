"""Every address of the platform."""

from django.urls import include, path

from zhibu.kernel.console.urls import patterns

urlpatterns = [
    path("do/", include("zhibu.kernel.actions.urls")),
    path("jobs/", include("zhibu.kernel.jobs.urls")),
    path("imports/", include("zhibu.kernel.imports.urls")),
    path("files/", include("zhibu.kernel.files.urls")),
    path("print/", include("zhibu.kernel.documents.urls")),
    path("rules/", include("zhibu.kernel.rules.urls")),
    path("retention/", include("zhibu.kernel.retention.urls")),
    path("calendar/", include("zhibu.kernel.calendar.urls")),
    path("handbook/", include("zhibu.kernel.handbook.urls")),
    path("ui/", include("zhibu.kernel.ui.urls")),
    path("", include("zhibu.apps.accounts.urls")),
    path("", include("zhibu.apps.cards.urls")),
    path("", include("zhibu.apps.organizations.urls")),
    path("", include("zhibu.apps.people.urls")),
    path("", include("zhibu.apps.notices.urls")),
    path("", include("zhibu.apps.custody.urls")),
    path("", include("zhibu.apps.collection.urls")),
    path("", include("zhibu.apps.workbench.urls")),
    *patterns(),
]

handler400 = "zhibu.kernel.ui.errors.bad_request"
handler403 = "zhibu.kernel.ui.errors.permission_denied"
handler404 = "zhibu.kernel.ui.errors.page_not_found"
handler500 = "zhibu.kernel.ui.errors.server_error"
