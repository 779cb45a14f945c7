from django.urls import path

from zhibu.apps.development import views

urlpatterns = [
    path("development/board/", views.board, name="development-board"),
    path("development/<uuid:uid>/papers/", views.papers, name="development-papers"),
    path("development/<uuid:uid>/papers/<slug:code>/", views.form_of, name="development-form"),
    path("my/development/", views.mine, name="my-development"),
]
