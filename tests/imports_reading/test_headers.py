"""The header of an office's own sheet is found and matched; where two columns fit equally, the clerk decides."""

from pathlib import Path

import openpyxl
import pytest

from zhibu.kernel.imports.headers import (
    CONTAINED,
    EXACT,
    LEAF_SYNONYM,
    SYNONYM,
    ColumnSpec,
    HeaderMatch,
    apply_mapping,
    choose_sheet,
    header_signature,
    match_at,
    match_headers,
    normalise,
)
from zhibu.kernel.imports.reading import Row, open_book, read_rows

COLUMNS = (
    ColumnSpec("name", "姓名", ("名字", "职工姓名"), required=True),
    ColumnSpec("identity", "身份证号", ("身份证", "身份证号码", "公民身份号码", "证件号码"), required=True),
    ColumnSpec("sex", "性别"),
    ColumnSpec("born", "出生日期", ("出生年月",)),
    ColumnSpec("mobile", "手机号码", ("手机", "联系电话", "手机号")),
    ColumnSpec("mail", "电子邮箱", ("邮箱",)),
    ColumnSpec("branch", "所在党支部", ("党支部", "支部")),
)


def match(*rows: Row) -> HeaderMatch:
    return match_headers(rows, COLUMNS)


@pytest.mark.parametrize(
    "written",
    ["姓名", " 姓 名 ", "姓\n名", "*姓名", "姓名（必填）", "姓名(中文)", "【姓名】", "姓　名：", "姓名*必填"],
)
def test_a_label_is_known_however_it_is_dressed(written: str) -> None:
    found = match([written, "身份证号"], ["张伟", "x"])
    assert found.mapping == {0: "name", 1: "identity"}
    assert found.quality[0] == EXACT


def test_width_and_case_do_not_matter() -> None:
    assert normalise("Ｅ－ＭＡＩＬ（选填）") == normalise("e-mail") == "email"


def test_title_rows_above_and_the_data_below() -> None:
    found = match(
        ["2024年职工花名册", "", "", ""],
        ["", "", "", ""],
        ["单位：南山中心", "", "", "填表日期：2024年3月"],
        ["序号", "名字", "公民身份号码", "性 别"],
        [1.0, "张伟", "x", "男"],
    )
    assert found.header_rows == (3,)
    assert found.first_data_row == 4
    assert found.mapping == {1: "name", 2: "identity", 3: "sex"}
    assert found.quality[1] == SYNONYM
    assert found.unknown == (0,)
    assert found.missing_required == ()


def test_merged_header_rows_with_a_group_above(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["花名册", None, None, None, None],
        ["姓名", "身份证号", "联系方式", None, "紧急联系人"],
        [None, None, "手机", "邮箱", "手机"],
        ["张伟", "x", "138", "a@b", "139"],
    ):
        sheet.append(row)
    for merged in ("A1:E1", "A2:A3", "B2:B3", "C2:D2"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    opened = open_book(tmp_path / "a.xlsx", "a.xlsx").sheets[0]
    found = match_headers(read_rows(opened), COLUMNS, opened.merged)
    assert found.header_rows == (1, 2)
    assert found.first_data_row == 3
    assert found.mapping == {0: "name", 1: "identity", 2: "mobile", 3: "mail"}
    assert found.labels[3] == "联系方式 邮箱"
    assert found.quality[3] == LEAF_SYNONYM
    assert found.unknown == (4,)


def test_the_same_group_without_merged_cells() -> None:
    found = match(
        ["姓名", "身份证号", "联系方式", "", "性别"], ["", "", "手机", "邮箱", ""], ["张伟", "x", "1", "a", "男"]
    )
    assert found.header_rows == (0, 1)
    assert found.mapping == {0: "name", 1: "identity", 2: "mobile", 3: "mail", 4: "sex"}


def test_somebody_elses_telephone_is_not_guessed() -> None:
    found = match(["姓名", "身份证号", "紧急联系人手机", "配偶姓名", "曾用名字"], ["张伟", "x", "1", "李", "y"])
    assert found.mapping == {0: "name", 1: "identity"}
    assert found.unknown == (2, 3, 4)


def test_exact_beats_synonym_beats_contained() -> None:
    found = match(["党支部", "所在党支部", "姓名", "身份证号"], ["a", "b", "c", "d"])
    assert found.mapping[1] == "branch"
    assert found.unknown == (0,)
    found = match(["姓名", "身份证号", "所属党支部全称"], ["a", "b", "c"])
    assert found.mapping[2] == "branch"
    assert found.quality[2] == CONTAINED


def test_two_equal_columns_are_left_to_the_clerk() -> None:
    found = match(["姓名", "手机", "联系电话", "身份证号"], ["张伟", "1", "2", "x"])
    assert found.ambiguous == {"mobile": (1, 2)}
    assert "mobile" not in found.mapping.values()
    assert found.missing_required == ()
    doubled = match(["姓名", "姓名", "身份证号"], ["张伟", "李强", "x"])
    assert doubled.ambiguous == {"name": (0, 1)}
    assert doubled.missing_required == ("name",)


def test_one_header_for_two_keys_is_ambiguous_too() -> None:
    columns = (ColumnSpec("from", "起始日期", ("日期",)), ColumnSpec("to", "结束日期", ("日期",)))
    found = match_headers([["日期", "x"], ["1", "2"]], columns)
    assert found.mapping == {}
    assert found.ambiguous == {"from": (0,), "to": (0,)}


def test_hint_rows_and_column_numbers_are_no_data() -> None:
    found = match(
        ["姓名", "身份证号", "性别", "手机"],
        ["必填", "必填，18位", "下拉选择", "选填"],
        [1.0, 2.0, 3.0, 4.0],
        ["张伟", "x", "男", ""],
    )
    assert found.header_rows == (0,)
    assert found.first_data_row == 3


def test_no_header_at_all() -> None:
    found = match(["张伟", "男"], ["李强", "女"])
    assert not found.found
    assert found.missing_required == ("name", "identity")
    assert found.mapping == {}
    assert not match().found


def test_somebody_is_no_header_though_a_word_of_theirs_could_be_one() -> None:
    rows: list[Row] = [["张伟", "男", "13800138001", "党支部"], ["李强", "女", "1990-03-07", "姓名"]]
    assert not match(*rows).found
    assert match(["姓名", "性别", "手机", "支部"], *rows).header_rows == (0,)


def test_a_header_below_row_30_is_not_found() -> None:
    blank: Row = ["说明", "x"]
    assert not match(*[blank] * 30, ["姓名", "身份证号"]).found
    assert match(*[blank] * 29, ["姓名", "身份证号"]).header_rows == (29,)


def test_the_signature_knows_the_same_form_again() -> None:
    first = match(["2024年", "", ""], ["姓名", "身份证号", "备注"], ["a", "b", "c"])
    second = match(["姓 名*", "身份证号（必填）", "备注："], ["d", "e", "f"])
    assert first.signature == second.signature == header_signature(["姓名", "身份证号", "备注"])
    assert first.signature != match(["身份证号", "姓名", "备注"], ["a", "b", "c"]).signature


def test_the_clerks_own_matching_replaces_the_guess() -> None:
    found = match(["姓名", "证号", "身份证号"], ["张伟", "x", "y"])
    chosen = apply_mapping(found, COLUMNS, {0: "name", 1: "identity", 9: "sex", 2: "nonsense"})
    assert chosen.mapping == {0: "name", 1: "identity"}
    assert chosen.unknown == (2,)
    twice = apply_mapping(found, COLUMNS, {0: "name", 1: "name"})
    assert twice.ambiguous == {"name": (0, 1)}
    assert twice.missing_required == ("name", "identity")


def test_an_empty_or_foreign_first_sheet_is_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("填表说明")["A1"] = "请按要求填写姓名"
    sheet = book.create_sheet("人员")
    sheet.append(["姓名", "身份证"])
    sheet.append(["张伟", "x"])
    book.save(tmp_path / "a.xlsx")
    chosen, found = choose_sheet(open_book(tmp_path / "a.xlsx", "a.xlsx"), COLUMNS)
    assert chosen.name == "人员"
    assert found.mapping == {0: "name", 1: "identity"}


def test_the_clerk_points_at_the_header_row() -> None:
    rows: list[Row] = [["花名册", ""], ["姓名", "身份证号"], ["名字", "证件号码"], ["张伟", "x"]]
    found = match_at(rows, COLUMNS, (), 2, 1)
    assert found.header_rows == (2,)
    assert found.first_data_row == 3
    assert found.mapping == {0: "name", 1: "identity"}
    nothing = match_at(rows, COLUMNS, (), 9, 1)
    assert not nothing.found
    assert nothing.missing_required == ("name", "identity")
