"""Money: reading, rounding, and amounts in words by article 52 (rules §9)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.money import MoneyError, format_amount, parse_amount, parse_upper, round_fen, upper

AMOUNTS = st.decimals(Decimal("-9999999999999999.99"), Decimal("9999999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.10", "壹角整"),
        ("105.00", "壹佰零伍元整"),
        ("100000", "壹拾万元整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("100000001", "壹亿零壹元整"),
        ("0", "零元整"),
        ("-0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.32", "叁角贰分"),
        ("-3.20", "负叁元贰角整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("20001000", "贰仟万零壹仟元整"),
        ("1000000000000", "壹万亿元整"),
        ("1234567890000", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万元整"),
        ("1000012340000", "壹万亿零壹仟贰佰叁拾肆万元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert upper(Decimal(amount)) == words
    assert parse_upper(words) == Decimal(amount)


@given(AMOUNTS)
def test_words_read_back_give_the_same_amount(amount: Decimal) -> None:
    assert parse_upper(upper(amount)) == amount


@given(AMOUNTS)
def test_words_close_with_zheng_unless_there_are_fen_and_never_double_a_zero(amount: Decimal) -> None:
    words = upper(amount)
    assert words.endswith("整") == (amount * 10 == int(amount * 10))
    assert "零零" not in words


@pytest.mark.parametrize("amount", ["10000000000000000", "-1E+20", "9999999999999999.999"])
def test_amounts_beyond_ten_thousand_wan_yi_are_refused(amount: str) -> None:
    with pytest.raises(MoneyError, match="金额"):
        upper(Decimal(amount))


def test_fractions_of_a_fen_have_no_words() -> None:
    with pytest.raises(MoneyError, match="到分"):
        upper(Decimal("1.005"))


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("人民币壹佰圆正", "100.00"),
        ("壹仟陆佰捌拾元零叁角贰分", "1680.32"),
        ("壹拾万柒仟元零伍角叁分", "107000.53"),
        ("壹佰元零角伍分", "100.05"),
        ("貳拾萬圓整", "200000.00"),
        ("壹佰零伍元", "105.00"),
    ],
)
def test_other_spellings_are_compared_by_value(words: str, amount: str) -> None:
    assert parse_upper(words) == Decimal(amount)


@pytest.mark.parametrize("words", ["", "整", "万元整", "拾元整", "壹贰元整", "壹百元整", "壹元元整", "壹佰", "壹" * 99])
def test_words_that_are_no_amount_are_refused(words: str) -> None:
    with pytest.raises(MoneyError, match="大写金额写法不对"):
        parse_upper(words)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("￥1,234.50", "1234.50"),
        ("¥ 1234.5 元", "1234.50"),
        ("１２３４．５", "1234.50"),
        ("1，234，567", "1234567.00"),
        ("人民币 20 元", "20.00"),
        ("-3", "-3.00"),
        ("￥-3.10", "-3.10"),
        ("－3.1", "-3.10"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("1.500", "1.50"),
        ("-0", "0.00"),
        (7, "7.00"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("1234567890123.45"), "1234567890123.45"),
    ],
)
def test_amounts_as_people_type_them(typed: str | int | Decimal, amount: str) -> None:
    assert str(parse_amount(typed)) == amount


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "请填写金额"),
        ("元", "写法不对"),
        (".", "最多|写法不对"),
        ("1,5", "写法不对"),
        ("12,34.00", "写法不对"),
        ("--3", "写法不对"),
        ("-￥-3", "写法不对"),
        ("1e5", "写法不对"),
        ("NaN", "写法不对"),
        ("壹佰", "写法不对"),
        ("1" * 200, "写法不对"),
        ("1" * 21, "太大"),
        ("1.005", "到分"),
        (Decimal("NaN"), "不是数"),
        (Decimal("Infinity"), "不是数"),
        (Decimal("1E+999"), "太大"),
        (Decimal("1E-999"), "到分"),
        (10**3000, "太大"),
    ],
)
def test_amounts_that_are_refused(typed: str | int | Decimal, reason: str) -> None:
    with pytest.raises(MoneyError, match=reason):
        parse_amount(typed)


def test_rounding_is_half_up_away_from_zero() -> None:
    assert [str(round_fen(Decimal(text))) for text in ("0.005", "2.675", "-2.675", "1.0049", "-0.001")] == [
        "0.01",
        "2.68",
        "-2.68",
        "1.00",
        "0.00",
    ]


@given(AMOUNTS)
def test_a_formatted_amount_is_read_back_exactly(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount("￥" + format_amount(abs(amount))) == abs(amount)
