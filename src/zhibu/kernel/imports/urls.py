"""Pages of imports."""

from django.urls import path

from zhibu.kernel.imports import views

urlpatterns = [
    path("", views.batch_list, name="imports"),
    path("new/<str:spec>/", views.NewView.as_view(), name="import-new"),
    path("template/<str:spec>/", views.template, name="import-template"),
    path("<uuid:uid>/", views.record, name="imports-record"),
    path("<uuid:uid>/match/", views.MatchView.as_view(), name="import-match"),
    path("<uuid:uid>/check/", views.check, name="import-check"),
    path("<uuid:uid>/errors/", views.errors, name="import-errors"),
    path("<uuid:uid>/original/", views.original, name="import-original"),
]
