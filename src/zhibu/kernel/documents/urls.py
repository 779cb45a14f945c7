"""Addresses of printing, under /print/."""

from django.urls import path

from zhibu.kernel.documents import views

urlpatterns = [
    path("of/<slug:slug>/<uuid:uid>/", views.choose, name="print-choose"),
    path("list/<slug:slug>/", views.listed, name="print-list"),
    path("made/<uuid:uid>/", views.made, name="print-made"),
    path("<str:code>/<uuid:uid>/", views.one, name="print"),
]
