"""Addresses of the look: the text-size switch, and the style page (DEBUG only)."""

from django.urls import path

from zhibu.kernel.ui import views

app_name = "ui"
urlpatterns = [
    path("text-size/", views.text_size, name="text-size"),
    path("", views.style, name="style"),
    path("<slug:page>/", views.style, name="style-page"),
]
