"""When a duty of organisational life is done, due or overdue; the table of duties."""

from dataclasses import replace
from datetime import date

import pytest

from zhibu.apps.compliance import rules
from zhibu.apps.compliance.params import duties
from zhibu.apps.compliance.rules import Every, State
from zhibu.kernel.calendar.dated import in_force, period
from zhibu.kernel.rules.registry import try_rule

D = date.fromisoformat


@pytest.mark.parametrize(
    ("every", "day", "first", "after"),
    [
        (Every.MONTH, "2026-02-28", "2026-02-01", "2026-03-01"),
        (Every.MONTH, "2026-12-31", "2026-12-01", "2027-01-01"),
        (Every.QUARTER, "2026-03-31", "2026-01-01", "2026-04-01"),
        (Every.QUARTER, "2026-11-29", "2026-10-01", "2027-01-01"),
        (Every.YEAR, "2026-01-01", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_day_lies_in_its_month_quarter_and_year(every: Every, day: str, first: str, after: str) -> None:
    assert period(rules.MONTHS[every], D(day)) == (D(first), D(after))


@pytest.mark.parametrize(
    ("every", "opens", "last", "counted", "today", "state"),
    [
        # 支委会 every month: held in November, asked for again in December, overdue from January on
        (Every.MONTH, 1, "2026-11-30", "2020-01-01", "2026-11-30", State.DONE),
        (Every.MONTH, 1, "2026-11-30", "2020-01-01", "2026-12-01", State.DUE),
        (Every.MONTH, 1, "2026-11-30", "2020-01-01", "2026-12-31", State.DUE),
        (Every.MONTH, 1, "2026-11-30", "2020-01-01", "2027-01-01", State.OVERDUE),
        # 党员大会 every quarter
        (Every.QUARTER, 1, "2026-09-30", "2020-01-01", "2026-09-30", State.DONE),
        (Every.QUARTER, 1, "2026-09-30", "2020-01-01", "2026-12-31", State.DUE),
        (Every.QUARTER, 1, "2026-09-30", "2020-01-01", "2027-01-01", State.OVERDUE),
        # 组织生活会 once a year, asked for from October on
        (Every.YEAR, 10, "2025-12-20", "2020-01-01", "2026-09-30", State.DONE),
        (Every.YEAR, 10, "2025-12-20", "2020-01-01", "2026-10-01", State.DUE),
        (Every.YEAR, 10, "2025-12-20", "2020-01-01", "2027-01-01", State.OVERDUE),
        # a branch founded in the middle of a month is asked from the next on, on the first of a month from that one on
        (Every.MONTH, 1, None, "2026-11-02", "2026-11-30", State.DONE),
        (Every.MONTH, 1, None, "2026-11-02", "2026-12-01", State.DUE),
        (Every.MONTH, 1, None, "2026-11-01", "2026-11-01", State.DUE),
        (Every.MONTH, 1, None, "2026-11-01", "2026-12-01", State.OVERDUE),
        # one founded in spring holds this year's 组织生活会, one founded in November the next year's
        (Every.YEAR, 10, None, "2026-03-15", "2026-10-01", State.DUE),
        (Every.YEAR, 10, None, "2026-11-15", "2026-12-31", State.DONE),
    ],
)
def test_a_light_follows_from_the_last_meeting_and_the_day(
    every: Every, opens: int, last: str | None, counted: str, today: str, state: State
) -> None:
    clear, due = rules.standing(every, opens, D(last) if last else None, D(counted))
    assert rules.state_of(clear, due, D(today)) is state


def test_what_is_asked_for_is_said_with_its_last_day() -> None:
    clear, due = D("2026-12-01"), D("2027-01-01")
    assert rules.due_words(clear, due, D("2026-11-30")) == "2026-12-01 起再开"
    assert rules.due_words(clear, due, D("2026-12-05")) == "请在 2026-12-31 前召开"
    assert rules.due_words(clear, due, D("2027-01-05")) == "应在 2026-12-31 前召开"


def test_the_table_names_the_article_of_every_duty() -> None:
    table = in_force(duties(), D("2026-11-29"))
    assert {code: duty.how_often for code, duty in table.items()} == {
        "assembly": "每季度 1 次", "committee": "每月 1 次", "group": "每月 1 次", "lecture": "每季度 1 次",
        "party_day": "每月 1 次", "life": "每年 1 次", "appraisal": "每年 1 次", "leader_lecture": "每年 1 次",
    }  # fmt: skip
    assert table["assembly"].source == "《中国共产党支部工作条例（试行）》第十一条"
    assert "次数为本单位约定" in table["lecture"].source
    assert "次数为本单位约定" not in table["leader_lecture"].source
    assert [table[code].opens for code in ("life", "appraisal", "leader_lecture")] == [10, 10, 1]
    assert in_force(duties(), D("2018-10-27")) == {}


def test_a_later_row_of_a_duty_replaces_the_earlier_from_its_day_on() -> None:
    first = duties()[0]
    later = replace(first, since=D("2027-01-01"), every=Every.MONTH)
    for rows in ((first, later), (later, first)):
        assert in_force(rows, D("2026-12-31"))["assembly"].every is Every.QUARTER
        assert in_force(rows, D("2027-01-01"))["assembly"].every is Every.MONTH
    ended = replace(first, until=D("2027-01-01"))
    assert "assembly" in in_force([ended], D("2026-12-31"))
    assert "assembly" not in in_force([ended], D("2027-01-01"))


def test_the_trial_answers_with_state_and_article() -> None:
    given = {"every": "month", "last": "2026-09-10", "counted_from": "2020-01-01", "today": "2026-11-29", "opens": 1}
    answer = try_rule("compliance.light", given)
    assert answer["result"] == {"state": "overdue", "clear_until": "2026-10-01", "due_until": "2026-11-01"}
    assert "2026-10-31" in answer["violations"][0]["message"]
    assert try_rule("compliance.light", {**given, "last": "2026-11-10"})["violations"] == []
    assert try_rule("compliance.light", {**given, "last": "2026-11-30"})["result"]["state"] is None
