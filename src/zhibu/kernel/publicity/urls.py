from django.urls import path

from zhibu.kernel.publicity import views

urlpatterns = [
    path("", views.board, name="publicity-board"),
    path("<uuid:uid>/", views.notice, name="publicity"),
]
