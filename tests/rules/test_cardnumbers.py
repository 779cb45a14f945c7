"""Card numbers of every reader format in one normal form (rules §14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.cardnumbers import FORMATS, CardNumberError, normalize


@pytest.mark.parametrize(
    ("raw", "form", "uid"),
    [
        ("0040856634", "8h10d", "026F6C3A"),
        ("00623,27706", "4h4h", "026F6C3A"),
        ("623，27706", "4h4h", "026F6C3A"),
        ("2A83155E", "hex", "2A83155E"),
        ("5E15832A", "hex-reversed", "2A83155E"),
        ("0713233758", "dec", "2A83155E"),
        ("1578468138", "dec-reversed", "2A83155E"),
        ("04A1B2C3", "hex", "04A1B2C3"),
        ("0077705923", "dec", "04A1B2C3"),
        ("3283263748", "dec-reversed", "04A1B2C3"),
        ("C3B2A104", "hex-reversed", "04A1B2C3"),
        ("00012345", "hex", "00012345"),
        ("0000074565", "dec", "00012345"),
        ("74565", "dec", "00012345"),
        ("1159921920", "dec-reversed", "00012345"),
        ("12345", "hex", "00012345"),
        ("0x04:a1:b2:c3\r\n", "hex", "04A1B2C3"),
        ("０４ａ１ｂ２ｃ３", "hex", "04A1B2C3"),
        ("0004A1B2C3", "hex", "04A1B2C3"),
    ],
)
def test_four_byte_cards(raw: str, form: str, uid: str) -> None:
    assert normalize(raw, form, 4) == uid


def test_seven_byte_cards_keep_all_their_bytes() -> None:
    assert normalize("04A1B2C3D4E580", "hex", 7) == "04A1B2C3D4E580"
    assert normalize("80E5D4C3B2A104", "hex-reversed", 7) == "04A1B2C3D4E580"
    assert normalize("1303689068602752", "dec", 7) == "04A1B2C3D4E580"
    assert normalize("1", "dec", 7) == "00000000000001"


@pytest.mark.parametrize(
    ("raw", "form", "length", "reason"),
    [
        ("07302202", "6h8d", 4, "cards.lossy"),
        ("111,27706", "2h4h", 4, "cards.lossy"),
        ("04A1B2C3D4E580", "hex", 4, "cards.too_big"),
        ("01026f6c3a", "hex", 4, "cards.too_big"),
        ("4294967296", "dec", 4, "cards.too_big"),
        ("9999999999", "8h10d", 4, "cards.too_big"),
        ("72057594037927936", "dec", 7, "cards.too_big"),
        ("65536,0", "4h4h", 4, "cards.too_big"),
        ("0,65536", "4h4h", 4, "cards.too_big"),
        ("0040856634", "8h10d", 7, "cards.length"),
        ("00623,27706", "4h4h", 7, "cards.length"),
        ("", "hex", 4, "cards.format"),
        ("XYZ", "hex", 4, "cards.format"),
        ("04A1", "dec", 4, "cards.format"),
        ("-5", "dec", 4, "cards.format"),
        ("0062327706", "4h4h", 4, "cards.format"),
        ("٤", "dec", 4, "cards.format"),
        ("0" * 65, "dec", 4, "cards.format"),
    ],
)
def test_numbers_without_a_normal_form(raw: str, form: str, length: int, reason: str) -> None:
    with pytest.raises(CardNumberError) as refused:
        normalize(raw, form, length)
    assert refused.value.code == reason


@pytest.mark.parametrize(("form", "length"), [("10h", 4), ("hex", 5)])
def test_unknown_formats_and_lengths_are_a_programming_error(form: str, length: int) -> None:
    with pytest.raises(ValueError, match="unknown"):
        normalize("1", form, length)


@given(st.binary(min_size=4, max_size=4))
def test_every_reader_of_the_same_four_byte_card_agrees(uid: bytes) -> None:
    number, back = int.from_bytes(uid, "big"), int.from_bytes(uid, "little")
    written = {
        "hex": uid.hex(),
        "hex-reversed": uid[::-1].hex(),
        "dec": f"{number}",
        "dec-reversed": f"{back:010d}",
        "8h10d": f"{number:010d}",
        "4h4h": f"{number >> 16:05d},{number & 0xFFFF:05d}",
    }
    assert set(written) == set(FORMATS) - {"6h8d", "2h4h"}
    assert {normalize(raw, form, 4) for form, raw in written.items()} == {uid.hex().upper()}


@given(st.binary(min_size=7, max_size=7))
def test_every_reader_of_the_same_seven_byte_card_agrees(uid: bytes) -> None:
    number, back = int.from_bytes(uid, "big"), int.from_bytes(uid, "little")
    written = {"hex": uid.hex(), "hex-reversed": uid[::-1].hex(), "dec": str(number), "dec-reversed": str(back)}
    assert {normalize(raw, form, 7) for form, raw in written.items()} == {uid.hex().upper()}
