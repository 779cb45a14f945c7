from django.urls import path

from zhibu.apps.collection import views

urlpatterns = [
    path("collection/call-list/", views.call_list, name="collection-call-list"),
    path("collection/<uuid:uid>/progress/", views.campaign_progress, name="collection-progress"),
    path("collection/replies/<uuid:uid>/draft/", views.draft, name="reply-draft"),
    path("collection/answers/<uuid:uid>/reveal/", views.reveal, name="answer-reveal"),
    path("collection/answers/<uuid:uid>/picture/", views.picture, name="answer-picture"),
    path("collection/proofs/<uuid:uid>/", views.proof, name="file-own-proof"),
]
