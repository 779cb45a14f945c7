from django.urls import path

from zhibu.apps.voting import views

urlpatterns = [
    path("me/votes/<uuid:uid>/", views.own_vote, name="own-vote"),
    path("me/votes/<uuid:uid>/check/", views.own_check, name="own-vote-check"),
    path("me/votes/<uuid:uid>/file/", views.own_file, name="own-vote-file"),
    path("me/scrutiny/<uuid:uid>/", views.own_trust, name="own-trust"),
    path("me/counting/<uuid:uid>/", views.own_count, name="own-count"),
    path("votes/<uuid:uid>/check/", views.check, name="motion-check"),
    path("votes/<uuid:uid>/file/", views.file, name="motion-file"),
]
