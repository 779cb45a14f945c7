"""Dated tables of rules: which rows are in force on a day, and the calendar periods they count by."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from zhibu.kernel.calendar.months import add_months


class Dated(Protocol):
    """A row of a dated table: in force from `since` until before `until`, until the next row of its code at the latest."""

    @property
    def code(self) -> str: ...

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], day: date) -> dict[str, Row]:
    """Return code -> the row in force on that day, in the order of the table; a code that has run out is left out."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.get(row.code)
        if row.since <= day and (known is None or known.since <= row.since):
            found[row.code] = row
    return {code: row for code, row in found.items() if row.until is None or day < row.until}


def period(months: int, day: date) -> tuple[date, date]:
    """Return the month, quarter or year (1, 3 or 12 months) in which a day lies: its first day, and the first after it."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months)
