"""Addresses of this app."""

from django.urls import path

from zhibu.apps.compliance import views

urlpatterns = [
    path("compliance/", views.board, name="compliance-board"),
    path("compliance/<uuid:uid>/", views.board, name="compliance-below"),
    path("compliance/<uuid:uid>/year/", views.branch, name="compliance-branch"),
]
