from django.urls import path

from zhibu.apps.people import views, views_national, views_retiring

urlpatterns = [
    path("search/", views.search_box, name="search"),
    path("me/", views.me, name="me"),
    path("me/numbers/", views.reveal_own, name="me-numbers"),
    path("people/picker/", views.picker, name="people-picker"),
    path("national-export/<uuid:uid>/", views_national.download, name="national-export"),
    path("people/duplicates/", views.duplicates, name="people-duplicates"),
    path("people/retiring/", views_retiring.retiring_list, name="people-retiring"),
    path("people/<uuid:uid>/photo/", views.photo, name="people-photo"),
    path("people/<uuid:uid>/reveal/", views.reveal, name="people-reveal"),
    path("people/<uuid:uid>/as-of/", views.as_of, name="people-as-of"),
    path("people/<uuid:uid>/life/", views.life, name="people-life"),
]
