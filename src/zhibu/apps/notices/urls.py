from django.urls import path

from zhibu.apps.notices import views

urlpatterns = [
    path("messages/", views.inbox, name="messages"),
    path("messages/read-all/", views.read_all, name="messages-read-all"),
    path("messages/settings/", views.own_settings, name="message-settings"),
    path("messages/channels/", views.channels, name="message-channels"),
    path("messages/<uuid:uid>/", views.message, name="message"),
    path("messages/<uuid:uid>/unread/", views.mark_unread, name="message-unread"),
    path("notices/<uuid:uid>/calls/", views.call_list, name="notice-calls"),
    path("notices/<uuid:uid>/calls/xlsx/", views.call_sheet, name="notice-calls-sheet"),
]
