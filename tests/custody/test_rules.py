"""Categories in force, visits, ends of agreements and yearly checks, by worked examples."""

from datetime import date
from decimal import Decimal

import pytest

from zhibu.apps.custody import rules
from zhibu.apps.custody.rules import Category, Yearly
from zhibu.kernel.calendar.dated import in_force

OLD = Category("sick", "病休", date(2020, 1, 1), None, 3, Decimal("1480.00"))
NEW = Category("sick", "病休（新）", date(2025, 7, 1), None, 3, Decimal("1664.00"))
GONE = Category("other", "其他", date(2020, 1, 1), date(2026, 1, 1), 12, None)
TABLE = (NEW, OLD, GONE)
DAY = date(2026, 11, 24)


def test_a_category_follows_the_row_in_force_on_the_day() -> None:
    assert in_force(TABLE, date(2019, 12, 31)) == {}
    assert in_force(TABLE, date(2025, 6, 30)) == {"sick": OLD, "other": GONE}
    assert in_force(TABLE, date(2025, 7, 1))["sick"] == NEW
    assert in_force(TABLE, date(2026, 1, 1)) == {"sick": NEW}


def test_a_category_keeps_its_latest_name() -> None:
    assert rules.label_of(TABLE, "sick") == "病休（新）"
    assert rules.label_of(TABLE, "unknown") == "unknown"


@pytest.mark.parametrize(
    ("until", "ended", "followed", "state"),
    [
        (date(2026, 1, 1), True, False, ("已终止", "plain")),
        (date(2026, 1, 1), False, True, ("已续签", "plain")),
        (date(2026, 11, 23), False, False, ("已过期 1 天", "late")),
        (DAY, False, False, ("还有 0 天到期", "due")),
        (date(2026, 12, 24), False, False, ("还有 30 天到期", "due")),
        (date(2026, 12, 25), False, False, ("还有 31 天到期", "info")),
        (date(2027, 2, 22), False, False, ("还有 90 天到期", "info")),
        (date(2027, 2, 23), False, False, ("有效", "ok")),
    ],
)
def test_how_an_agreement_stands(until: date, ended: bool, followed: bool, state: tuple[str, str]) -> None:
    assert rules.agreement_state(until, DAY, ended=ended, followed=followed) == state


def test_agreements_stand_in_the_inbox_ninety_days_ahead() -> None:
    assert rules.noticed_from(DAY) == date(2027, 2, 22)


@pytest.mark.parametrize(
    ("last", "months", "due", "overdue"),
    [
        (None, 6, "2026-07-31", 116),
        (date(2026, 8, 31), 6, "2027-02-28", 0),
        (date(2026, 8, 24), 3, "2026-11-24", 0),
        (date(2026, 8, 23), 3, "2026-11-23", 1),
    ],
)
def test_when_the_next_visit_is_due(last: date | None, months: int, due: str, overdue: int) -> None:
    answer = rules.next_visit_rule(date(2026, 1, 31), last, months, DAY)
    assert answer.result == {"due": due, "overdue_days": overdue}


def test_a_visit_before_the_care_is_refused() -> None:
    answer = rules.next_visit_rule(date(2026, 1, 31), date(2026, 1, 30), 6, DAY)
    assert [violation.code for violation in answer.violations] == ["custody.last"]


PENSION = Yearly("pension", "养老资格认证", ("off_post",), rules.BIRTHDAY, date(2024, 1, 1), None)
INJURY = Yearly("injury", "工伤待遇资格认证", ("off_post", "injured"), "12-31", date(2024, 1, 1), date(2027, 1, 1))


def test_a_check_is_due_at_the_end_of_the_birth_month_or_on_its_day() -> None:
    assert rules.due_day(PENSION, 2028, date(1960, 2, 29)) == date(2028, 2, 29)
    assert rules.due_day(PENSION, 2027, date(1960, 2, 29)) == date(2027, 2, 28)
    assert rules.due_day(PENSION, 2027, None) is None
    assert rules.due_day(INJURY, 2026, None) == date(2026, 12, 31)


def test_checks_are_opened_sixty_days_ahead_and_never_from_before_the_care() -> None:
    kinds, since = (PENSION, INJURY), date(2020, 1, 1)
    assert rules.checks_due(kinds, "injured", None, since, DAY) == [("injury", 2026, date(2026, 12, 31))]
    assert rules.checks_due(kinds, "off_post", date(1961, 1, 5), since, DAY) == [
        ("pension", 2026, date(2026, 1, 31)), ("injury", 2026, date(2026, 12, 31)),
    ]  # fmt: skip
    assert rules.checks_due(kinds, "off_post", date(1961, 1, 5), since, date(2026, 12, 2))[1] == (
        "pension", 2027, date(2027, 1, 31),
    )  # fmt: skip
    assert rules.checks_due(kinds, "off_post", date(1961, 1, 5), date(2026, 2, 1), DAY) == [
        ("injury", 2026, date(2026, 12, 31))
    ]
    assert rules.checks_due(kinds, "sick", None, since, DAY) == []
    assert rules.checks_due((INJURY,), "injured", None, since, date(2027, 12, 1)) == []
