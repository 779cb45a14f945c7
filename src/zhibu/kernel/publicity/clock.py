"""The clock of a publicity: how many working days have run, which is the last, may it be ended. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.kernel.calendar.work import CalendarMissing, WorkCalendar


@dataclass(frozen=True)
class Clock:
    """end: the last day that counts, None where a year is not loaded (then `blocked` says so); run: full working days behind."""

    end: date | None
    run: int
    of: int
    blocked: str = ""

    def over(self, today: date) -> bool:
        """Tell whether the whole period has run: its last day is past."""
        return self.end is not None and today > self.end

    def words(self, today: date) -> str:
        """Return how it stands, for the user."""
        if self.end is None:
            return self.blocked
        if self.over(today):
            return f"公示期已满（{self.end.isoformat()} 届满）"
        return f"公示未满 {self.of} 个工作日（已满 {self.run} 日，{self.end.isoformat()} 届满）"


def clock(posted_on: date, working_days: int, today: date, calendar: WorkCalendar) -> Clock:
    """Return the clock of a notice posted on a day; the day of posting is left out, today counts only once it is past."""
    try:
        end = calendar.publicity_end(posted_on, working_days)
    except CalendarMissing as missing:
        return Clock(None, 0, working_days, str(missing))
    run, day = 0, posted_on + timedelta(days=1)
    while day < min(today, end + timedelta(days=1)):
        run += calendar.is_workday(day)
        day += timedelta(days=1)
    return Clock(end, run, working_days)
