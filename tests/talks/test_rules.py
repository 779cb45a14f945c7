"""Which kind a talk is, and with whom nobody has talked."""

import pytest

from zhibu.apps.talks import rules


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [(True, True, "committee"), (True, False, "mixed"), (False, True, "mixed"), (False, False, "members")],
)
def test_the_kind_follows_from_who_sits_on_the_committee(first: bool, second: bool, kind: str) -> None:
    assert rules.kind_of(first, second) == kind


def test_those_nobody_talked_with_are_left() -> None:
    assert rules.without([1, 2, 3], [2, 4]) == {1, 3}
