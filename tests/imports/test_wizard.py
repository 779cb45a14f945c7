"""A clerk imports people with nothing but forms: upload, columns, check, write, undo."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests import factories
from tests.factories import House
from tests.imports.desk import CHEN, HEADER, HUANG, LIANG, Desk, batch, errors, fields, sheet, staged
from zhibu.apps.people.models import Person
from zhibu.kernel.audit import AuditEntry
from zhibu.kernel.imports.models import ImportBatch, ImportEffect

pytestmark = pytest.mark.django_db(transaction=True)


def people() -> dict[str, str]:
    """Names and mobiles of everyone on record."""
    return dict(Person.objects.system("test").filter(state="live").values_list("name", "mobile"))


def lines() -> int:
    return AuditEntry.objects.system("test").filter(object_type="people.Person").count()


def test_nothing_is_written_before_the_clerk_confirms(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN, HUANG), organization=house.root.uid)
    assert (checked.state, people()) == ("checked", {})
    assert {k: checked.counts[k] for k in ("rows", "create", "error")} == {"rows": 2, "create": 2, "error": 0}
    done = desk.apply(checked)
    assert (done.state, sorted(people())) == ("done", ["陈桂芳", "黄志强"])
    assert done.counts["created"] == 2
    assert ImportEffect.objects.filter(batch=done, created=True).count() == 2
    assert lines() == 2


def test_every_bad_cell_is_named_by_row_column_content_and_reason(desk: Desk, house: House) -> None:
    bad = ("张三", 1.1010119580312e17, "不详", "58-03-12", "138", "1009")
    checked = desk.check(sheet(CHEN, bad, header=HEADER), organization=house.root.uid)
    (row,) = staged(checked, "error")
    found = {(issue.letter, issue.label): (issue.value, issue.message) for issue in row.issues}
    assert row.number == 3
    assert [letter for letter, _ in found] == ["B", "C", "D", "E"]
    assert "科学计数" in found["B", "身份证号码"][1]
    assert found["C", "性别"][0] == "不详"
    assert "两位" in found["D", "出生日期"][1]
    assert found["E", "手机"][0] == "138"
    page = desk.client.get(checked.get_absolute_url()).content.decode()
    for word in ("D3", "出生日期", "58-03-12", "请写全四位", "还没有写入任何一行"):
        assert word in page
    assert people() == {}


def test_rows_that_a_filter_hides_are_read_and_told(desk: Desk, house: House) -> None:
    book = load_workbook(io.BytesIO(sheet(CHEN, HUANG, LIANG, ("合计", *[None] * 5))))
    for number in (3, 5, 9):
        book["Sheet1"].row_dimensions[number].hidden = True
    out = io.BytesIO()
    book.save(out)
    checked = desk.check(out.getvalue(), organization=house.root.uid)
    assert (checked.counts["create"], checked.counts["error"]) == (3, 0)
    page = desk.client.get(checked.get_absolute_url()).content.decode()
    assert "第 3、5 行在表格里是隐藏的" in page
    assert "第 5 行是合计行，未作为记录读入" in page
    assert people() == {}


def test_rows_with_errors_are_left_out_only_when_the_clerk_says_so(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN, (*HUANG[:4], "138", "1002")), organization=house.root.uid)
    refused = desk.act("imports.apply", checked)
    assert (refused.status_code, people()) == (422, {})
    assert "还有 1 行有错误" in refused.content.decode()
    done = desk.apply(checked, skip_errors="on")
    assert (list(people()), done.counts["excluded"]) == (["陈桂芳"], 1)


def test_the_same_file_again_changes_nothing(desk: Desk, house: House) -> None:
    content = sheet(CHEN, HUANG)
    desk.apply(desk.check(content, organization=house.root.uid))
    before = lines()
    again = desk.check(content, organization=house.root.uid)
    assert (again.counts["same"], again.counts["create"], again.counts["update"]) == (2, 0, 0)
    page = desk.client.get(again.get_absolute_url()).content.decode()
    assert "内容与现有数据一致，没有需要写入的" in page
    assert "imports.apply" not in page, "writing is not offered"
    answer = desk.act("imports.apply", again)
    assert (answer.status_code, lines(), len(people())) == (422, before, 2)


def test_rows_that_mean_the_same_person_are_named_on_both(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN, HUANG, (*CHEN[:5], "")), organization=house.root.uid)
    said = {row.number: [issue.message for issue in row.issues] for row in staged(checked, "error")}
    assert list(said) == [2, 4]
    assert said[2][0].startswith("与第 4 行重复")
    assert said[4][0].startswith("与第 2 行重复")


def test_changes_are_shown_before_and_restored_by_the_undo(desk: Desk, house: House) -> None:
    desk.apply(desk.check(sheet(CHEN), organization=house.root.uid))
    moved = (*CHEN[:4], "13900139000", CHEN[5])
    checked = desk.check(sheet(moved, HUANG), organization=house.root.uid)
    page = desk.client.get(f"/imports/{checked.uid}/check/?kind=update").content.decode()
    assert "<del>" in page
    assert "13900139000" in page
    assert "黄志强" not in page
    desk.apply(checked)
    assert people() == {"陈桂芳": "13900139000", "黄志强": "13800138002"}
    undone = desk.undo(batch(checked.uid))
    assert people() == {"陈桂芳": "13800138001"}
    assert (undone.state, undone.counts["undone"], undone.counts["left"]) == ("undone", 2, 0)


def test_what_somebody_touched_since_is_left_and_named(desk: Desk, house: House) -> None:
    done = desk.apply(desk.check(sheet(CHEN, HUANG), organization=house.root.uid))
    Person.objects.system("test").filter(name="陈桂芳").update(position="会计", rev=2)
    undone = desk.undo(done)
    assert list(people()) == ["陈桂芳"]
    assert (undone.counts["undone"], undone.counts["left"]) == (1, 1)
    page = desk.client.get(undone.get_absolute_url()).content.decode()
    assert "第 2 行：陈桂芳" in page
    assert "予以保留" in page
    assert "imports.undo" not in page


def test_the_clerk_corrects_the_matching_and_it_is_remembered(desk: Desk, house: House) -> None:
    odd = ("姓 名", "号码一", "性别", "出生日期", "号码二", "工号")
    first = desk.upload(sheet(CHEN, header=odd), organization=house.root.uid)
    page = desk.client.get(first["Location"])
    assert fields(page)["c0"] == "name", "spaces in a header do not matter"
    assert fields(page)["c4"] == ""
    answer = desk.submit(first["Location"], c1="identity_number", c4="mobile")
    assert answer.status_code == 302, errors(answer)
    desk.apply(desk.work(first["Location"].split("/")[2]))
    assert people() == {"陈桂芳": "13800138001"}
    second = desk.upload(sheet(HUANG, header=odd), organization=house.root.uid)
    proposed = fields(desk.client.get(second["Location"]))
    assert (proposed["c1"], proposed["c4"]) == ("identity_number", "mobile")


def test_one_item_takes_one_column_and_required_ones_are_needed(desk: Desk, house: House) -> None:
    at = desk.upload(sheet(CHEN), organization=house.root.uid)["Location"]
    twice = desk.submit(at, c5="mobile")
    assert (twice.status_code, batch().state) == (422, "uploaded")
    assert "已经对应 E 列" in twice.content.decode()
    without = desk.submit(at, c0="")
    assert (without.status_code, batch().state) == (422, "uploaded")
    assert "还没有指定必填的列：姓名" in without.content.decode()


def test_the_clerk_points_at_the_header_and_the_sheet(desk: Desk, house: House) -> None:
    book = io.BytesIO(sheet(CHEN))
    two = load_workbook(book)
    two.create_sheet("说明", 0)["A1"] = "填表说明"
    page: Any = two["Sheet1"]
    page.insert_rows(1, 2)
    page["A1"] = "职工花名册"
    out = io.BytesIO()
    two.save(out)
    at = desk.upload(out.getvalue(), organization=house.root.uid)["Location"]
    assert (batch().sheet, batch().header_rows) == ("Sheet1", [2])
    asked = desk.client.get(f"{at}?sheet=说明")
    assert "没有认出表头" in asked.content.decode()
    pointed = fields(desk.client.get(f"{at}?sheet=Sheet1&header_row=3&header_height=1"))
    assert (pointed["header_row"], pointed["c0"], pointed["c4"]) == ("3", "name", "mobile")
    for nonsense in ("header_row=99999", "header_row=x", "header_row=-1", "sheet=没有", "header_height=77"):
        assert desk.client.get(f"{at}?{nonsense}").status_code == 200


def test_a_form_sent_twice_acts_once(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN, HUANG), organization=house.root.uid)
    form = fields(desk.client.get(f"/do/imports.apply/{checked.uid}/"))
    answers = [desk.client.post(f"/do/imports.apply/{checked.uid}/", form).status_code for _ in range(2)]
    assert answers == [302, 302]
    desk.work(checked.uid)
    assert len(people()) == 2
    assert ImportEffect.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("花名册.xlsx", b"", "空的"),
        ("花名册.exe", b"MZ\x00\x00" + b"x" * 200, "不能"),
        ("花名册.xlsx", sheet(CHEN)[:900], "文件"),
        ("花名册.csv", b"\xff\xd8\xff\xe0" + b"x" * 100, "图片"),
    ],
)
def test_an_unfit_file_is_refused_at_the_field(desk: Desk, house: House, name: str, content: bytes, says: str) -> None:
    answer = desk.upload(content, name, organization=house.root.uid)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ImportBatch.objects.system("test").exists()


def test_a_sheet_in_gbk_is_read_and_formulas_stay_text(desk: Desk, house: House) -> None:
    text = ",".join(HEADER) + "\n" + ",".join(CHEN) + "\n" + ",".join(("=cmd|' /C calc'!A0", *HUANG[1:])) + "\n"
    checked = desk.check(text.encode("gb18030"), "花名册.csv", organization=house.root.uid)
    assert (checked.counts["create"], checked.counts["error"]) == (1, 1)
    answer = desk.client.get(f"/imports/{checked.uid}/errors/")
    cells = [c for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for c in row]  # type: ignore[union-attr]
    assert any(str(c.value).startswith("=cmd") for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n"}, "no cell is a formula"


def test_the_template_can_be_filled_in_and_comes_back_understood(desk: Desk, house: House) -> None:
    answer = desk.client.get("/imports/template/people.people/")
    book = load_workbook(io.BytesIO(answer.content))
    page: Any = book.worksheets[0]
    page.delete_rows(2)
    titles = [str(cell.value) for cell in page[1]]
    for column, value in zip(("姓名（必填）", "证件号码", "手机"), ("陈桂芳", CHEN[1], CHEN[4]), strict=True):
        page.cell(2, titles.index(column) + 1, value)
    out = io.BytesIO()
    book.save(out)
    desk.apply(desk.check(out.getvalue(), organization=house.root.uid))
    assert people() == {"陈桂芳": "13800138001"}


def test_an_import_can_be_given_up(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN), organization=house.root.uid)
    assert desk.act("imports.cancel", checked).status_code == 302
    assert (batch(checked.uid).state, people()) == ("cancelled", {})
    assert desk.act("imports.apply", checked).status_code == 422


def test_a_long_result_is_turned_page_by_page(desk: Desk, house: House) -> None:
    rows = [("张伟", "", "男", "", "", f"N{number}") for number in range(60)]
    checked = desk.check(sheet(*rows), organization=house.root.uid)
    first = desk.client.get(f"/imports/{checked.uid}/check/?kind=create").content.decode()
    assert first.count("</tr>") == 51
    assert "after=51" in first
    second = desk.client.get(f"/imports/{checked.uid}/check/?kind=create&after=51").content.decode()
    assert second.count("</tr>") == 11
    for nonsense in ("kind=x", "after=x", "after=-5", "after=99999999999999"):
        assert desk.client.get(f"/imports/{checked.uid}/check/?{nonsense}").status_code == 200


def test_while_a_job_runs_the_page_shows_its_progress(desk: Desk, house: House) -> None:
    at = desk.upload(sheet(CHEN, LIANG), organization=house.root.uid)["Location"]
    desk.submit(at)
    running = batch()
    page = desk.client.get(running.get_absolute_url()).content.decode()
    assert "data-progress" in page
    assert '<meta http-equiv="refresh"' in page, "without script the page asks again by itself"
    part = desk.client.get(running.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    desk.work(running.uid)
    assert desk.client.get(running.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_list_is_empty_then_shows_what_was_imported(desk: Desk, house: House) -> None:
    assert "还没有导入过表格" in desk.client.get("/imports/").content.decode()
    desk.check(sheet(CHEN), "一月.xlsx", organization=house.root.uid)
    assert "一月.xlsx" in desk.client.get("/imports/").content.decode()
    inbox = desk.client.get("/inbox/").content.decode()
    assert "确认导入：一月.xlsx" in inbox


def test_only_the_requester_is_asked_to_confirm(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(CHEN), organization=house.root.uid)
    other = Client()
    other.force_login(factories.account("he", "organization_department", house.root))
    assert "确认导入" not in other.get("/inbox/").content.decode()
    assert other.get(f"/do/imports.apply/{checked.uid}/").status_code == 404
    assert other.get(checked.get_absolute_url()).status_code == 200


def test_the_unit_is_chosen_already_and_departments_of_one_name_are_told_apart(desk: Desk, house: House) -> None:
    page = desk.client.get(f"/imports/new/{desk.spec}/").content.decode()
    assert f'<option value="{house.root.uid}" selected>{house.root.name}' in page
    assert f">\u3000{house.department.name}" in page


def test_an_unreadable_row_bears_the_name_that_stands_in_it(desk: Desk, house: House) -> None:
    bad = ("张三丰", "", "不详", "", "", "1009")
    nameless = ("", "", "男", "", "", "1010")
    checked = desk.check(sheet(CHEN, bad, nameless), organization=house.root.uid)
    assert [(row.number, row.label) for row in staged(checked, "error")] == [(3, "张三丰"), (4, "")]
    page = desk.client.get(f"/imports/{checked.uid}/check/?kind=error").content.decode()
    assert '<td data-label="记录" class="name">张三丰</td>' in page


def test_a_doubled_header_is_refused_until_one_of_the_columns_is_chosen(desk: Desk, house: House) -> None:
    header = ("姓名", "手机", "工号", "手机")
    content = sheet(("陈桂芳", "13800138001", "1001", "13900139001"), header=header)
    at = desk.upload(content, organization=house.root.uid)["Location"]
    refused = desk.submit(at)
    assert refused.status_code == 422
    assert "B列、D列的表头都是“手机”" in errors(refused)
    assert batch().state == "uploaded"
    assert desk.submit(at, c3="mobile").status_code == 302
    desk.apply(desk.work(batch().uid))
    assert people() == {"陈桂芳": "13900139001"}


def test_doubled_headers_that_are_not_imported_are_nobodys_business(desk: Desk, house: House) -> None:
    content = sheet(("陈桂芳", "甲", "1001", "乙"), header=("姓名", "备注", "工号", "备注"))
    assert desk.check(content, organization=house.root.uid).counts["create"] == 1
