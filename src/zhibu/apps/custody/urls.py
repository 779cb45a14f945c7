from django.urls import path

from zhibu.apps.custody import views

urlpatterns = [
    path("care/board/", views.board, name="care-board"),
    path("care/<uuid:uid>/photo/", views.photo, name="care-photo"),
]
