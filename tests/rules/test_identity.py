"""Citizen identity numbers (rules §11.1) and the numbers of other documents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from zhibu.kernel.identity import DOCUMENT_TYPES, Identity, Sex, check_document, parse_identity
from zhibu.kernel.identity.resident import check_character
from zhibu.kernel.rules import Violation

TODAY = date(2026, 11, 24)


def code(found: object) -> str:
    assert isinstance(found, Violation)
    return found.code


def number(head: str) -> str:
    return head + check_character(head)


@pytest.mark.parametrize(
    ("text", "birth", "sex"),
    [
        ("110101199003071233", date(1990, 3, 7), "male"),
        ("110101199003071241", date(1990, 3, 7), "female"),
        ("11010119900307002X", date(1990, 3, 7), "female"),
        ("110101200002290018", date(2000, 2, 29), "male"),
        ("110101194901010018", date(1949, 1, 1), "male"),
    ],
)
def test_worked_examples(text: str, birth: date, sex: Sex) -> None:
    assert parse_identity(text, TODAY) == Identity(text, birth, sex)


def test_fifteen_digits_become_eighteen() -> None:
    assert parse_identity("110101900307101", TODAY) == Identity("110101199003071014", date(1990, 3, 7), "male")


@pytest.mark.parametrize(
    "written",
    [
        "11010119900307002x",
        "１１０１０１１９９００３０７００２Ｘ",
        "１１０１０１１９９００３０７００２ｘ",
        " 110101 19900307 002X\n",
        "110101-19900307-002X",
        "110101　19900307－002X",
        "\ufeff110101199003\u200b07002X",
    ],
)
def test_the_ways_people_write_a_number(written: str) -> None:
    found = parse_identity(written, TODAY)
    assert isinstance(found, Identity)
    assert found.number == "11010119900307002X"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "identity.empty"),
        (" - ", "identity.empty"),
        ("110101199003071234", "identity.checksum"),
        ("110101190002290018", "identity.no_such_day"),
        ("110101199013071234", "identity.no_such_day"),
        ("110101000000001234", "identity.no_such_day"),
        ("110101900230101", "identity.no_such_day"),
        ("11010119900307123", "identity.length"),
        ("1101011990030712333", "identity.length"),
        ("1101011990030712AB", "identity.character"),
        ("X10101199003071233", "identity.character"),
        ("11010190030710X", "identity.character"),
        ("١١٠١٠١١٩٩٠٠٣٠٧١٢٣٣", "identity.character"),
        ("11010119900307①233", "identity.character"),
        ("1.10101E+17", "identity.scientific"),
        ("010101199003071233", "identity.region"),
        (number("91010119900307123"), "identity.region"),
        (number("11010120261125001"), "identity.future"),
        (number("11010118791231001"), "identity.too_early"),
    ],
)
def test_each_reason_has_its_own_code(text: str, reason: str) -> None:
    assert code(parse_identity(text, TODAY)) == reason


def test_a_child_born_today_is_not_in_the_future() -> None:
    assert isinstance(parse_identity(number("11010120261124001"), TODAY), Identity)


def test_regions_that_were_abolished_still_pass() -> None:
    old = number("51020219620312001")  # Chongqing under Sichuan, before 1997
    found = parse_identity(old, TODAY)
    assert isinstance(found, Identity)
    assert found.region == "510202"
    assert not found.is_residence_permit


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan(region: str) -> None:
    found = parse_identity(number(region + "19900307123"), TODAY)
    assert isinstance(found, Identity)
    assert found.is_residence_permit


@given(st.from_regex(r"[1-8][0-9]{16}", fullmatch=True))
def test_check_character_agrees_with_stdnum_and_with_the_published_weights(head: str) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, head, strict=True))
    assert check_character(head) == "10X98765432"[total % 11] == ric.calc_check_digit(head + "0")


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(birth: date, order: int, place: int, shift: int) -> None:
    right = number(f"110101{birth:%Y%m%d}{order:03d}")
    found = parse_identity(right, TODAY)
    assert found == Identity(right, birth, "male" if order % 2 else "female")
    if right[place] != "X":
        wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
        assert isinstance(parse_identity(wrong, TODAY), Violation)


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    assert isinstance(parse_identity(text, TODAY), Identity | Violation)


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("resident", "11010119900307002x", "11010119900307002X"),
        ("residence_permit", number("81000019900307123"), number("81000019900307123")),
        ("officer", "军字第 1234567 号", "军字第1234567号"),
        ("passport", "e12345678", "E12345678"),
        ("hk_macao_pass", "h12345678", "H12345678"),
        ("hk_macao_pass", "M1234567801", "M1234567801"),
        ("taiwan_pass", "12345678", "12345678"),
        ("taiwan_pass", "1234567890（B）", "1234567890(B)"),
        ("foreigner", "USA123456789012", "USA123456789012"),
        ("foreigner", number("91184019900307123"), number("91184019900307123")),
        ("other", "工字〔2020〕12", "工字〔2020〕12"),
    ],
)
def test_documents_of_every_kind(kind: str, text: str, stored: str) -> None:
    assert check_document(kind, text, TODAY) == stored


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("resident", "110101199003071234", "identity.checksum"),
        ("residence_permit", "110101199003071233", "document.format"),
        ("officer", "军字号", "document.format"),
        ("passport", "110101199003071233", "document.format"),
        ("passport", "ABCDEFGH", "document.format"),
        ("hk_macao_pass", "A12345678", "document.format"),
        ("taiwan_pass", "1234567", "document.format"),
        ("foreigner", "US1234567890123", "document.format"),
        ("foreigner", "911840199003071230", "identity.checksum"),
        ("other", "?", "document.format"),
        ("passport", "  ", "document.empty"),
    ],
)
def test_documents_that_cannot_be_right(kind: str, text: str, reason: str) -> None:
    assert code(check_document(kind, text, TODAY)) == reason


def test_kinds_are_named_as_the_documents_are() -> None:
    assert [kind.label_zh for kind in DOCUMENT_TYPES.values()] == [
        "居民身份证",
        "港澳台居民居住证",
        "军官证",
        "护照",
        "港澳居民来往内地通行证",
        "台湾居民来往大陆通行证",
        "外国人永久居留身份证",
        "其他",
    ]
