"""Statements of three banks, imported twice, with namesakes; the make-up of pay with errors by cell, undone."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import agrees, assessed, fixed, owed, payer, this_month
from tests.imports.desk import Desk, sheet, staged
from zhibu.apps.dues.models import Base, Incoming
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
D = Decimal
XLSX = ("交易日期", "贷方发生额", "借方发生额", "对方户名", "对方账号", "摘要", "交易流水号")
GBK = ("记账日期", "收入金额", "支出金额", "付款人名称", "用途")
UTF8 = ("日期", "转入金额", "户名", "备注")


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.FILES, settings.STAGING = tmp_path / "files", tmp_path / "staging"


@pytest.fixture
def desk(client: Client, house: factories.House) -> Desk:
    account = factories.account("caiwu", "payroll_clerk", house.root)
    factories.assign(account, "organization_department", house.root)
    client.force_login(account)
    return Desk(client, "dues.bank")


def today() -> str:
    return localdate().isoformat()


def text(rows: list[tuple[Any, ...]], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def test_a_statement_in_three_layouts_is_the_same_money_once(
    house: factories.House, desk: Desk, office: Actor, two: list
) -> None:
    rows = [(today(), "90.00", None, "李建国", "6222020000001234", "党费", "S1"), (today(), "15.00", None, "张伟", "", "党费", "S2"),
            (today(), None, "500.00", "某商店", "", "购书", "S3"), (today(), "15.00", None, "张伟", "", "党费", "S4")]  # fmt: skip
    at = str(house.east.uid)
    first = desk.apply(desk.check(sheet(*rows, header=XLSX), organization=at))
    assert first.counts["create"] == 3
    assert {(one.payer_name, one.amount, one.state) for one in Incoming.objects.system("test")} == {
        ("李建国", D("90.00"), "open"), ("张伟", D("15.00"), "open"),
    }  # fmt: skip
    agrees(house.root)
    again = desk.check(sheet(*rows, header=XLSX), organization=at)
    assert (again.counts["create"], again.counts["same"]) == (0, 4)
    gbk = text([GBK, *((day, credit, debit, name, note) for day, credit, debit, name, _, note, _ in rows)], "gbk")
    other = desk.check(gbk, "流水.csv", organization=at)
    assert other.counts["create"] == 0
    fresh = (today(), "30.00", "王秀英", "补交")
    utf8 = text(
        [UTF8, *((day, credit, name, note) for day, credit, _, name, _, note, _ in rows if credit), fresh], "utf-8-sig"
    )
    third = desk.apply(desk.check(utf8, "明细.csv", organization=at))
    assert third.counts["create"] == 1
    assert Incoming.objects.system("test").count() == 4
    agrees(house.root)


def test_what_the_bank_takes_back_is_told_not_passed_over(
    house: factories.House, desk: Desk, office: Actor, two: list
) -> None:
    rows = [(today(), "90.00", None, "李建国", "", "党费", "S1"), (today(), "-90.00", None, "李建国", "", "冲正", "S2")]
    batch = desk.check(sheet(*rows, header=XLSX), organization=str(house.east.uid))
    assert (batch.counts["create"], batch.counts["error"]) == (1, 1)
    (row,) = staged(batch, "error")
    assert "冲正" in row.issues[0].message
    signed = [row[:2] + row[3:] for row in rows]  # one column of amounts: below zero is what went out
    batch = desk.check(sheet(*signed, header=XLSX[:2] + XLSX[3:]), organization=str(house.east.uid))
    assert (batch.counts["same"], batch.counts["error"]) == (1, 0)


def test_the_totals_of_a_statement_are_no_transfer_and_no_error(
    house: factories.House, desk: Desk, office: Actor, two: list
) -> None:
    rows = [(today(), "90.00", None, "李建国", "", "党费", "S1"), ("本页合计", "91.00", None, "", "", "", "")]
    batch = desk.check(sheet(*rows, header=XLSX), organization=str(house.east.uid))
    assert (batch.counts["create"], batch.counts["error"]) == (1, 0)
    page = desk.client.get(batch.get_absolute_url()).content.decode()
    assert "第 3 行是合计行，未作为记录读入" in page
    assert "写的是 91.00，与以上各行之和 90.00不一致" in page
    assert desk.apply(batch).counts["created"] == 1


def test_an_import_of_a_statement_is_taken_back_but_not_what_was_settled(
    house: factories.House, desk: Desk, office: Actor, two: list
) -> None:
    from tests.dues.helpers import do
    from zhibu.apps.dues.services import incoming

    assessed(office, house.root)
    rows = [(today(), "90.00", None, "李建国", "", "", "S1"), (today(), "7.00", None, "陌生人", "", "", "S2")]
    batch = desk.apply(desk.check(sheet(*rows, header=XLSX), organization=str(house.east.uid)))
    do(
        office,
        "dues.incoming.match",
        Incoming.objects.system("test").get(serial="S1"),
        incoming.Match(owed(two[0]), "own"),
    )
    desk.undo(batch)
    assert {one.serial: one.state for one in Incoming.objects.system("test")} == {"S1": "settled", "S2": "refunded"}
    agrees(house.root)
    once_more = desk.check(sheet(*rows, header=XLSX), organization=str(house.east.uid))
    assert once_more.counts["create"] == 1


def test_namesakes_are_offered_for_choice_on_the_page(
    house: factories.House, desk: Desk, client: Client, office: Actor
) -> None:
    for number in ("1001", "1002"):
        fixed(office, payer(house, "张伟", staff_number=number), "3000")
    assessed(office, house.root)
    desk.apply(
        desk.check(sheet((today(), "15.00", None, "张伟", "", "", "S1"), header=XLSX), organization=str(house.east.uid))
    )
    came = Incoming.objects.system("test").get()
    page = client.get(f"/do/dues.incoming.match/{came.uid}/").content.decode()
    assert "工号 1001" in page
    assert "工号 1002" in page
    assert "不止一个人符合" in page
    assert 'name="charge"' in page
    assert "checked" not in page.split("可能是")[1].split("交款方式")[0], "nobody is chosen beforehand"
    second = owed(Base.objects.system("test").get(person__staff_number="1002").person)[0]
    answer = desk.submit(f"/do/dues.incoming.match/{came.uid}/", charge=str(second.uid), origin="own")
    assert answer.status_code == 302
    assert owed(second.person)[0].settled


PAY = ("姓名", "工号", "人员类别", "岗位工资", "薪级工资", "个税", "社保", "公积金", "交通补贴", "核定基数", "更正原因")


def test_bases_come_from_the_make_up_of_pay_with_errors_by_cell(
    house: factories.House, desk: Desk, office: Actor
) -> None:
    people = [
        payer(house, name, staff_number=number) for name, number in (("李建国", "1"), ("王秀英", "2"), ("赵敏", "3"))
    ]
    desk.spec = "dues.bases"
    good = ("李建国", "1", "在职", "4200", "2600", "86.5", "816", "900", "600", None, None)
    content = sheet(
        good, ("王秀英", "2", "退休", None, None, None, None, None, None, "5", None), ("孙某", "3", "在职", "3000", *[None] * 7),
        ("赵敏", "9", "在职", "3000", *[None] * 7), header=PAY,
    )  # fmt: skip
    checked = desk.check(content)
    assert (checked.counts["create"], checked.counts["error"]) == (1, 3)
    told = {row.number: row.issues[0].message for row in staged(checked, "error")}
    assert "至少填一项" in told[3]
    assert "赵敏" in told[4]
    assert "没有找到" in told[5]
    batch = desk.apply(desk.check(sheet(good, header=PAY)))
    (base,) = Base.objects.system("test")
    assert (base.amount, base.since, base.source) == (D("4997.50"), date(this_month().year, 1, 1), "sheet")
    assert [line["sign"] for line in base.arithmetic] == ["plus", "plus", "minus", "minus", "minus", "none"]
    same = desk.check(sheet(good, header=PAY))
    assert same.counts["same"] == 1
    assessed(office, house.root)
    assert owed(people[0])[0].amount == D("49.98")
    changed = (*good[:3], "5000", *good[4:])
    refused = desk.check(sheet(changed, header=PAY))
    assert "年初核定" in staged(refused, "error")[0].issues[0].message
    correction = desk.apply(desk.check(sheet((*changed[:-1], "核定有误"), header=PAY)))
    assert owed(people[0])[0].amount == D("86.96")
    desk.undo(correction)
    assert owed(people[0])[0].amount == D("49.98")
    assert batch.state == "done"
    agrees(house.root)
