from django.urls import path

from zhibu.apps.workbench import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("inbox/", views.inbox_page, name="inbox"),
]
