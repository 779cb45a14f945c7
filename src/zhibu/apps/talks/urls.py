from django.urls import path

from zhibu.apps.talks import views

urlpatterns = [path("talks/board/", views.board, name="talks-board")]
