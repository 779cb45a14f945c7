"""Addresses of the work calendar."""

from django.urls import path

from zhibu.kernel.calendar import views

urlpatterns = [
    path("", views.this_year, name="work-calendar"),
    path("<int:year>/", views.year_page, name="work-calendar-year"),
]
