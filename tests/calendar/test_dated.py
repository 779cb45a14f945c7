"""Dated tables: the row of a day, the period of a day."""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.calendar.dated import in_force, period

DAY = date(2026, 5, 17)


@dataclass(frozen=True)
class Row:
    code: str
    since: date
    until: date | None = None


def test_the_latest_row_of_a_code_holds_until_it_runs_out() -> None:
    old, new = Row("a", date(2020, 1, 1)), Row("a", date(2026, 1, 1))
    gone = Row("b", date(2020, 1, 1), date(2026, 5, 17))
    ahead = Row("c", date(2027, 1, 1))
    assert in_force([new, old, gone, ahead], DAY) == {"a": new}
    assert in_force([old, new, gone, ahead], date(2025, 12, 31)) == {"a": old, "b": gone}


def test_periods_are_months_quarters_and_years() -> None:
    assert period(1, DAY) == (date(2026, 5, 1), date(2026, 6, 1))
    assert period(3, DAY) == (date(2026, 4, 1), date(2026, 7, 1))
    assert period(12, DAY) == (date(2026, 1, 1), date(2027, 1, 1))
