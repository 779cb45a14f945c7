from django.urls import path

from zhibu.apps.cards import views

urlpatterns = [
    path("desk/", views.DeskView.as_view(), name="desk"),
    path("desk/<uuid:uid>/open/", views.look_up, name="desk-open"),
]
