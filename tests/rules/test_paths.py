"""Arithmetic of paths: children, subtrees as ranges, ancestors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.paths import DIGITS, STEP, ancestors, disjoint, step, successor

PATHS = st.lists(st.text(DIGITS, min_size=STEP, max_size=STEP), min_size=1, max_size=4).map("".join)


def test_children_are_numbered_in_the_order_of_their_paths() -> None:
    assert [step(0), step(35), step(36), step(36**4 - 1)] == ["0000", "000Z", "0010", "ZZZZ"]
    with pytest.raises(ValueError, match="too many children"):
        step(36**4)


@given(PATHS, PATHS)
def test_a_subtree_is_the_range_up_to_its_successor(top: str, path: str) -> None:
    assert (top <= path < successor(top)) == path.startswith(top)


def test_behind_the_last_possible_child_comes_nothing_of_the_parent() -> None:
    assert "0000ZZZZ" < "0000ZZZZ0001" < successor("0000ZZZZ") < successor("0000")


def test_ancestors_come_from_the_root_down() -> None:
    assert ancestors("000000010002") == ["0000", "00000001"]
    assert ancestors("0000") == []


def test_what_lies_inside_another_subtree_is_dropped() -> None:
    assert disjoint(["00000002", "0000", "00010001", "00010001"]) == ("0000", "00010001")
