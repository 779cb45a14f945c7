"""How many may be 优秀, what slips add up to, when a rank needs a reason."""

from datetime import date
from fractions import Fraction

import pytest

from zhibu.apps.appraisals import rules
from zhibu.apps.appraisals.params import limits
from zhibu.kernel.rules.registry import try_rule

LIMIT = rules.limit_on(limits(), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("total", "excellent", "within"),
    [
        (3, 1, True),
        (3, 2, False),
        (10, 3, True),
        (10, 4, False),
        (11, 3, True),
        (12, 4, True),
        (2, 1, False),
        (0, 0, True),
    ],
)
def test_at_most_a_third_of_all_members_is_excellent(total: int, excellent: int, within: bool) -> None:
    answer = try_rule("appraisals.excellent", {"total": total, "excellent": excellent, "on": "2026-12-01"})
    assert answer["result"] == {"most": total // 3, "within": within}
    assert bool(answer["violations"]) != within


def test_another_share_is_told_with_its_own_number() -> None:
    half = rules.Limit(date(2030, 1, 1), Fraction(1, 2), "规定", "第一条", "")
    assert rules.too_many(half, 10, 5) == []
    assert "最多 5 人" in rules.too_many(half, 10, 6)[0].message
    assert "三分之一" not in rules.too_many(half, 10, 6)[0].message


def test_the_row_in_force_on_the_day_rules() -> None:
    later = rules.Limit(date(2030, 1, 1), Fraction(1, 2), "规定", "第一条", "")
    rows = [*limits(), later]
    assert rules.limit_on(rows, date(2029, 12, 31)) == limits()[-1]
    assert rules.limit_on(rows, date(2030, 1, 1)) is later
    assert rules.limit_on(rows, date(2000, 1, 1)) == rows[0]
    assert "《中国共产党支部工作条例（试行）》" in rows[0].source


def test_slips_cannot_come_back_in_greater_number_than_they_went_out() -> None:
    assert rules.slips(10, 10, 10, 9) == []
    assert [v.code for v in rules.slips(10, 11, 10, 10)] == ["appraisals.issued"]
    assert [v.code for v in rules.slips(10, 10, 11, 11)] == ["appraisals.returned"]
    assert [v.code for v in rules.slips(10, 10, 9, 10)] == ["appraisals.valid"]


def test_the_votes_of_one_member_are_no_more_than_the_valid_slips() -> None:
    assert rules.tally(9, {"李明": (5, 4, 0, 0), "王芳": (0, 0, 0, 0)}) == []
    assert [who for who, _ in rules.tally(9, {"李明": (5, 5, 0, 0), "王芳": (9, 0, 0, 0)})] == ["李明"]


def test_the_lower_ranks_need_a_reason() -> None:
    given = [("甲", "excellent", ""), ("乙", "good", ""), ("丙", "basic", " "), ("丁", "poor", "长期不参加组织生活")]
    assert [who for who, _ in rules.missing_reasons(given)] == ["丙"]
