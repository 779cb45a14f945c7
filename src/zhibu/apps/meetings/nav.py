"""One's own meetings stand at the head of the section, for everyone; the calendar for those who see meetings."""

from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

SECTION = "组织生活"
register(NavItem(SECTION, "我的会议", "meetings-mine", "user-group", order=39))
register(NavItem(SECTION, "月历", "meetings-calendar", "calendar-days", (VIEW,), order=40))
