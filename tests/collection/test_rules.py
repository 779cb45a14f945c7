"""When a reply is complete, from the states of its fields."""

import pytest

from zhibu.apps.collection import rules

ASKED = ("mobile", "address")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, rules.WAITING),
        ({"mobile": rules.DRAFT}, rules.WAITING),
        ({"mobile": rules.SENT}, rules.PART),
        ({"mobile": rules.SENT, "address": rules.SENT}, rules.FILED),
        ({"mobile": rules.SENT, "address": rules.SAME}, rules.FILED),
        ({"mobile": rules.SENT, "address": rules.REFUSED}, rules.RETURNED),
        ({"mobile": rules.ACCEPTED, "address": rules.REFUSED}, rules.RETURNED),
        ({"mobile": rules.ACCEPTED, "address": rules.SAME}, rules.DONE),
        ({"mobile": rules.ACCEPTED}, rules.PART),
    ],
)
def test_the_state_of_a_reply(answers: dict[str, str], state: str) -> None:
    assert rules.state_of(ASKED, answers) == state


def test_what_is_missing_stands_in_the_order_it_was_asked_for() -> None:
    assert rules.missing(("a", "b", "c", "d"), {"b": rules.SENT, "c": rules.REFUSED}) == ["a", "c", "d"]
