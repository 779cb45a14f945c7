"""Working days of China and month arithmetic; pure, the holiday data of further years is handed in."""

from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.calendar.work import BUILT_IN_YEARS, CalendarMissing, WorkCalendar

__all__ = ["BUILT_IN_YEARS", "CalendarMissing", "WorkCalendar", "add_months"]
