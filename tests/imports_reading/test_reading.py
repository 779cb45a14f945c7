"""Sheets as Excel, LibreOffice, WPS and old programs write them become the rows that the clerk sees."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from zhibu.kernel.imports.reading import (
    UNCALCULATED,
    SheetRefused,
    cell_name,
    column_letter,
    is_blank,
    open_book,
    read_rows,
)

from .workbooks import DECLARATION, MAIN, sheet_xml, write_xlsx


def rows_of(path: Path, name: str = "") -> list[list[object]]:
    return list(map(list, read_rows(open_book(path, name or path.name).sheets[0])))


def csv_rows(tmp_path: Path, content: bytes) -> list[list[object]]:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return rows_of(path)


def test_cells_are_named_as_in_excel() -> None:
    assert column_letter(3) == "D"
    assert [column_letter(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert cell_name(11, 27) == "AB12"


def test_excel_types(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["张伟", 1001, 12.5, True, "=cmd|' /C calc'!A0"])
    sheet.write_string(1, 0, "=1+1")
    sheet.write_datetime(1, 1, datetime(1958, 3, 12), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(1, 2, 110101195803121234)
    book.close()
    first, second = rows_of(tmp_path / "a.xlsx")
    assert first[:4] == ["张伟", 1001.0, 12.5, True]
    assert second[0] == "=1+1"
    assert second[1] == date(1958, 3, 12)
    assert second[2] == pytest.approx(1.1010119580312123e17)


def test_row_numbers_are_those_of_the_sheet_though_it_starts_lower(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C5"] = "姓名"
    book.save(tmp_path / "a.xlsx")
    rows = rows_of(tmp_path / "a.xlsx")
    assert len(rows) == 5
    assert rows[4] == ["", "", "姓名"]


def test_a_million_formatted_rows_are_not_rows(tmp_path: Path) -> None:
    styled = "".join(
        f'<row r="{r}" s="1"><c r="A{r}" s="1"/><c r="XFD{r}" s="1"></c></row>' for r in range(1_040_000, 1_048_577)
    )
    sheet = sheet_xml(f'<row r="1"><c r="A1" t="s"><v>0</v></c></row>{styled}')
    book = open_book(write_xlsx(tmp_path / "a.xlsx", sheet, shared=["姓名"]), "a.xlsx")
    assert (book.sheets[0].rows, book.sheets[0].columns) == (1, 1)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "第 200000 行以后"),
        ('<row r="200001"><c s="1" r="B200001" t="str"><v>x</v></c></row>', "第 200000 行以后"),
        ('<row r="1048576"><c><v>1</v></c></row>', "第 200000 行以后"),
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', "XFD 列"),
        ('<row r="2"><c r="KO2"><v>1</v></c></row>', "KO 列"),
        (
            '<row r="2"><c r="KN2"><v>1</v></c></row><row r="150000"><c r="A150000"><v>1</v></c></row>',
            "150000 行、300 列",
        ),
    ],
)
def test_one_stray_cell_far_away_is_refused_before_it_fills_the_memory(tmp_path: Path, cell: str, says: str) -> None:
    sheet = sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c></row>{cell}')
    with pytest.raises(SheetRefused, match=says):
        open_book(write_xlsx(tmp_path / "a.xlsx", sheet), "a.xlsx")


def test_the_last_allowed_row_and_column_pass(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="KN1"><v>1</v></c></row><row r="20000"><c r="A20000"><v>2</v></c></row>'
    sheet = open_book(write_xlsx(tmp_path / "a.xlsx", sheet_xml(rows)), "a.xlsx").sheets[0]
    assert (sheet.rows, sheet.columns) == (20_000, 300)


def test_a_long_shared_string_used_very_often_is_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>1</v></c></row>' for r in range(1, 15_001))
    path = write_xlsx(tmp_path / "a.xlsx", sheet_xml(rows), shared=["短", "长" * 10_000])
    with pytest.raises(SheetRefused, match="长文字太多"):
        open_book(path, "a.xlsx")


def test_errors_and_uncalculated_formulas_are_seen_not_lost(tmp_path: Path) -> None:
    row = (
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f>A1&amp;"x"</f></c>'
        '<c r="C1"><f>A1</f><v></v></c><c r="D1" t="str"><f>IF(1,"")</f><v></v></c>'
        '<c r="E1" t="str"><f aca="false">"张"&amp;"伟"</f><v>张伟</v></c><c r="F1" t="e"><v>#N/A</v></c></row>'
    )
    rows = rows_of(write_xlsx(tmp_path / "a.xlsx", sheet_xml(row)))
    assert rows == [["#DIV/0!", UNCALCULATED, UNCALCULATED, "", "张伟", "#N/A"]]


def test_libreoffice_layout(tmp_path: Path) -> None:
    """No cached styles, attributes in another order, a filter, `customHeight` rows, blanks up to the last column."""
    row = (
        '<row r="1" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">'
        '<c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="0" t="s"><v>1</v></c><c r="AMJ1" s="0"/></row>'
        '<row r="2" customFormat="false" ht="12.8"><c r="A2" s="0" t="s"><v>2</v></c>'
        '<c r="B2" s="0" t="n"><v>21256</v></c></row>'
    )
    path = write_xlsx(
        tmp_path / "a.xlsx",
        sheet_xml(row, '<autoFilter ref="A1:B2"/>'),
        shared=["姓名", "出生日期", "张  伟"],
        properties='<workbookPr backupFile="false" showObjects="all" date1904="false"/>',
    )
    book = open_book(path, "a.xlsx")
    assert book.date1904 is False
    assert read_rows(book.sheets[0]) == [["姓名", "出生日期"], ["张  伟", 21256.0]]


def test_the_1904_system_is_told(tmp_path: Path) -> None:
    sheet = sheet_xml('<row r="1"><c r="A1"><v>19794</v></c></row>')
    path = write_xlsx(tmp_path / "a.xlsx", sheet, properties='<workbookPr date1904="1"/>')
    assert open_book(path, "a.xlsx").date1904 is True


def test_prefixed_namespaces_are_read(tmp_path: Path) -> None:
    sheet = (
        f'{DECLARATION}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="e"><x:v>#REF!</x:v></x:c>'
        '<x:c r="B1" t="inlineStr"><x:is><x:t>张伟</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(write_xlsx(tmp_path / "a.xlsx", sheet)) == [["#REF!", "张伟"]]


def test_cells_merged_over_rows_count_for_each_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["支部", "姓名"], ["一支部", "张伟"], ["", "李强"], ["", "王芳"]]:
        sheet.append(row)
    sheet["A3"] = sheet["A4"] = None
    sheet.merge_cells("A2:A4")
    book.save(tmp_path / "a.xlsx")
    assert [row[0] for row in rows_of(tmp_path / "a.xlsx")] == ["支部", "一支部", "一支部", "一支部"]


def test_trailing_blanks_are_dropped_also_when_they_are_spaces(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别", "  "])
    book.active.append(["张伟", "男", None])
    book.active.append([" ", None, "\n"])
    book.active["A900"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [["姓名", "性别"], ["张伟", "男"]]
    assert is_blank(["", "  ", "\n"])
    assert not is_blank(["", 0.0])


def test_hidden_sheets_come_last_and_an_empty_book_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "字典"
    book.active["A1"] = "男"
    book.active.sheet_state = "hidden"
    book.create_sheet("花名册")["A1"] = "姓名"
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    opened = open_book(tmp_path / "a.xlsx", "a.xlsx")
    assert [(sheet.name, sheet.hidden) for sheet in opened.sheets] == [("花名册", False), ("字典", True)]
    assert opened.sheet("字典").rows == 1
    with pytest.raises(SheetRefused, match="没有名为“工资”"):
        opened.sheet("工资")
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(SheetRefused, match="没有任何内容"):
        open_book(tmp_path / "empty.xlsx", "empty.xlsx")


def test_only_the_first_rows_when_asked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(50):
        book.active.append([number])
    book.save(tmp_path / "a.xlsx")
    sheet = open_book(tmp_path / "a.xlsx", "a.xlsx").sheets[0]
    assert len(read_rows(sheet, 30)) == 30
    assert len(read_rows(sheet)) == 50


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("shared", [True, False])
def test_the_head_of_a_long_sheet_is_the_head_of_the_whole(tmp_path: Path, prefix: str, shared: bool) -> None:
    """What the matching page shows of it is the same; only the rest was not read."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": not shared}) as book:
        few, long = book.add_worksheet("说明"), book.add_worksheet("花名册")
        few.write_row(0, 0, ["请看下一张"])
        long.merge_range(0, 0, 0, 2, "东江实业职工花名册")
        long.write_row(1, 0, ["姓名", "出生日期", "支部"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(2, 3_000):
            long.write_row(row, 0, [f"张{row}", "", "一支部"])
            long.write_datetime(row, 1, datetime(1980, 1, 1 + row % 28), day)
            long.write_formula(row, 3, "=1/0", value="#DIV/0!")
    if prefix:
        _with_prefix(path, prefix)
    whole, head = open_book(path, path.name), open_book(path, path.name, head=True)
    assert [(s.name, s.rows, s.columns, s.merged) for s in head.sheets] == [
        (s.name, s.rows, s.columns, s.merged) for s in whole.sheets
    ]
    for ours, theirs in zip(head.sheets, whole.sheets, strict=True):
        assert read_rows(ours, 40) == read_rows(theirs, 40)
    assert (len(read_rows(whole.sheet("花名册"))), head.sheet("花名册").rows) == (3_000, 3_000)
    assert head.facts is not None
    assert sum(marks.head is not None for marks in head.facts.marks.values()) == 1


def _with_prefix(path: Path, prefix: str) -> None:
    """Name the elements of the worksheets as some programs do: <x:row>."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1" + prefix.encode() + rb"\2", content)
                content = content.replace(b" xmlns=", b" xmlns:" + prefix[:-1].encode() + b"=", 1)
            archive.writestr(name, content)


def test_broken_xml_in_a_sound_archive(tmp_path: Path) -> None:
    for sheet in ("<worksheet><sheetData><row", sheet_xml('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')):
        with pytest.raises(SheetRefused):
            rows_of(write_xlsx(tmp_path / "a.xlsx", sheet))
    path = write_xlsx(tmp_path / "b.xlsx", sheet_xml(""), properties="<workbookPr>")
    with pytest.raises(SheetRefused, match="读不懂"):
        open_book(path, "b.xlsx")


TABLE = [
    ["姓名", "性别", "备注"],
    ["张伟", "男", "一、二"],
    ["李𠮷", "女", 'he said "好"\n第二行'],
    ["", "", ""],
    ["王䶮", "男", ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_csv_in_every_encoding_and_with_every_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(TABLE)
    assert csv_rows(tmp_path, out.getvalue().encode(encoding)) == TABLE


def test_gbk_csv_with_commas_inside_and_short_rows(tmp_path: Path) -> None:
    content = '花名册\r\n姓名,地址\r\n张伟,"深圳,南山"\r\n李强\r\n\r\n,,,\r\n'.encode("gbk")
    assert csv_rows(tmp_path, content) == [["花名册", ""], ["姓名", "地址"], ["张伟", "深圳,南山"], ["李强", ""]]


def test_csv_tricks_of_other_programs(tmp_path: Path) -> None:
    content = '编号,证件号,公式\n="007","=""110101195803121234""",=1+1\n'.encode()
    assert csv_rows(tmp_path, content)[1] == ["007", "110101195803121234", "=1+1"]


def test_an_unpaired_quote_is_refused_by_row(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="第 3 行的双引号不成对"):
        csv_rows(tmp_path, '姓名,备注\n张伟,好\n李强,"未完\n王芳,好\n'.encode())


def test_csv_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="不是文字表格"):
        csv_rows(tmp_path, b"abc,\x00\x00\x01def\nab")
    with pytest.raises(SheetRefused, match="没有任何内容"):
        csv_rows(tmp_path, b"\n , \n")


def test_csv_limits(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="301 列"):
        csv_rows(tmp_path, b",".join([b"x"] * 301))
    with pytest.raises(SheetRefused, match="200000 行"):
        csv_rows(tmp_path, b"x,y\n" * 200_001)
    assert len(csv_rows(tmp_path, b"x,y\n" * 200_000 + b",\n" * 10)) == 200_000


def test_the_archive_is_left_as_it_was(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    before = path.read_bytes()
    open_book(path, "a.xlsx")
    assert path.read_bytes() == before
    assert zipfile.is_zipfile(path)
