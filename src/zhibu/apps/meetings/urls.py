from django.urls import path

from zhibu.apps.meetings.views import calendar, door, own

urlpatterns = [
    path("meetings/mine/", own.mine, name="meetings-mine"),
    path("meetings/mine/<uuid:uid>/", own.mine_one, name="attendance-mine"),
    path("meetings/papers/<uuid:uid>/", own.paper, name="paper-mine"),
    path("meetings/of/<uuid:uid>/", own.of_meeting, name="meeting-of"),
    path("meetings/scan/<uuid:uid>/", own.scan, name="meeting-scan"),
    path("meetings/code/<slug:code>/", own.scanned, name="scan-code"),
    path("meetings/calendar/", calendar.month, name="meetings-calendar"),
    path("meetings/plan/<uuid:uid>/", calendar.print_plan, name="organization-meeting-plan"),
    path("meetings/door/<uuid:uid>/confirm/", door.confirm, name="attendance-confirm"),
    path("meetings/<uuid:uid>/door/", door.door, name="meeting-door"),
    path("meetings/<uuid:uid>/wall/", door.wall, name="meeting-wall"),
    path("meetings/<uuid:uid>/wall/live/", door.wall_live, name="meeting-wall-live"),
]
