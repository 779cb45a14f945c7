"""The pure rules: eras, probation, dates, waiting times at their edges."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.apps.membership import rules, rules_status
from zhibu.apps.membership.params import eras, grounds, limits, measures
from zhibu.apps.membership.rules_status import STEPS, Facts
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.rules.registry import try_rule

TODAY = date(2026, 11, 29)


def test_the_table_of_eras_has_no_gap() -> None:
    table = eras()
    assert all(a.until == b.since for a, b in itertools.pairwise(table))
    assert table[-1].until is None
    assert rules.era_of(date(1920, 1, 1), table) is None


@pytest.mark.parametrize(
    ("admitted", "full", "kind", "since", "years", "estimated"),
    [
        (date(1985, 7, 1), date(1986, 7, 1), True, date(1986, 7, 1), 40, False),
        (date(1970, 7, 1), None, True, date(1970, 7, 1), 56, False),
        (date(1985, 7, 1), None, True, date(1986, 7, 1), 40, True),
        (date(2025, 12, 1), None, False, None, 0, False),
        (None, None, True, None, None, False),
        (None, None, False, None, 0, False),
        (None, date(2000, 11, 30), True, date(2000, 11, 30), 25, False),
        (date(1900, 1, 1), None, True, None, None, False),
    ],
)
def test_years_count_by_the_rule_of_the_time(
    admitted: date | None, full: date | None, kind: bool, since: date | None, years: int | None, estimated: bool
) -> None:
    found = rules.years_of_membership(admitted, full, full=kind, today=TODAY, eras=eras())
    assert (found.since, found.years, found.estimated) == (since, years, estimated)


def test_votes() -> None:
    assert rules.has_vote("full", "normal", observed=False) == ""
    assert rules.has_vote("full", "lost", observed=False) == ""
    assert rules.has_vote("full", "suspended", observed=False) == "停止党籍"
    assert "预备党员" in rules.has_vote("probationary", "normal", observed=False)
    assert "留党察看" in rules.has_vote("full", "normal", observed=True)


def test_dates_of_a_membership() -> None:
    def codes(*given_: date | None) -> list[str]:
        return [fault.code for fault in rules.dates(*given_, TODAY, limits())]  # type: ignore[arg-type]

    assert codes(date(1970, 1, 1), date(1988, 1, 1), date(1989, 1, 1)) == []
    assert codes(date(1970, 1, 2), date(1988, 1, 1), None) == ["admitted_on"]
    assert codes(None, date(2026, 11, 30), date(2026, 11, 30)) == ["admitted_on", "full_on"]
    assert codes(None, date(2000, 1, 2), date(2000, 1, 1)) == ["full_on"]
    late = rules.admission(date(1970, 1, 1), date(2000, 1, 2), date(2000, 1, 1), TODAY, limits())
    assert [fault.code for fault in late] == ["applied_on"]
    young = rules.admission(date(1990, 1, 1), date(2007, 12, 31), date(2010, 1, 1), TODAY, limits())
    assert [fault.code for fault in young] == ["applied_on"]
    assert rules.admission(None, None, date(2000, 1, 1), TODAY, limits()) == []


def test_probation_and_its_end() -> None:
    ends = rules.probation_end(date(2025, 6, 20), None, eras())
    assert ends == date(2026, 6, 20)
    assert rules.probation_end(date(2025, 6, 20), date(2026, 12, 20), eras()) == date(2026, 12, 20)
    assert rules.probation_end(None, None, eras()) is None

    def code(on: date, reason: str = "", admitted: date | None = date(2025, 6, 20)) -> list[str]:
        return [fault.code for fault in rules.becoming_full(admitted, ends, on, TODAY, reason=reason)]

    assert code(date(2026, 6, 20)) == []
    assert code(date(2026, 6, 19)) == ["early"]
    assert code(date(2026, 6, 19), "特殊规定") == []
    assert code(date(2026, 11, 30)) == ["future"]
    assert code(date(2025, 6, 19)) == ["order"]
    assert code(date(2026, 6, 20), admitted=None) == []
    assert rules.becoming_full(None, None, date(2026, 1, 1), TODAY) == []


@pytest.mark.parametrize(
    ("on", "probation", "full"),
    [
        (date(2014, 5, 27), "当时施行的", "当时施行的"),
        (date(2014, 5, 28), "（2014）第三十二条", "（2014）第三十三、三十四条"),
        (date(2026, 5, 10), "（2014）第三十二条", "（2014）第三十三、三十四条"),
        (date(2026, 5, 11), "（2026）第三十一条", "（2026）第三十二、三十三条"),
    ],
)
def test_an_act_is_cited_by_the_version_of_its_day(on: date, probation: str, full: str) -> None:
    assert probation in rules.article("probation", on)
    assert full in rules.article("full", on)


def test_an_extension_is_half_a_year_to_a_year_once() -> None:
    ends = date(2026, 3, 31)

    def code(until: date, *, again: bool = False, end: date | None = ends) -> list[str]:
        return [fault.code for fault in rules.extension(end, until, again=again, limits=limits())]

    assert code(date(2026, 9, 30)) == []
    assert code(date(2026, 9, 29)) == ["length"]
    assert code(date(2027, 3, 31)) == []
    assert code(date(2027, 4, 1)) == ["length"]
    assert code(date(2026, 9, 30), again=True) == ["again"]
    assert code(date(2030, 1, 1), end=None) == []


def test_a_short_probation_is_told() -> None:
    args = (date(2000, 6, 20), date(2001, 6, 19), eras())
    assert [fault.code for fault in rules.short_probation(*args, "")] == ["full_on"]
    assert rules.short_probation(*args, "有文件") == []
    assert rules.short_probation(date(2000, 6, 20), None, eras(), "") == []
    assert rules.short_probation(None, date(2001, 6, 19), eras(), "") == []
    assert rules.short_probation(date(1970, 6, 20), date(1970, 6, 20), eras(), "") == []


@given(st.dates(date(1930, 1, 1), date(2060, 1, 1)), st.integers(0, 800))
def test_the_latest_start_is_the_last_day_from_which_the_months_are_complete(today: date, months: int) -> None:
    start = rules.latest_start(today, months)
    assert add_months(start, months) <= today
    assert add_months(date.fromordinal(start.toordinal() + 1), months) > today


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_whole_years_are_those_of_the_calendar(since: date, today: date) -> None:
    years = rules.whole_years(since, today)
    assert add_months(since, 12 * years) <= today < add_months(since, 12 * (years + 1))


def test_political_birthdays_of_leap_years() -> None:
    assert rules.political_birthday(date(2016, 2, 29), 2026) == date(2026, 2, 28)
    assert rules.political_birthday(date(2016, 2, 29), 2028) == date(2028, 2, 29)
    assert rules.full_on("full", None, TODAY)
    assert not rules.full_on("full", date(2027, 1, 1), TODAY)
    assert not rules.full_on("probationary", None, TODAY)


def codes_of(step: str, facts: Facts, on: date, ground: str = "", until: date | None = None) -> list[str]:
    found = rules_status.check(STEPS[step], facts, on, TODAY, limits(), ground=grounds().get(ground), until=until)
    return [fault.code for fault in found]


LOST = Facts("lost", "full", date(2025, 8, 31), date(2000, 1, 1))


def test_waiting_times_at_their_edge() -> None:
    assert codes_of("suspend", LOST, date(2026, 2, 27), "lost") == ["on"]
    assert codes_of("suspend", LOST, date(2026, 2, 28), "lost") == []  # six months from the 31st end with the month
    assert codes_of("suspend", Facts("lost", "full"), date(2026, 2, 28), "lost") == []
    abroad = Facts("abroad", "full", date(2021, 11, 29))
    assert codes_of("suspend", abroad, date(2026, 11, 28), "abroad") == ["on"]
    assert codes_of("suspend", abroad, date(2026, 11, 29), "abroad") == []
    assert codes_of("suspend", abroad, date(2022, 1, 1), "settled") == []
    assert codes_of("suspend", abroad, date(2026, 1, 1), "lost") == ["ground"]
    stopped = Facts("suspended", "full", date(2024, 11, 29))
    assert codes_of("remove", stopped, date(2026, 11, 28), "gone") == ["on"]
    assert codes_of("remove", stopped, date(2026, 11, 29), "gone") == []
    assert codes_of("remove", LOST, date(2026, 11, 29), "gone") == ["ground"]


def test_what_each_step_asks() -> None:
    normal = Facts("normal", "full", None, date(2000, 1, 1), last_on=date(2025, 1, 1))
    assert codes_of("find", normal, date(2026, 1, 1)) == [""]
    assert codes_of("lose", normal, date(2026, 11, 30)) == ["on"]
    assert codes_of("lose", normal, date(1999, 12, 31)) == ["on"]
    assert codes_of("lose", normal, date(2024, 12, 31)) == ["on"]
    assert codes_of("lose", normal, date(2025, 1, 1)) == []
    assert codes_of("remove", normal, date(2026, 1, 1)) == ["ground"]
    assert codes_of("remove", normal, date(2026, 1, 1), "quit") == ["ground"]
    assert codes_of("withdraw", normal, date(2026, 1, 1), "quit") == []
    assert codes_of("rectify", normal, date(2026, 1, 1)) == ["until"]
    assert codes_of("rectify", normal, date(2026, 1, 1), until=date(2026, 1, 1)) == ["until"]
    assert codes_of("rectify", normal, date(2026, 1, 1), until=date(2027, 1, 2)) == ["until"]
    assert codes_of("rectify", normal, date(2026, 1, 1), until=date(2027, 1, 1)) == []
    mending = Facts("normal", "full", rectify_until=date(2026, 6, 1))
    assert codes_of("rectify", mending, date(2026, 1, 1), until=date(2026, 9, 1)) == [""]
    assert codes_of("rectified", mending, date(2026, 1, 1)) == []
    assert codes_of("rectified", normal, date(2026, 1, 1)) == [""]
    assert codes_of("observed", normal, date(2026, 1, 1)) == [""]
    assert codes_of("observed", Facts("normal", "full", rights_until=date(2026, 6, 1)), date(2026, 1, 1)) == []
    assert codes_of("persuade", mending, date(2026, 5, 31), "unmended") == ["ground"]
    assert codes_of("persuade", mending, date(2026, 6, 1), "unmended") == []
    assert codes_of("persuade", normal, date(2026, 6, 1), "unmended") == ["ground"]


def test_observation_is_for_full_members_two_years_at_most() -> None:
    full = Facts("normal", "full")

    def code(facts: Facts, until: date | None) -> list[str]:
        return [fault.code for fault in rules_status.observation(facts, date(2026, 1, 1), until, limits())]

    assert code(full, date(2028, 1, 1)) == []
    assert code(full, date(2028, 1, 2)) == ["until"]
    assert code(full, None) == ["until"]
    assert code(full, date(2026, 1, 1)) == ["until"]
    assert code(Facts("normal", "probationary"), date(2027, 1, 1)) == ["measure"]
    assert code(Facts("normal", "full", rights_until=date(2027, 1, 1)), date(2027, 1, 1)) == ["measure"]
    assert list(measures()) == ["warning", "serious", "posts", "observe", "expel"]


def test_years_are_tried_by_anyone() -> None:
    from zhibu.kernel.rules.registry import try_rule

    found = try_rule("membership.years", {"admitted": "1970-07-01", "on": "2026-07-01"}, today=TODAY)
    assert found["result"]["years"] == 56


def test_the_trial_tells_dates_that_cannot_be() -> None:
    late = try_rule("membership.years", {"admitted": "2001-07-01", "full": "2000-07-01", "on": "2026-11-29"})
    assert late["result"]["years"] is None
    assert late["violations"][0]["code"] == "membership.order"
    early = try_rule("membership.years", {"admitted": "1900-01-01", "on": "2026-11-29"})
    assert early["violations"][0]["code"] == "membership.early"


def test_a_day_that_common_years_lack_completes_on_the_28th() -> None:
    assert rules.whole_years(date(2024, 2, 29), date(2025, 2, 27)) == 0
    assert rules.whole_years(date(2024, 2, 29), date(2025, 2, 28)) == 1


def test_at_the_end_of_february_the_latest_start_is_the_end_of_august() -> None:
    assert rules.latest_start(date(2026, 2, 28), 6) == date(2025, 8, 31)
