"""Edges: the ninetieth day, six months, the end of a month."""

from datetime import date, timedelta

import pytest

from zhibu.apps.transfers import params, rules
from zhibu.apps.transfers.rules import FloatingRule, Validity
from zhibu.kernel.calendar.months import add_months

DAY = date(2026, 11, 29)
TABLE = (Validity(date(2026, 1, 1), 60, 90), Validity(date(2004, 1, 1), 90, 180))


def test_the_row_of_the_day_of_issue_counts_and_the_earliest_before_all() -> None:
    assert rules.validity_on(TABLE, date(2026, 1, 1)).most == 90
    assert rules.validity_on(TABLE, date(2025, 12, 31)).most == 180
    assert rules.validity_on(TABLE, date(1999, 1, 1)).most == 180


@pytest.mark.parametrize(("days", "fault"), [(0, True), (1, False), (90, False), (91, True)])
def test_a_letter_holds_at_least_one_day_and_at_most_ninety(days: int, fault: bool) -> None:
    assert bool(rules.letter_faults(DAY, days, TABLE[0])) is fault


def test_the_day_of_issue_does_not_count() -> None:
    assert rules.last_day(date(2026, 11, 29), 90) == date(2027, 2, 27)
    assert rules.last_day(date(2027, 12, 1), 90) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("left", "words", "kind"),
    [(-1, "已过期 1 天", "late"), (0, "今天到期", "due"), (14, "还有 14 天", "due"), (15, "还有 15 天", "info")],
)
def test_the_countdown_is_late_only_after_the_last_day(left: int, words: str, kind: str) -> None:
    assert rules.countdown(DAY + timedelta(days=left), DAY) == (words, kind)


def test_the_rule_of_the_trial_page_answers_with_the_last_day() -> None:
    good = rules.letter_validity(date(2026, 9, 1), 90, 90, date(2026, 11, 30))
    assert good.result == {"valid_until": "2026-11-30", "days_left": 0, "expired": False}
    assert rules.letter_validity(date(2026, 9, 1), 90, 90, date(2026, 12, 1)).result["expired"] is True
    bad = rules.letter_validity(DAY, 91, 90, DAY)
    assert bad.result["valid_until"] is None
    assert "90" in bad.violations[0].message


def test_who_cannot_be_transferred_is_told_why() -> None:
    assert rules.why_not_go("李建国", "normal") is None
    for status in ("deceased", "expelled", "suspended", "transferred_out", "lost"):
        why = rules.why_not_go("李建国", status)
        assert why is not None
        assert why[0].startswith("李建国")


@pytest.mark.parametrize(
    ("since", "until", "long"),
    [
        (date(2026, 5, 29), date(2026, 11, 28), False),
        (date(2026, 5, 29), date(2026, 11, 29), True),
        (date(2026, 8, 31), date(2027, 2, 27), False),
        (date(2026, 8, 31), date(2027, 2, 28), True),  # there is no 31st of February
        (date(2026, 5, 29), None, True),
    ],
)
def test_six_consecutive_months_make_a_floating_member(since: date, until: date | None, long: bool) -> None:
    assert rules.is_long_enough(since, until, 6) is long
    answer = rules.floating(since, until, True, 6)
    assert answer.result["floating"] is long
    assert answer.result["should_transfer"] is long


def test_a_time_away_does_not_end_before_it_begins() -> None:
    answer = rules.floating(DAY, DAY - timedelta(days=1), False, 6)
    assert answer.result["floating"] is None
    assert answer.violations


def test_the_rule_on_floating_is_that_of_the_day() -> None:
    table = (FloatingRule(date(2024, 11, 1), 6), FloatingRule(date(2004, 1, 1), 3))
    assert [rules.floating_rule_on(table, day).months for day in (DAY, date(2024, 10, 31), date(1999, 1, 1))] == [
        6,
        3,
        3,
    ]


def test_the_next_contact_follows_the_last_one_or_the_beginning() -> None:
    assert rules.next_contact(date(2026, 8, 31), None, "week") == date(2026, 9, 7)
    assert rules.next_contact(date(2026, 1, 1), date(2026, 8, 31), "half_year") == date(2027, 2, 28)
    assert rules.next_report(date(2024, 2, 29), None, 12) == date(2025, 2, 28)
    assert rules.next_report(date(2024, 2, 29), date(2025, 3, 1), 12) == date(2026, 3, 1)


def test_a_month_paid_is_a_month_somebody_can_have_paid() -> None:
    assert rules.paid_fault(None, DAY) is None
    assert rules.paid_fault(date(2027, 11, 1), DAY) is None
    assert rules.paid_fault(date(2027, 12, 1), DAY) is not None
    assert rules.paid_fault(add_months(DAY.replace(day=1), -120), DAY) is None
    assert rules.paid_fault(add_months(DAY.replace(day=1), -121), DAY) is not None
    assert (rules.month_words(date(2026, 9, 1)), rules.month_words(None)) == ("2026年9月", "")


def test_the_tables_hold_what_the_rules_ask() -> None:
    assert rules.validity_on(params.validity(), DAY).most == 90
    assert params.validity()[0].conflict
    assert params.stub_years() == 10
    assert rules.floating_rule_on(params.floating_rules(), DAY).months == 6
    assert {params.contact_every(ground) for ground in ("floating", "off_post", "hardship", "other")} <= set(
        rules.EVERY
    )
    assert "other" in params.grounds("receive")
    assert "other" in params.grounds("source")
    assert "off_post" in params.off_post()
    assert params.report_months() == 12
