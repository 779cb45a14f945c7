"""Addresses of the handbook."""

from django.urls import path

from zhibu.kernel.handbook import views

urlpatterns = [
    path("", views.contents, name="handbook"),
    path("<slug:slug>/", views.page, name="handbook-chapter"),
]
