"""Address of the retention table."""

from django.urls import path

from zhibu.kernel.retention import views

urlpatterns = [path("", views.page, name="retention")]
