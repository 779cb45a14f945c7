"""Every address of the platform."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from zhibu.kernel.console.urls import patterns

OURS = [config.name for config in apps.get_app_configs() if config.name.startswith("zhibu.apps.")]

urlpatterns = [
    path("do/", include("zhibu.kernel.actions.urls")),
    path("jobs/", include("zhibu.kernel.jobs.urls")),
    path("imports/", include("zhibu.kernel.imports.urls")),
    path("files/", include("zhibu.kernel.files.urls")),
    path("print/", include("zhibu.kernel.documents.urls")),
    path("rules/", include("zhibu.kernel.rules.urls")),
    path("retention/", include("zhibu.kernel.retention.urls")),
    path("publicity/", include("zhibu.kernel.publicity.urls")),
    path("calendar/", include("zhibu.kernel.calendar.urls")),
    path("handbook/", include("zhibu.kernel.handbook.urls")),
    path("ui/", include("zhibu.kernel.ui.urls")),
    # every app that has addresses, lowest layer first; no two of them name the same place
    *(path("", include(f"{name}.urls")) for name in OURS if find_spec(f"{name}.urls")),
    *patterns(),
]

handler400 = "zhibu.kernel.ui.errors.bad_request"
handler403 = "zhibu.kernel.ui.errors.permission_denied"
handler404 = "zhibu.kernel.ui.errors.page_not_found"
handler500 = "zhibu.kernel.ui.errors.server_error"
