from django.urls import path

from zhibu.apps.resolutions import views

urlpatterns = [
    path("me/resolutions/", views.own_list, name="own-resolutions"),
    path("me/resolutions/<uuid:uid>/", views.own_record, name="own-resolution"),
]
