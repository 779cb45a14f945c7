"""The clock of a publicity: working days, the day of posting left out, a year that is not loaded."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.calendar.work import WorkCalendar
from zhibu.kernel.publicity.clock import clock

D = date
CALENDAR = WorkCalendar()


def test_over_national_day_and_its_make_up_workday() -> None:
    found = clock(D(2025, 9, 26), 5, D(2025, 9, 26), CALENDAR)  # Sunday the 28th is worked, 1 to 8 October off
    assert found.end == D(2025, 10, 10)
    assert [
        clock(D(2025, 9, 26), 5, day, CALENDAR).run for day in (D(2025, 9, 27), D(2025, 9, 29), D(2025, 10, 9))
    ] == [0, 1, 3]


def test_not_over_on_its_last_day() -> None:
    end = D(2026, 11, 30)
    state = clock(D(2026, 11, 23), 5, end, CALENDAR)
    assert (state.end, state.run, state.over(end)) == (end, 4, False)
    assert "已满 4 日" in state.words(end)
    assert state.over(D(2026, 12, 1))
    assert "已满（2026-11-30" in clock(D(2026, 11, 23), 5, D(2026, 12, 1), CALENDAR).words(D(2026, 12, 1))


def test_an_unloaded_year_blocks_with_words() -> None:
    state = clock(D(2026, 12, 30), 5, D(2027, 2, 1), CALENDAR)
    assert state.end is None
    assert not state.over(D(2030, 1, 1))
    assert "2027 年放假安排" in state.words(D(2027, 2, 1))


@given(st.dates(D(2020, 1, 1), D(2026, 11, 1)), st.integers(1, 20), st.integers(0, 60))
def test_so_many_full_working_days_lie_between(posted: date, days: int, later: int) -> None:
    today = date.fromordinal(posted.toordinal() + later)
    state = clock(posted, days, today, CALENDAR)
    assert state.end is not None
    between = [date.fromordinal(n) for n in range(posted.toordinal() + 1, state.end.toordinal() + 1)]
    assert sum(map(CALENDAR.is_workday, between)) == days
    assert CALENDAR.is_workday(state.end)
    assert (state.run == days) == state.over(today)
