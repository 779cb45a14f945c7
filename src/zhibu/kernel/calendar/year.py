"""A year of working days laid out for the page: months of weeks, and the list of special days in spans; pure."""

from calendar import Calendar
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from chinese_calendar.constants import Holiday, holidays, workdays

from zhibu.kernel.calendar.announcement import SpecialDay
from zhibu.kernel.calendar.work import WorkCalendar

Kind = Literal["work", "rest", "off", "makeup"]
_WEEKDAYS = "一二三四五六日"
_NAMES: dict[str, str] = {member.value: member.chinese for member in Holiday}
_SATURDAY = 5


@dataclass(frozen=True)
class Cell:
    """A day of a month: worked, weekend, off by the announcement, or a make-up workday."""

    day: date
    kind: Kind


@dataclass(frozen=True)
class Month:
    """Weeks from Monday to Sunday; None where the week reaches into another month."""

    number: int
    weeks: list[list[Cell | None]]
    workdays: int


@dataclass(frozen=True)
class Span:
    """Consecutive special days of one kind and one reason."""

    first: date
    last: date
    works: bool
    note: str

    @property
    def text(self) -> str:
        """Return e.g. `2月5日（星期五）至 2月11日（星期四），7 天`."""
        if self.first == self.last:
            return _day_text(self.first)
        return f"{_day_text(self.first)}至 {_day_text(self.last)}，{(self.last - self.first).days + 1} 天"


def _day_text(day: date) -> str:
    return f"{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def built_in_days(year: int) -> list[SpecialDay]:
    """Return the special days of a year as the shipped calendar knows them, in order."""
    off = [SpecialDay(day, False, _NAMES.get(name, "")) for day, name in holidays.items() if day.year == year]
    made_up = [
        SpecialDay(day, True, f"{_NAMES.get(name, '')}调休") for day, name in workdays.items() if day.year == year
    ]
    return sorted([*off, *made_up], key=lambda special: special.day)


def spans(days: Iterable[SpecialDay]) -> list[Span]:
    """Fold days, in order, into spans."""
    found: list[Span] = []
    for special in days:
        last = found[-1] if found else None
        follows = last and special.day - last.last == timedelta(days=1)
        if last and follows and (last.works, last.note) == (special.works, special.note):
            found[-1] = Span(last.first, special.day, last.works, last.note)
        else:
            found.append(Span(special.day, special.day, special.works, special.note))
    return found


def months(year: int, calendar: WorkCalendar, off: Container[date] = ()) -> list[Month]:
    """Return the twelve months; `off` names days off, weekends among them. Raises CalendarMissing for unknown years."""
    weeks_of = Calendar().monthdatescalendar
    found = []
    for number in range(1, 13):
        weeks = [[_cell(day, number, calendar, off) for day in week] for week in weeks_of(year, number)]
        worked = sum(cell is not None and cell.kind in {"work", "makeup"} for week in weeks for cell in week)
        found.append(Month(number, weeks, worked))
    return found


def _cell(day: date, month: int, calendar: WorkCalendar, off: Container[date]) -> Cell | None:
    if day.month != month:
        return None
    weekend = day.weekday() >= _SATURDAY
    if calendar.is_workday(day):
        return Cell(day, "makeup" if weekend else "work")
    return Cell(day, "rest" if weekend and day not in off else "off")
