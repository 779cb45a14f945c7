"""Which days are working days in China: weekends, holidays and make-up workdays (调休).

The State Council announces each year's arrangement late in the year before. The years known to the library
`chinesecalendar` are built in; an administrator loads the others. A year that is not loaded is never guessed from
Monday to Friday: `CalendarMissing` says which one is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays

BUILT_IN_YEARS = range(min(holidays).year, max(holidays).year + 1)
_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarMissing(LookupError):
    """The arrangement of `year` is not loaded; the text is a Chinese sentence for the user."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"尚未载入 {year} 年放假安排，无法推算工作日。请系统管理员或组织部在“系统”菜单的“工作日历”里载入后再算"
        )


@dataclass(frozen=True)
class WorkCalendar:
    """A calendar of working days.

    `overrides` says of single days whether they are worked (True) and wins over what is built in: the days on which
    a year's announcement differs from Monday to Friday. `years` names the years whose announcement was loaded
    completely, so that nothing built in counts there any more; in another year outside BUILT_IN_YEARS only the days
    in `overrides` are known.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked; raises CalendarMissing."""
        known = self.overrides.get(day)
        if known is not None:
            return known
        if day.year in self.years:
            return day.weekday() < _SATURDAY
        if day.year in BUILT_IN_YEARS:
            return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)
        raise CalendarMissing(day.year)

    def add_workdays(self, day: date, days: int) -> date:
        """Return the `days`-th working day after `day` (before it when negative); `day` itself for 0.

        Raises CalendarMissing.
        """
        step = _DAY if days > 0 else -_DAY
        left = abs(days)
        while left:
            try:
                day += step
            except OverflowError:
                raise CalendarMissing(day.year) from None
            left -= self.is_workday(day)
        return day

    def publicity_end(self, start: date, working_days: int, count_start: bool = False) -> date:
        """Return the last day of a publicity posted on `start` that lasts `working_days` (at least 1) working days.

        The day of posting is left out, unless `count_start` says that it counts when it is itself a working day.
        Raises CalendarMissing, and ValueError for fewer than one day.
        """
        if working_days < 1:
            raise ValueError("a publicity lasts at least one working day")
        if count_start and self.is_workday(start):
            working_days -= 1
        return self.add_workdays(start, working_days)
