from django.urls import path

from zhibu.apps.cards import machine_views, views, views_assist, views_news

urlpatterns = [
    path("desk/", views.DeskView.as_view(), name="desk"),
    path("desk/news/", views_news.news, name="desk-news"),
    path("desk/<uuid:uid>/open/", views.look_up, name="desk-open"),
    path("assist/<uuid:uid>/", views_assist.page, name="assist"),
    path("reader/enrol/", machine_views.enrol, name="reader-enrol"),
    path("reader/call/", machine_views.call, name="reader-call"),
]
