"""How a resolution is numbered, and how it stands on a day."""

from datetime import date

import pytest

from zhibu.apps.resolutions import rules

TODAY = date(2026, 11, 29)


def test_the_number_is_written_as_on_papers() -> None:
    assert rules.number_text("东山支部", 2026, 3) == "东山支部决〔2026〕3号"


@pytest.mark.parametrize(
    ("state", "due", "words", "tone"),
    [
        ("done", None, "已落实", "ok"),
        ("replaced", date(2026, 1, 1), "已被后来的决议取代", "plain"),
        ("open", None, "落实中", "info"),
        ("open", date(2026, 11, 28), "落实逾期 1 天", "late"),
        ("open", date(2026, 11, 29), "还有 0 天到期", "due"),
        ("open", date(2026, 12, 29), "还有 30 天到期", "due"),
        ("open", date(2026, 12, 30), "落实中", "info"),
    ],
)
def test_how_it_stands(state: str, due: date | None, words: str, tone: str) -> None:
    assert rules.standing(state, due, TODAY) == (words, tone)


def test_the_day_it_is_due_lies_after_the_decision_and_within_a_term() -> None:
    decided, today = date(2026, 11, 30), date(2026, 12, 1)
    assert rules.due_fault(None, decided, today) == rules.due_fault(decided, decided, today) == ""
    assert rules.due_fault(date(2026, 11, 29), decided, today) == "落实期限早于通过日期"
    assert rules.due_fault(date(2031, 12, 1), decided, today) == ""
    assert "最长 5 年" in rules.due_fault(date(2031, 12, 2), decided, today)
