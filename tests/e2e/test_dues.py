"""Dues as they are collected: cash with a receipt, a list of 41 on one receipt, a code on the phone, a bank's statement; handed up and told."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import branches
from tests.e2e.branches import Hand, uid_in
from tests.e2e.clock import Clock
from tests.e2e.serving import Site
from tests.e2e.visiting import PHONE, Open, scrolls_sideways
from tests.reading import pdf_text

pytestmark = [pytest.mark.e2e, pytest.mark.clock]
BRANCH, PAYERS = "机修党支部", 34
#: members of the branch, and what each owes a month
MEMBERS, EACH = len(branches.MEMBERS) + PAYERS, 15


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A branch of 44 members with their bases, on 16 November 2026."""
    clock, data = Clock(tmp_path), tmp_path / "data"
    shutil.copytree(branches.migrated(tmp_path_factory), data)
    clock.set("2026-11-16 09:00")
    made = branches.make(data, "1990-01-01", PAYERS)
    running = Site(data, demo=True, more=clock.environment)
    yield running, made
    running.stop()
    assert running.troubles() == []


def test_dues_from_the_first_cent_to_the_report(
    site: tuple[Site, dict[str, str]], windows: Open, tmp_path: Path
) -> None:
    running, made = site
    branch = f"/dues/branch/{made[BRANCH]}/"
    secretary = Hand(windows(running), "shuji", branch)
    office, money = Hand(windows(running), "zuzhibu", "/dues/"), Hand(windows(running), "caiwu", "/dues/")
    member = Hand(windows(running, width=PHONE), "dangyuan", "/me/dues/")
    for month in ("2026 年 10 月", "2026 年 11 月"):
        office.do("计算本月党费", organization="东江实业", month=month)
        worked_out(office.page)
    cash_from_one(secretary, made)
    forty_one_on_one_receipt(secretary)
    by_code_on_the_phone(member)
    by_the_bank(money, secretary, tmp_path)
    handed_up(secretary, money, made[BRANCH])
    told(secretary, member)
    page = money.open("/dues/reconcile/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("全部相符")


def worked_out(page: Page) -> None:
    """Wait until the worker has worked out the month, for everybody."""
    while "已完成" not in page.get_by_role("heading", level=1).inner_text():
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator("main dl.facts")).to_contain_text(f"{MEMBERS} 人")


def amount(page: Page, months: int) -> None:
    """The page says so many months' dues."""
    expect(page.locator("main")).to_contain_text(f"{months * EACH}.00")


def cash_from_one(secretary: Hand, made: dict[str, str]) -> None:
    """The branch may not advance the money, nor the pay be docked; one's own cash gets a receipt with a number."""
    page = secretary.open()
    page.get_by_role("row").filter(has_text="李秀兰").first.get_by_role("link", name="收款").click()
    address = secretary.visitor.page.url
    for origin in ("垫交", "代扣"):
        page.goto(address)
        page.get_by_label("交款方式").select_option(
            label=next(
                one for one in page.get_by_label("交款方式").locator("option").all_inner_texts() if origin in one
            )
        )
        page.get_by_role("button", name="收党费").click()
        expect(page.locator("main form")).to_contain_text("第十四条")
        expect(page.locator("main form")).to_contain_text(
            {"垫交": "不得替党员垫交", "代扣": "不得从工资里扣缴"}[origin]
        )
    page.goto(address)
    page.get_by_role("button", name="收党费").click()
    expect(page.locator("#messages")).to_contain_text("已办理")
    amount(page, 2)
    number = page.locator("main dl.facts dd").first.inner_text()
    receipt = secretary.visitor.context.request.get(f"/print/dues.receipt/{uid_in(secretary.visitor.path)}/")
    assert number in pdf_text(receipt.body())


def forty_one_on_one_receipt(secretary: Hand) -> None:
    """The secretary brings the money of 41 members: a wrong sum is not taken, the right one is one receipt."""
    page = secretary.begin("收党费")
    rows = page.locator(".dues-ticks tbody tr")
    for place in range(41):
        rows.nth(place).locator("input").first.check()
    page.locator("label.check", has_text="下面勾选").locator("input").check()
    page.get_by_label("交款方式").select_option(label="委托他人代交（钱是党员自己的）")
    page.get_by_label("交款人").fill("王建国")
    page.get_by_label("收到的金额").fill("600")
    page.get_by_role("button", name="收党费").click()
    expect(page.locator("main form")).to_contain_text("615")
    expect(page.locator(".dues-ticks input:checked")).to_have_count(41)  # what was ticked is still ticked
    page.get_by_label("收到的金额").fill("615")
    page.get_by_role("button", name="收党费").click()
    expect(page.locator("main")).to_contain_text("41 人，41 个月")
    expect(page.locator("main")).to_contain_text("陆佰壹拾伍元整")


def by_code_on_the_phone(member: Hand) -> None:
    """The member pays the rest by a code; a notice with a wrong signature changes nothing."""
    member.do("扫码交党费")
    page = member.page
    assert not scrolls_sideways(page)
    order = member.visitor.path
    forged = {
        "order": page.locator("main").inner_text().split("订单号")[1].split()[0],
        "amount": "15.00",
        "kind": "paid",
    }
    answer = member.visitor.context.request.post("/dues/notice/local/", data=forged, headers={"X-Signature": "0" * 64})
    assert answer.status == 400
    page.get_by_role("link", name="打开测试支付页").click()
    page.get_by_role("button", name="确认付款").click()
    expect(page.locator("main")).to_contain_text("已经付款")
    page.goto(order)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已支付")
    page.get_by_role("link", name="返回我的党费").click()
    expect(page.locator("main")).to_contain_text("到现在为止的党费都交了")
    assert not scrolls_sideways(page)


def statement(folder: Path) -> Path:
    """Write what a bank gives out: GBK, its own headings, one name that two members bear, one line that went out."""
    lines = [
        "记账日期,借方发生额,贷方发生额,对方户名,对方账号,摘要,交易流水号",
        "2026-11-12,,15.00,张伟,6222000011112222,11月党费,S20261112001",
        "2026-11-12,200.00,,印刷厂,6222000011113333,材料费,S20261112002",
    ]
    made = folder / "流水.csv"
    made.write_bytes("\n".join(lines).encode("gbk"))
    return made


def bring(money: Hand, sheet: Path) -> Page:
    """Upload the statement for the branch's account and wait until every line was looked at."""
    page = money.open("/imports/new/dues.bank/")
    branches.put(page, "organization", BRANCH)
    page.get_by_label("表格文件").set_input_files(sheet)
    page.get_by_role("button", name="上传表格").click()
    page.get_by_role("button", name="核对列并检查").click()
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator(".kpi").first).to_be_visible()
    return page


def by_the_bank(money: Hand, secretary: Hand, folder: Path) -> None:
    """The name is two members': neither is chosen beforehand. The same statement again brings nothing."""
    sheet = statement(folder)
    page = bring(money, sheet)
    page.get_by_role("link", name="写入", exact=True).click()
    page.get_by_role("button", name="写入", exact=True).click()
    expect(page.locator(".notice.ok", has_text="已写入。")).to_be_visible()
    page = secretary.open("/dues-incoming/")
    page.get_by_role("link", name="张伟").first.click()
    secretary.begin("认领入账", secretary.visitor.path)
    expect(page.locator("main form")).to_contain_text("不止一个人符合")
    guesses = page.locator("main form .relations > li")
    expect(guesses).to_have_count(2)
    expect(page.locator("main form input[name=charge]:checked")).to_have_count(0)
    guesses.nth(1).locator("input").first.check()
    page.get_by_role("button", name="认领入账").click()
    expect(page.locator("#messages")).to_contain_text("已办理")
    page = bring(money, sheet)
    expect(page.locator(".kpi", has_text="新增（行）").locator("b")).to_have_text("0")


def handed_up(secretary: Hand, money: Hand, branch: str) -> None:
    """What came in goes up, once all of it lies in one place; the office above says that it arrived."""
    secretary.refused("上缴党费", "库存现金只有 645.00 元，不够 675.00 元", method="现金")
    for source, lies in (("库存现金", "645.00"), ("网上收款", "15.00")):
        money.do("党费存取", at=f"/organizations/{branch}/", source=source, amount=lies)
    page = secretary.begin("上缴党费")
    expect(page.locator("main form")).to_contain_text("银行存款 ¥675.00")
    page.get_by_role("button", name="上缴党费").click()
    expect(page.locator("#messages")).to_contain_text("已办理")
    paid = 2 + 41 + 1 + 1  # one member's two months, the list, the code, the bank
    amount(page, paid)
    uid = uid_in(secretary.visitor.path)
    money.do("确认收到", at=f"/dues-handups/{uid}/")


def told(secretary: Hand, member: Hand) -> None:
    """The year is told to the members, who read it on their phones."""
    secretary.do("公布收缴使用情况", at="/dues-reports/", words="按规定公布")
    page = member.open()
    page.get_by_role("link", name="2026 年").last.click()
    expect(page.locator("main")).to_contain_text("全年实收党费")
    assert not scrolls_sideways(page)
