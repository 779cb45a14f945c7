"""What may be enrolled, what a tap means, what counts as proven: pure, to the last branch."""

import json
from datetime import date

import pytest

from zhibu.apps.cards import rules
from zhibu.kernel.cardnumbers import CardNumberError
from zhibu.kernel.rules.registry import try_rule

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("state", "replaced", "valid_to", "found"),
    [
        ("active", False, None, "identified"), ("active", False, TODAY, "identified"), ("active", False, date(2026, 11, 23), "expired"),
        ("blank", False, None, "blank"), ("lost", False, None, "lost"), ("returned", False, None, "returned"),
        ("destroyed", False, None, "destroyed"), ("destroyed", True, None, "replaced"), ("active", True, None, "replaced"),
    ],
)  # fmt: skip
def test_what_a_tap_means(state: str, replaced: bool, valid_to: date | None, found: str) -> None:
    assert rules.meaning(state, replaced=replaced, valid_to=valid_to, today=TODAY) == found


@pytest.mark.parametrize(
    ("outcome", "answered", "found"),
    [
        ("identified", True, "identified"), ("identified", False, "forged"), ("identified", None, "unproven"),
        ("lost", None, "lost"), ("lost", True, "lost"), ("lost", False, "forged"), ("expired", None, "expired"),
        ("elsewhere", False, "elsewhere"), ("elsewhere", None, "elsewhere"),
    ],
)  # fmt: skip
def test_what_is_proven(outcome: str, answered: bool | None, found: str) -> None:
    assert rules.proven(outcome, answered=answered) == found


def test_every_outcome_says_what_to_do_next() -> None:
    assert [
        key for key, one in rules.MEANINGS.items() if not one.title or not (one.next_step or key == "identified")
    ] == []


@pytest.mark.parametrize(
    ("raw", "form", "length", "found"),
    [
        ("04A1B2C3", "hex", 4, "04A1B2C3"), ("0077705923", "dec", 0, "04A1B2C3"), ("04A1B2C3D4E5F6", "hex", 0, "04A1B2C3D4E5F6"),
        ("08A1B2C3", "hex", 0, "cards.random"), ("0", "hex", 0, "cards.zero"), ("9999999999", "8h10d", 0, "cards.too_big"),
        ("xyz", "hex", 0, "cards.format"),
    ],
)  # fmt: skip
def test_what_may_be_enrolled(raw: str, form: str, length: int, found: str) -> None:
    if not found.startswith("cards."):
        assert rules.enrolled(raw, form, length) == found
        return
    with pytest.raises(CardNumberError) as refused:
        rules.enrolled(raw, form, length)
    assert refused.value.code == found


@pytest.mark.parametrize("form", ["hex", "hex-reversed", "dec", "dec-reversed", "8h10d", "4h4h"])
def test_what_a_reader_types_reads_back(form: str) -> None:
    assert rules.normal_form(rules.written("04A1B2C3", form), form, 4) == "04A1B2C3"


def test_printed_numbers_tails_and_ends() -> None:
    assert rules.printed(" k-000１01 ") == "K000101"
    assert rules.printed("K9") == ""
    assert rules.tail("04:a1:b2:c3", 4) == "B2C3"
    assert rules.ends_soon(date(2026, 12, 24), TODAY)
    assert not rules.ends_soon(date(2026, 12, 25), TODAY)
    assert not rules.ends_soon(None, TODAY)


def test_enrolling_can_be_tried() -> None:
    assert '"04A1B2C3"' in json.dumps(try_rule("cards.enrol", {"raw": "04A1B2C3", "format": "hex", "bytes": 4}))
    assert "cards.random" in json.dumps(try_rule("cards.enrol", {"raw": "08A1B2C3", "format": "hex", "bytes": 4}))
