"""Working days, the count of a publicity (rules §1.4, §1.5) and month arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.calendar import BUILT_IN_YEARS, CalendarMissing, WorkCalendar, add_months

BUILT_IN = WorkCalendar()
DAYS = st.dates(date(2004, 1, 1), date(2025, 12, 31))


def test_make_up_workdays_and_holidays_of_2026() -> None:
    assert not BUILT_IN.is_workday(date(2026, 9, 25))  # Friday, Mid-Autumn
    assert BUILT_IN.is_workday(date(2026, 9, 20))  # Sunday, worked
    assert BUILT_IN.is_workday(date(2026, 10, 10))  # Saturday, worked
    assert not BUILT_IN.is_workday(date(2026, 11, 28))  # an ordinary Saturday
    assert BUILT_IN.is_workday(date(2026, 11, 24))


def test_publicity_before_mid_autumn_and_national_day_2026() -> None:
    posted = date(2026, 9, 24)  # Thursday; then 28, 29, 30 September, 8 and 9 October
    assert BUILT_IN.publicity_end(posted, 5) == date(2026, 10, 9)
    assert BUILT_IN.publicity_end(posted, 5, count_start=True) == date(2026, 10, 8)


def test_a_publicity_posted_on_a_holiday_never_counts_that_day() -> None:
    posted = date(2026, 10, 3)
    assert BUILT_IN.publicity_end(posted, 1, count_start=True) == BUILT_IN.publicity_end(posted, 1) == date(2026, 10, 8)


def test_one_day_that_counts_is_the_day_of_posting() -> None:
    assert BUILT_IN.publicity_end(date(2026, 11, 24), 1, count_start=True) == date(2026, 11, 24)


def test_a_publicity_lasts_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        BUILT_IN.publicity_end(date(2026, 11, 24), 0)


def test_a_year_that_is_not_loaded_is_never_guessed() -> None:
    assert range(2004, 2027) == BUILT_IN_YEARS
    assert BUILT_IN.publicity_end(date(2026, 12, 24), 5) == date(2026, 12, 31)
    with pytest.raises(CalendarMissing, match="尚未载入 2027 年放假安排"):
        BUILT_IN.publicity_end(date(2026, 12, 28), 5)
    with pytest.raises(CalendarMissing) as missing:
        BUILT_IN.add_workdays(date(2004, 1, 5), -3)
    assert missing.value.year == 2003


def test_a_loaded_year_is_counted_by_its_announcement() -> None:
    loaded = WorkCalendar({date(2027, 1, 1): False, date(2027, 1, 9): True}, years=frozenset({2027}))
    assert loaded.publicity_end(date(2026, 12, 28), 5) == date(2027, 1, 5)
    assert loaded.is_workday(date(2027, 1, 9))
    assert not loaded.is_workday(date(2027, 1, 10))


def test_single_loaded_days_do_not_make_a_year() -> None:
    partly = WorkCalendar({date(2027, 1, 1): False})
    assert not partly.is_workday(date(2027, 1, 1))
    with pytest.raises(CalendarMissing):
        partly.is_workday(date(2027, 1, 4))


def test_what_is_loaded_wins_over_what_is_built_in() -> None:
    next_year = WorkCalendar({date(2026, 12, 31): False})  # as an announcement for 2027 may say
    assert next_year.add_workdays(date(2026, 12, 30), -1) == date(2026, 12, 29)
    assert next_year.publicity_end(date(2026, 12, 29), 1) == date(2026, 12, 30)
    assert not next_year.is_workday(date(2026, 12, 31))


def test_the_end_of_time_is_no_crash() -> None:
    with pytest.raises(CalendarMissing):
        WorkCalendar(years=frozenset({9999})).add_workdays(date(9999, 12, 31), 1)


@given(DAYS, st.integers(1, 60))
def test_a_publicity_ends_on_a_working_day_with_exactly_that_many_counted(start: date, length: int) -> None:
    end = BUILT_IN.publicity_end(start, length)
    counted = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(BUILT_IN.is_workday, counted)) == length
    assert BUILT_IN.is_workday(end)


@given(DAYS, st.integers(1, 60))
def test_going_forward_and_back_returns_to_a_working_day(day: date, days: int) -> None:
    start = BUILT_IN.add_workdays(day, 1)
    assert BUILT_IN.add_workdays(BUILT_IN.add_workdays(start, days), -days) == start
    assert BUILT_IN.add_workdays(day, 0) == day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 6, 15), 12, date(2026, 6, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_roll_to_the_end_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_months_outside_the_calendar_are_a_value_error() -> None:
    with pytest.raises(ValueError, match="year"):
        add_months(date(9999, 12, 1), 1)
