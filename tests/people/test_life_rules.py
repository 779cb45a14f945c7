"""Which life event is possible when, how relations are rewritten from a day on, and when somebody may retire."""

from datetime import date

import pytest

from zhibu.apps.people import rules_retirement
from zhibu.apps.people.codes import labels
from zhibu.apps.people.events import OF_STEP
from zhibu.apps.people.life import STEPS, Period, check_day, possible, rewrite
from zhibu.kernel.rules.registry import try_rule

TODAY = date(2026, 11, 24)
RETIRE, JOIN = STEPS["retire"], STEPS["join"]
OFFICE, WORKSHOP = 1, 2


def test_every_step_leads_between_known_kinds_of_employment_and_has_its_event() -> None:
    for step in STEPS.values():
        assert set(step.leaves) <= set(labels("employment"))
        assert step.enters in {"", *labels("employment")}
        assert step.enters not in step.leaves
        assert step.consequence.endswith("。")
    assert set(OF_STEP) == set(STEPS)


@pytest.mark.parametrize(
    ("employment", "words"),
    [
        ("active", ["岗位变动", "离岗", "退休", "进入托养托管", "调动", "离开单位", "去世"]),
        ("retired", ["调动", "去世"]),
        ("external", ["入职", "劳务派遣派入", "去世"]),
        ("dispatched", ["入职", "岗位变动", "劳务派遣派出", "调动", "离开单位", "去世"]),
        ("in_care", ["退休", "结束托养托管", "调动", "离开单位", "去世"]),
        ("deceased", []),
    ],
)
def test_what_may_happen_depends_on_the_kind_of_employment(employment: str, words: list[str]) -> None:
    assert [step.label for step in possible(employment)] == words


def period(since: str, until: str = "", place: int = OFFICE, pk: int = 1) -> Period:
    return Period(pk, place, date.fromisoformat(since), date.fromisoformat(until) if until else None)


def test_an_open_relation_ends_on_the_day_and_the_new_one_begins() -> None:
    found = rewrite([period("2020-01-01")], date(2026, 3, 1), WORKSHOP)
    assert [row.pk for row in found.cut] == [1]
    assert (found.later, found.kept, found.begin) == ((), None, True)


def test_a_relation_that_began_the_same_day_ends_without_having_held() -> None:
    found = rewrite([period("2026-03-01")], date(2026, 3, 1), WORKSHOP)
    assert ([row.pk for row in found.cut], found.later) == ([1], ())


def test_the_same_place_stays_as_it_is() -> None:
    found = rewrite([period("2020-01-01", place=WORKSHOP)], date(2026, 3, 1), WORKSHOP)
    assert (found.cut, found.begin) == ((), False)
    assert found.kept is not None


def test_a_relation_that_ended_later_is_shortened_and_an_earlier_one_is_not_touched() -> None:
    rows = [period("2020-01-01", "2025-01-01", pk=1), period("2025-01-01", "2026-06-01", pk=2)]
    assert [row.pk for row in rewrite(rows, date(2026, 3, 1)).cut] == [2]
    assert rewrite(rows, date(2026, 6, 1)).cut == ()


def test_what_began_later_stands_in_the_way_unless_it_never_held() -> None:
    later, void = period("2026-05-01", pk=2), period("2026-05-01", "2026-05-01", pk=3)
    found = rewrite([period("2020-01-01", "2026-05-01"), later, void], date(2026, 3, 1))
    assert found.later == (later,)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 11, 25), "future"),
        (date(2026, 11, 24), ""),
        (date(1899, 1, 1), "too_old"),
        (date(1960, 5, 1), "before_birth"),
        (date(1979, 12, 31), "before_joining"),
        (date(1984, 12, 31), "before_joining"),
        (date(2020, 5, 31), "before_last"),
        (date(2020, 6, 1), ""),
    ],
)
def test_the_day_lies_between_joining_the_last_event_and_today(on: date, code: str) -> None:
    dates = {"birth_date": date(1960, 5, 1), "work_started_on": date(1980, 1, 1), "joined_unit_on": date(1985, 1, 1)}
    assert [fault.code for fault in check_day(RETIRE, on, TODAY, dates, date(2020, 6, 1))] == ([code] if code else [])


def test_joining_again_may_lie_before_the_recorded_day_of_joining() -> None:
    dates = {"birth_date": None, "work_started_on": None, "joined_unit_on": date(2026, 1, 1)}
    assert check_day(JOIN, date(2025, 12, 1), TODAY, dates, None) == []
    assert [fault.code for fault in check_day(RETIRE, date(2025, 12, 1), TODAY, dates, None)] == ["before_joining"]


#: every row of the table in rules.md §6.3
@pytest.mark.parametrize(
    ("birth", "category", "delay", "years", "months", "month"),
    [
        ("1964-12", "male60", 0, 60, 0, "2024-12"),
        ("1965-01", "male60", 1, 60, 1, "2025-02"),
        ("1965-04", "male60", 1, 60, 1, "2025-05"),
        ("1965-05", "male60", 2, 60, 2, "2025-07"),
        ("1965-12", "male60", 3, 60, 3, "2026-03"),
        ("1976-08", "male60", 35, 62, 11, "2039-07"),
        ("1976-09", "male60", 36, 63, 0, "2039-09"),
        ("2009-01", "male60", 36, 63, 0, "2072-01"),
        ("1970-01", "female55", 1, 55, 1, "2025-02"),
        ("1981-09", "female55", 36, 58, 0, "2039-09"),
        ("1975-01", "female50", 1, 50, 1, "2025-02"),
        ("1975-02", "female50", 1, 50, 1, "2025-03"),
        ("1975-03", "female50", 2, 50, 2, "2025-05"),
        ("1984-10", "female50", 59, 54, 11, "2039-09"),
        ("1984-11", "female50", 60, 55, 0, "2039-11"),
        ("2009-01", "female50", 60, 55, 0, "2064-01"),
    ],
)
def test_the_statutory_month(birth: str, category: str, delay: int, years: int, months: int, month: str) -> None:
    for day in ("01", "15", "28"):
        answer = try_rule("retirement.date", {"birth": f"{birth}-{day}", "category": category})
        assert answer["result"] == {"delay_months": delay, "years": years, "months": months, "month": month}
        assert answer["violations"] == []


@pytest.mark.parametrize("birth", ["1899-12-31", "2101-01-01"])
def test_a_year_of_birth_that_cannot_be_is_answered_not_computed(birth: str) -> None:
    answer = try_rule("retirement.date", {"birth": birth, "category": "male60"})
    assert answer["result"]["month"] is None
    assert [fault["code"] for fault in answer["violations"]] == ["retirement.birth"]


def test_a_womans_category_is_never_guessed() -> None:
    assert rules_retirement.hint(date(1965, 12, 3), "1") == "2026-03"
    both = rules_retirement.hint(date(1975, 3, 3), "2")
    assert both == "原 55 周岁退休的 2031-07，原 50 周岁退休的 2025-05"
    assert rules_retirement.hint(date(1975, 3, 3), "9") == ""
