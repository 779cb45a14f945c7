"""Who answers whom, and how numbers are written."""

import pytest

from zhibu.apps.petitions.rules import Place, number_text, superiors

COMMITTEE = Place(1, "committee", "00010001", "0001")
GENERAL = Place(2, "general_branch", "000100010001", "")
BRANCH = Place(4, "branch", "000100010002", "")
ASIDE = Place(3, "general_branch", "00010002", "0001")  # beside the committee, under the same unit
ALL = [ASIDE, GENERAL, COMMITTEE, BRANCH]


@pytest.mark.parametrize(
    ("kind", "path", "to", "keys"),
    [
        ("branch", "0001000100010001", "nearest", [2, 1]),
        ("branch", "0001000100010001", "committee", [1]),
        ("general_branch", "000100010001", "nearest", [1]),  # a general branch does not answer itself
        ("branch", "00010009", "nearest", [1]),  # beside the committee, under the unit: the committee leads
        ("general_branch", "00010002", "nearest", [1]),
        ("committee", "00010001", "nearest", []),  # what stands beside it is lower
        ("committee", "000100090001", "nearest", [1]),  # of a unit below: the committee of the unit above
        ("branch", "0002", "nearest", []),
    ],
)
def test_the_nearest_above_answers(kind: str, path: str, to: str, keys: list[int]) -> None:
    assert superiors(kind, path, ALL, to) == keys  # type: ignore[arg-type]


def test_a_unit_without_committee_is_led_by_its_general_branch() -> None:
    assert superiors("branch", "00010009", [ASIDE]) == [3]
    assert superiors("general_branch", "00010009", [ASIDE]) == []


def test_a_number_as_on_paper() -> None:
    assert number_text("东山一支部", "请", 2026, 3) == "东山一支部请〔2026〕3号"
