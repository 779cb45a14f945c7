"""Messy cells become clean values, or a sentence that tells the clerk what to do."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.imports.cells import (
    CellError,
    Choice,
    Context,
    Parser,
    boolean,
    choice,
    clean,
    day,
    decimal,
    identity_number,
    integer,
    many,
    money,
    person_name,
    phone,
    required,
    staff_number,
    text,
)
from zhibu.kernel.imports.reading import UNCALCULATED

TODAY = Context(date(2026, 7, 1))
SEX = choice([Choice("male", "男", ("1", "M", "男性")), Choice("female", "女", ("2", "F", "女性"))])
VALID = "11010519491231002X"


def why(parser: Parser, value: object, context: Context = TODAY) -> str:
    with pytest.raises(CellError) as caught:
        parser(value, context)
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("  深圳  市\n南山\t区 ", "深圳 市 南山 区"),
        ("Ａ１２３　号", "A123 号"),
        ("“一”，（二）：三。", "“一”，（二）：三。"),
        ("张\u200b伟\ufeff\x07\u202e", "张伟"),
        (1001.0, "1001"),
        (12.5, "12.5"),
        (True, "是"),
        (date(1958, 3, 12), "1958-03-12"),
        (datetime(1958, 3, 12), "1958-03-12"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("#1 楼", "#1 楼"),
        ("'00123", "00123"),  # as Excel is told that it is no number
        (" ＇１１０１０５19491231002X", "11010519491231002X"),
        ("'五一'新村", "'五一'新村"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_tidied_and_keeps_its_meaning(raw: object, tidy: str) -> None:
    assert text()(raw, TODAY) == tidy


@pytest.mark.parametrize("blank", ["", None, "   ", "\u3000", "\u200b", "\n"])
def test_blank_is_nothing_for_every_parser(blank: object) -> None:
    parsers = (text(), person_name(), day(), integer(), money(), SEX, phone(), identity_number(), staff_number())
    for parser in (*parsers, boolean(), many(text())):
        assert parser(blank, TODAY) is None
    assert why(required(text(), "姓名"), blank) == "姓名不能为空，请填写。"


def test_text_that_is_no_text() -> None:
    assert "最多 10 个字" in why(text(10), "长" * 200)
    assert "错误值 #N/A" in why(text(), "#N/A")
    assert "还没有计算结果" in why(person_name(), UNCALCULATED)
    assert "丢失末几位" in why(text(), 1.1e17)
    assert "时长" in why(text(), timedelta(hours=3))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张伟", "张伟"),
        ("张  伟", "张伟"),
        (" 张　伟\n", "张伟"),
        ("欧阳 娜 娜", "欧阳娜娜"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("买买提‧吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("阿卜杜·热合曼·买买提", "阿卜杜·热合曼·买买提"),
        ("John   F. O'Brien", "John F. O'Brien"),
        ("李𠮷", "李𠮷"),
        ("王 䶮", "王䶮"),
        ('张"大"伟', '张"大"伟'),
        ("张伟（大）", "张伟（大）"),
        ("〇一", "〇一"),
    ],
)
def test_names(raw: str, name: str) -> None:
    assert person_name()(raw, TODAY) == name


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("张伟😀", "表情"),
        ("张☆伟", "图形符号"),
        ("张" * 200, "最多 50 个字"),
        ("=cmd|' /C calc'!A0", "不能有“=”"),
        ("<script>", "不能有“<”"),
        ("12345", "不像姓名"),
        ("合计", "不像姓名"),
        ("姓　名", "不像姓名"),  # the header again, on the second page
        ("制表人：张三", "不能有“：”"),
        ("张三、李四", "不能有“、”"),
        ("张\ue863", "造字"),
        ("张\ufffd", "造字或乱码"),
        (1001.0, "填错了列"),
        (date(2020, 1, 1), "填错了列"),
    ],
)
def test_what_is_no_name(raw: object, says: str) -> None:
    assert says in why(person_name(), raw)


@pytest.mark.parametrize(
    "raw",
    [
        "1958-03-12",
        "1958-3-12",
        "1958/3/12",
        "1958.3.12",
        "1958.03.12",
        "19580312",
        "1958年3月12日",
        "1958 年 03 月 12 日",
        "1958年3月12号",
        "１９５８－０３－１２",
        "１９５８年３月１２日",
        "一九五八年三月十二日",
        "一九五八年三月十二号",
        "1958-03-12 00:00:00",
        "1958-03-12T08:30:00",
        " 1958/03/12 ",
        "21256",
        21256,
        21256.0,
        21256.75,
        19580312,
        19580312.0,
        date(1958, 3, 12),
        datetime(1958, 3, 12, 8, 30),
    ],
)
def test_one_day_in_many_styles(raw: object) -> None:
    assert day()(raw, TODAY) == date(1958, 3, 12)


def test_serial_numbers_of_the_1904_system_are_four_years_later() -> None:
    mac = Context(TODAY.today, date1904=True)
    assert day()(21256 - 1462, mac) == day()(str(21256 - 1462), mac) == date(1958, 3, 12)
    assert day()("1958-03-12", mac) == date(1958, 3, 12)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("58-03-12", "只有两位"),
        ("58.3.12", "只有两位"),
        ("58年3月", "只有两位"),
        ("580312", "只有两位"),
        (580312.0, "只有两位"),
        ("3/12/1958", "哪个是月、哪个是日"),
        ("1958", "只有年份"),
        ("1958年", "只有年份"),
        (1958.0, "分不清是年份还是日期"),
        (1958.3, "分不清是年份还是日期"),
        ("1958年3月", "只写到月"),
        ("1958-03", "只写到月"),
        ("195803", "只写到月"),
        ("1958-02-30", "没有“1958-02-30”这一天"),
        ("19581345", "没有"),
        ("1958年13月1日", "没有"),
        ("2026-07-02", "还没有到"),
        ("1899-12-31", "早于 1900 年"),
        ("昨天", "看不懂日期"),
        ("二〇二〇年三月", "只写到月"),
        ("二○二○年二月三十日", "没有"),
        ("二零二零年十三月一日", "没有"),
        ("二〇二〇年三月十五十日", "没有"),
        ("1958-03-12-01", "看不懂日期"),
        (-5, "不是日期"),
        (1e300, "不是日期"),
        (float("nan"), "不是日期"),
        (True, "看不懂"),
        (time(8), "只有时间"),
    ],
)
def test_what_is_no_day_and_why(raw: object, says: str) -> None:
    assert says in why(day(), raw)


def test_month_and_future_only_where_allowed() -> None:
    month = day(allow_month=True)
    for raw in ("1958年3月", "1958-03", "1958.3", "195803", 195803.0):
        assert month(raw, TODAY) == date(1958, 3, 1)
    assert "分不清" in why(month, 1958.1)  # January, or October with its zero lost
    assert day(allow_future=True)("2030-01-01", TODAY) == date(2030, 1, 1)
    assert day()("2026-07-01", TODAY) == TODAY.today


def test_whole_numbers() -> None:
    for raw in ("12", 12, 12.0, "１２", "12.0", " 12 "):
        assert integer()(raw, TODAY) == 12
    assert integer()("1,200", TODAY) == 1200
    assert "不是整数" in why(integer(), 12.5)
    assert "不是数字" in why(integer(), "12人")
    assert "不是数字" in why(integer(), "1,2")
    assert "不能小于 0" in why(integer(0, 9), -1)
    assert "不能大于 9" in why(integer(0, 9), 10)


def test_money_is_exact() -> None:
    assert money()(0.1 + 0.2, TODAY) == Decimal("0.30")
    assert money()("￥1,234.50", TODAY) == Decimal("1234.50")
    assert money()("１２３４．５元", TODAY) == Decimal("1234.50")
    assert money(None)("(1,234.5)", TODAY) == Decimal("-1234.50")
    assert str(money()(5, TODAY)) == "5.00"
    assert "超过 2 位" in why(money(), "1.005")
    assert "不能小于 0" in why(money(), -1)
    assert "不是数字" in why(money(), "1.2万元")
    assert "太大" in why(money(), 9.9e20)
    assert "太大" in why(money(), "9" * 24)
    assert decimal(4)("0.1234", TODAY) == Decimal("0.1234")


def test_choices() -> None:
    for raw in ("男", " 男 ", "male", "MALE", "m", "Ｍ", "1", 1.0, "男性"):
        assert SEX(raw, TODAY) == "male"
    assert why(SEX, "未知") == "“未知”不在可选范围内，请填：男、女。"
    assert boolean()("是", TODAY) is True
    assert boolean()("×", TODAY) is False
    assert boolean()(True, TODAY) is True
    with pytest.raises(ValueError, match="two options"):
        choice([Choice("a", "甲", ("x",)), Choice("b", "乙", ("X",))])


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13812345678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0755-12345678".replace("1", "2", 1), "0755-22345678"),
        ("(0755)22345678", "0755-22345678"),
        ("075522345678", "0755-22345678"),
        ("010 62345678", "010-62345678"),
        ("010-62345678-801", "010-62345678-801"),
        ("+86 755 2234 5678", None),
        ("400-123-4567", "400-123-4567"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_telephones(raw: object, number: str | None) -> None:
    if number is None:
        assert "不是电话号码" in why(phone(), raw) or "两个号码" in why(phone(), raw)
    else:
        assert phone()(raw, TODAY) == number


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("1381234567", "有 10 位数字，应为 11 位"),
        ("22345678", "缺少区号"),
        ("13812345678/13912345678", "两个号码"),
        ("无", "不是电话号码"),
        ("1.38E+10", "科学计数"),
    ],
)
def test_what_is_no_telephone(raw: str, says: str) -> None:
    assert says in why(phone(), raw)


def test_identity_numbers() -> None:
    for raw in (VALID, VALID.lower(), " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２ｘ"):
        assert identity_number()(raw, TODAY) == VALID
    assert identity_number()("110105491231002", TODAY) == identity_number()(110105491231002.0, TODAY) == VALID
    lost = "Excel 把证件号码变成了科学计数，末几位已丢失，请把该列设为文本后重新填写。"
    for lossy in (1.10105194912310e17, 110105194912310020, "1.1E+17", "1.10105E+17", float("inf")):
        assert why(identity_number(), lossy) == lost
    assert why(identity_number(), "110105194912310021").endswith("。")
    assert "不存在" in why(identity_number(), "110105194913310021")


def test_staff_numbers() -> None:
    assert staff_number()(1001.0, TODAY) == "1001"
    assert staff_number()("001001", TODAY) == "001001"
    assert staff_number()("Ａ－００１", TODAY) == "A－001"
    assert "小数" in why(staff_number(), 1001.5)
    assert "科学计数" in why(staff_number(), "1.2E+12")
    assert "空格" in why(staff_number(), "1001 1002")
    assert "变成了日期" in why(staff_number(), date(2024, 1, 2))


def test_several_values_in_one_cell() -> None:
    assert many(text())("书法、摄影；书法/ 篮球\n", TODAY) == ("书法", "摄影", "篮球")
    assert many(SEX)("男,女", TODAY) == ("male", "female")
    assert "不在可选范围内" in why(many(SEX), "男、狗")
    assert "最多 2 项" in why(many(text(), 2), "一、二、三")


def test_clean_is_stable() -> None:
    assert clean(clean("  Ａ　Ｂ\u200b ")) == "A B"


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.text("0123456789-/.年月日 :TE+１２,()", max_size=24),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=2),
)
PARSERS = [
    text(),
    person_name(),
    day(),
    day(allow_month=True, allow_future=True),
    integer(0, 10),
    decimal(3),
    money(),
    SEX,
    boolean(),
    phone(),
    identity_number(),
    staff_number(),
    many(text()),
    many(day()),
    required(text(), "姓名"),
]


@given(value=SCALARS, parser=st.sampled_from(PARSERS), mac=st.booleans())
def test_nothing_but_a_sentence_comes_out_of_a_parser(value: object, parser: Parser, mac: bool) -> None:
    sentence = "。"
    try:
        parser(value, Context(date(2026, 7, 1), mac))
    except CellError as error:
        sentence = str(error)
    assert sentence.endswith("。")


@given(st.dates(date(1905, 10, 1), date(2026, 7, 1)))
def test_every_style_of_every_day_is_read_alike(born: date) -> None:
    serial = (born - date(1899, 12, 30)).days
    styles = [born.isoformat(), f"{born:%Y%m%d}", f"{born.year}/{born.month}/{born.day}", float(serial), str(serial)]
    styles += [
        f"{born.year}年{born.month}月{born.day}日",
        f"{born.year}.{born.month}.{born.day}",
        int(f"{born:%Y%m%d}"),
    ]
    assert {day()(style, TODAY) for style in styles} == {born}


@given(st.text(max_size=60))
def test_clean_twice_is_clean_once(raw: str) -> None:
    try:
        once = clean(raw)
    except CellError:
        return
    assert clean(once) == once
