"""Lines of totals are told, summed and left out; who might be somebody never is."""

from datetime import date
from typing import Any

import pytest

from zhibu.kernel.imports.cells import Context, day, money, person_name, staff_number, text
from zhibu.kernel.imports.parsing import Plan, staged_rows, totals_of
from zhibu.kernel.imports.spec import ImportColumn as C

COLUMNS = (C("name", "姓名", person_name(), required=True), C("staff", "工号", staff_number()),
           C("unit", "部门", text()), C("pay", "金额", money(), kind="decimal"))  # fmt: skip
CONTEXT = Context(date(2026, 11, 30))


def read(*rows: tuple[Any, ...], columns: tuple[C, ...] = COLUMNS) -> tuple[list[int], list[str]]:
    """Return the numbers of the rows read as records (the first is 2), and the notices."""
    sheet = [[None] * len(columns), *map(list, rows)]
    plan = Plan(tuple(enumerate(columns)), {}, next(c.key for c in columns if c.required))
    totals = totals_of(sheet, 1, plan, CONTEXT)
    return [row.number for row in staged_rows(sheet, 1, plan, CONTEXT, totals)], totals.notices


WANG, LI = ("王小明", "1001", "综合部", "10.00"), ("李建国", "1002", "财务部", 20.5)


@pytest.mark.parametrize(
    "label", ["合计", "合 计", "总计：", "小计", "本页合计", "累计", "合计（元）", "共计 2 人", "本月合计金额:"]
)
def test_a_line_of_totals_is_no_record(label: str) -> None:
    assert read(WANG, LI, (label, None, None, 30.5)) == ([2, 3], ["第 4 行是合计行，未作为记录读入。"])


def test_the_label_may_stand_in_another_column_and_beside_a_count() -> None:
    assert read(WANG, (None, None, "综合部小计", "10.00"))[0] == [2]
    assert read(WANG, (None, "合计", "共1笔", 10))[0] == [2]


@pytest.mark.parametrize("label", ["期初余额", "承前页", "过次页", "借方合计", "期末余额：1,200.50"])
def test_balances_and_turned_pages_are_no_record(label: str) -> None:
    assert read(WANG, (label, None, None, 1200.5), LI)[0] == [2, 4]
    assert read(WANG, (label, "1003", None, 1200.5), LI)[0] == [2, 3, 4]


@pytest.mark.parametrize(
    "row", [("合计", "1001", None, 1), ("合计", 1001, None, 1), ("小计", None, "综合部", 1), ("张小计", None, None, 1), ("合计生", None, None, 1),
            ("李建国", None, "合计", 1), ("计合", None, None, None)],
)  # fmt: skip
def test_who_may_be_somebody_stays(row: tuple[Any, ...]) -> None:
    assert read(WANG, row) == ([2, 3], [])


def test_what_stands_under_the_table_is_no_record() -> None:
    found = read(
        WANG,
        ("填表人：张三", None, "审核：李四", None),
        (None, "备注：以上为在岗人员", None, None),
        ("注意", "9", None, None),
    )
    assert found[0] == [2, 5]
    assert found[1][0] == "第 3 行是表格以外的说明（填表人：张三），未作为记录读入。"
    assert read(("王小明", None, "备注：借调", None), ("\u200b", " ", None, None))[0] == [2]


def test_the_header_again_and_the_example_of_the_template_are_no_record() -> None:
    titled = tuple(C(c.key, c.label, c.parse, required=c.required, kind=c.kind, example=said)
                   for c, said in zip(COLUMNS, ("陈桂芳", "10023", "综合部", "30.00"), strict=True))  # fmt: skip
    example = ("陈桂芳", "10023", "综合部", "30.00")
    numbers, told = read(example, WANG, ("姓名", "工号", "部门", None), example, columns=titled)
    assert (numbers, told) == (
        [3, 5],
        ["第 2 行是模板里的示例，未作为记录读入。", "第 4 行是重复的表头，未作为记录读入。"],
    )
    assert read((*example[:3], "31.00"), columns=titled)[0] == [2]
    assert read((*example[:3], None), columns=titled)[0] == [2]


def test_sums_are_compared_with_the_rows_since_the_last_and_with_all() -> None:
    part, whole = ("小计", None, None, 20.5), ("合计", None, None, "30.50")
    assert read(WANG, ("小计", None, None, 10), LI, part, whole)[1] == [
        f"第 {n} 行是合计行，未作为记录读入。" for n in (3, 5, 6)
    ]
    (told,) = read(WANG, LI, ("合计", None, None, "40.50"))[1]
    assert "写的是 40.50，与以上各行之和 30.5" in told
    assert "不一致" in told


def test_a_statement_names_its_totals_in_the_column_of_days() -> None:
    columns = (C("on", "日期", day(), required=True, kind="date"), C("payer", "户名", text()), COLUMNS[3])
    assert read(("2026-11-05", "王小明", 10), ("合计", "", "10"), ("", "合计", "10"), columns=columns)[0] == [2]
