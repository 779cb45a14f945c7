"""What may stand under what, and when the next election falls due."""

from datetime import date

import pytest

from zhibu.apps.organizations import rules
from zhibu.apps.organizations.params import term_lengths
from zhibu.apps.organizations.rules import Kind, Variant


def codes(violations: list[rules.Violation]) -> list[str]:
    return [violation.code for violation in violations]


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (Kind.UNIT, None),
        (Kind.COMMITTEE, None),
        (Kind.COMMITTEE, Kind.UNIT),
        (Kind.BRANCH, Kind.GENERAL_BRANCH),
        (Kind.BRANCH, Kind.COMMITTEE),
        (Kind.GROUP, Kind.BRANCH),
        (Kind.WORKSTATION, Kind.UNIT),
        (Kind.DEPARTMENT, Kind.DEPARTMENT),
    ],
)
def test_may_stand_there(kind: Kind, parent: Kind | None) -> None:
    assert rules.placement(kind, parent) == []


def test_a_branch_may_not_stand_under_a_group_and_the_answer_says_where_it_may() -> None:
    (violation,) = rules.placement(Kind.BRANCH, Kind.GROUP)
    assert violation.message == "党支部不能设在党小组之下，只能设在单位、党委、党总支之下"


def test_a_branch_cannot_be_the_root() -> None:
    (violation,) = rules.placement(Kind.BRANCH, None)
    assert violation.message == "党支部不能没有上级，请放在单位、党委、党总支之下"


def test_no_kind_may_stand_under_a_group() -> None:
    assert all(rules.placement(kind, Kind.GROUP) for kind in Kind)


def test_moving_refuses_a_cycle_and_no_change() -> None:
    assert codes(rules.moving("00000001", "0000", "00000001", 8)) == ["move.cycle"]
    assert codes(rules.moving("00000001", "0000", "000000010005", 8)) == ["move.cycle"]
    assert codes(rules.moving("00000001", "0000", "0000", 8)) == ["move.unchanged"]
    assert rules.moving("00000001", "0000", "00000002", 8) == []


def test_the_tree_is_at_most_twelve_levels_deep() -> None:
    assert rules.depth(48) == []
    assert codes(rules.depth(52)) == ["tree.depth"]
    # a subtree of three levels goes to level 10..12, but not to 11..13
    assert rules.moving("00000001", "0000", "0002" + "0000" * 8, 16) == []
    assert codes(rules.moving("00000001", "0000", "0002" + "0000" * 9, 16)) == ["tree.depth"]


def test_covers() -> None:
    assert rules.covering(Kind.BRANCH, Kind.UNIT) == []
    assert rules.covering(Kind.WORKSTATION, Kind.BRANCH) == []
    assert rules.covering(Kind.BRANCH, Kind.BRANCH)[0].message == "党支部只能覆盖单位、部门，不能覆盖党支部"
    assert codes(rules.covering(Kind.COMMITTEE, Kind.UNIT)) == ["cover.kind"]


def test_a_joint_branch_of_more_than_five_units_is_warned_about_only() -> None:
    assert rules.joint_branch_size(Kind.BRANCH, 5) == []
    (warning,) = rules.joint_branch_size(Kind.BRANCH, 6)
    assert warning.message == "本联合党支部覆盖 6 个单位，一般不超过 5 个"
    assert rules.joint_branch_size(Kind.WORKSTATION, 30) == []


@pytest.mark.parametrize(
    ("kind", "variant", "years"),
    [
        (Kind.BRANCH, Variant.STANDARD, 3),
        (Kind.BRANCH, Variant.VILLAGE, 5),
        (Kind.GENERAL_BRANCH, Variant.STANDARD, 3),
        (Kind.COMMITTEE, Variant.STANDARD, 5),
    ],
)
def test_length_of_a_term(kind: Kind, variant: Variant, years: int) -> None:
    found = rules.term_length(kind, variant, date(2024, 3, 1), term_lengths())
    assert found is not None
    assert found.years == years
    assert found.status in {"V", "V2", "S"}
    assert found.source.startswith("《中国共产党支部工作条例（试行）")
    assert rules.term_until(date(2024, 3, 1), found) == date(2024 + years, 3, 1)


def test_a_term_that_began_before_the_regulation_is_measured_by_its_first_row() -> None:
    found = rules.term_length(Kind.BRANCH, Variant.STANDARD, date(2016, 5, 1), term_lengths())
    assert found is not None
    assert found.years == 3


def test_a_later_row_replaces_an_earlier_one_from_its_day_on() -> None:
    old = next(row for row in term_lengths() if row.kind is Kind.BRANCH and row.variant is Variant.STANDARD)
    new = rules.TermLength(Kind.BRANCH, Variant.STANDARD, 4, date(2030, 1, 1), "新条例", "四年", "V")
    assert rules.term_length(Kind.BRANCH, Variant.STANDARD, date(2029, 12, 31), [old, new]) is old
    assert rules.term_length(Kind.BRANCH, Variant.STANDARD, date(2030, 1, 1), [new, old]) is new


def test_a_group_has_no_term_of_office() -> None:
    assert rules.term_length(Kind.GROUP, Variant.STANDARD, date(2026, 1, 1), term_lengths()) is None


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 6, 14), None),
        (date(2026, 6, 15), "6"),
        (date(2026, 9, 14), "6"),
        (date(2026, 9, 15), "3"),
        (date(2026, 11, 14), "3"),
        (date(2026, 11, 15), "1"),
        (date(2026, 12, 14), "1"),
        (date(2026, 12, 15), "overdue"),
        (date(2028, 1, 1), "overdue"),
    ],
)
def test_reminders_six_three_and_one_month_ahead(today: date, due: str | None) -> None:
    assert rules.term_due(date(2026, 12, 15), today) == due


def test_organisations_of_one_kind_join_unless_one_holds_the_other() -> None:
    east, west = "00000001", "00000002"
    assert rules.joining(Kind.BRANCH, east, Kind.BRANCH, west) == []
    assert codes(rules.joining(Kind.BRANCH, east, Kind.BRANCH, east)) == ["join.self"]
    assert codes(rules.joining(Kind.BRANCH, east, Kind.GROUP, west)) == ["join.kind"]
    assert codes(rules.joining(Kind.UNIT, "0000", Kind.UNIT, east)) == ["join.nested"]
    assert codes(rules.joining(Kind.UNIT, east, Kind.UNIT, "0000")) == ["join.nested"]
