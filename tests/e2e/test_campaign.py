"""A campaign in a real browser: opened for everybody, filled in on phones and by a clerk, judged, complete to the field.

CAMPAIGN_PEOPLE, CAMPAIGN_PHONES and CAMPAIGN_CLERK make it as large as an office's (3000, 40 and 10).
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PEOPLE as USUAL
from tests.e2e.conftest import made_once
from tests.e2e.phones import PASSWORD, counted, make_accounts
from tests.e2e.serving import Site, zhibu
from tests.e2e.visiting import PHONE, Open, Visitor

pytestmark = pytest.mark.e2e

PEOPLE = int(os.environ.get("CAMPAIGN_PEOPLE", str(USUAL)))
PHONES = int(os.environ.get("CAMPAIGN_PHONES", "4"))
BY_CLERK = int(os.environ.get("CAMPAIGN_CLERK", "2"))
TITLE = "核对联系方式"
LABELS = {"mobile": "手机", "address_living": "现住址", "native_place": "籍贯"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data: Path = tmp_path_factory.mktemp("campaign") / "data"
    if PEOPLE == USUAL:
        shutil.copytree(made_once(tmp_path_factory), data)
    else:
        zhibu(data, "demo", "--people", str(PEOPLE), "--no-serve")
    running = Site(data, demo=True)
    yield running
    running.stop()
    assert running.troubles() == []


def sign_in(windows: Open, site: Site, username: str, **options: object) -> Visitor:
    visitor = windows(site, **options)
    visitor.page.goto("/login/")
    visitor.page.locator(f"form:has(input[name=username][value={username}]) button").click()
    visitor.page.wait_for_url(f"{site.url}/")
    return visitor


def open_campaign(page: Page) -> str:
    """Write and open the campaign; returns its address."""
    page.goto("/campaigns/")
    page.get_by_role("link", name="发起采集").first.click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_label("采集范围").select_option(index=1)
    for label in ("手机", "现住址", "籍贯"):
        page.get_by_label(label, exact=True).check()
    page.get_by_label("截止日期").fill((date.today() + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="发起采集").click()
    page.get_by_role("link", name="开始采集").click()
    page.get_by_role("button", name="开始采集").click()
    page.get_by_role("link", name="查看采集").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    return page.url.partition("://")[2].partition("/")[2]


def fill_on_a_phone(visitor: Visitor, number: int) -> None:
    """Find the campaign in the inbox, write a new mobile and a native place, confirm the address."""
    page = visitor.page
    page.goto("/inbox/")
    row = page.locator(".todo li").filter(has_text=TITLE)
    row.get_by_role("link").click()
    address = page.locator(".ask").filter(has_text="现住址")
    address.get_by_label("没有变化").check()
    page.get_by_label("手机", exact=True).fill(f"139{number:08d}")
    page.get_by_label("籍贯", exact=True).fill("江北新县")
    with page.expect_response(lambda answer: "/draft/" in answer.url):
        page.get_by_label("籍贯", exact=True).press("Tab")
    expect(page.get_by_role("status").filter(has_text="已暂存")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已办理：填报")).to_be_visible()


def on_a_phone(windows: Open, site: Site, username: str) -> Visitor:
    """Sign in with a password on a phone."""
    visitor = windows(site, width=PHONE)
    page = visitor.page
    page.goto("/login/")
    page.locator("input[name=username]:visible").fill(username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{site.url}/")
    return visitor


def phones(windows: Open, site: Site, accounts: list[tuple[str, str]]) -> None:
    for number, (username, _) in enumerate(accounts):
        visitor = on_a_phone(windows, site, username)
        fill_on_a_phone(visitor, number)
        visitor.page.goto("about:blank")


def mend_on_a_phone(visitor: Visitor) -> None:
    """Read why the native place came back, and send a better one."""
    page = visitor.page
    page.goto("/inbox/")
    page.locator(".todo li").filter(has_text=TITLE).get_by_role("link").click()
    expect(page.get_by_text("退回原因：")).to_be_visible()
    page.get_by_label("籍贯", exact=True).fill("江南新县")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已办理：填报")).to_be_visible()


def fill_for(page: Page, campaign: str, number: int, taken: set[str]) -> None:
    """Fill in for somebody who agreed on the telephone."""
    page.goto(f"/replies/?campaign={campaign}&state=waiting")
    links = page.locator("#rows tbody th a")
    names = links.all_inner_texts()
    place = next(n for n, name in enumerate(names) if name not in taken)
    links.nth(place).click()
    page.get_by_role("link", name="代填").click()
    page.get_by_label("本人同意的方式").select_option(label="电话征得本人同意")
    page.get_by_label("手机", exact=True).fill(f"138{number:08d}")
    for label in ("没有变化", "没有，不用填"):
        for box in page.get_by_label(label).all():
            box.check()
    page.locator("#id_same_mobile").uncheck()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已办理：代填")).to_be_visible()


def fields(page: Page, campaign: str) -> dict[str, list[int]]:
    """Return field -> (asked, settled, waiting, sent back, missing), as the page of the campaign tells them."""
    page.goto(f"/campaigns/{campaign}/")
    found = {}
    for row in page.locator("[aria-label=各项目完成情况] tbody tr").all():
        cells = [
            int(re.sub(r"\D", "", re.split(r"\D", text.replace(",", ""))[0]))
            for text in row.locator("td").all_inner_texts()
        ]
        found[row.locator("th").inner_text()] = cells
    return found


def open_reply(page: Page, campaign: str, name: str) -> None:
    """Open what waits of somebody's identity."""
    page.goto(f"/replies/?campaign={campaign}&waiting=1&q={name}")
    page.locator("#rows tbody th a").first.click()
    page.get_by_role("link", name="审核身份信息").click()


def told(page: Page, site: Site, campaign: str) -> dict[str, list[int]]:
    """Return what the page tells of the fields, once it agrees with the database."""
    found = fields(page, campaign)
    print(found)
    assert found == {LABELS[code]: numbers for code, numbers in counted(site.data, campaign).items()}
    return found


def judge(page: Page, campaign: str, accounts: list[tuple[str, str]]) -> None:
    """Accept the harmless fields of all, refuse one native place, accept the others."""
    page.goto(f"/do/collection.campaign.accept_many/{campaign}/")
    page.get_by_role("button", name="批量收下").click()
    for number, (_, name) in enumerate(accounts):
        open_reply(page, campaign, name)
        if number == 0:
            page.get_by_label("退回", exact=True).check()
            page.get_by_text("退回的原因").first.click()
            page.get_by_label("退回“籍贯”的原因").select_option(index=5)
        else:
            page.get_by_label("收下", exact=True).check()
        page.get_by_role("button", name="保存审核").click()
        expect(page.get_by_text("已办理：审核身份信息")).to_be_visible()


def test_a_campaign_from_the_draft_to_the_last_field(windows: Open, site: Site, browser: Browser) -> None:
    officer = sign_in(windows, site, "zuzhibu")
    page = officer.page
    campaign = open_campaign(page).split("/")[1]
    start = fields(page, campaign)
    total = start["手机"][0]
    assert start == {label: [total, 0, 0, 0, total] for label in ("籍贯", "手机", "现住址")}
    accounts, staff = make_accounts(site.data, PHONES, campaign)
    assert len(accounts) == PHONES
    phones(windows, site, accounts)
    taken = staff | {name for _, name in accounts}  # nobody decides on what concerns themselves
    for number in range(BY_CLERK):
        fill_for(page, campaign, number, taken)
    done = told(page, site, campaign)
    assert done["手机"] == [total, 0, PHONES + BY_CLERK, 0, total - PHONES - BY_CLERK]
    assert done["现住址"] == [total, PHONES + BY_CLERK, 0, 0, total - PHONES - BY_CLERK]
    assert done["籍贯"] == [total, BY_CLERK, PHONES, 0, total - PHONES - BY_CLERK]
    clerk = sign_in(windows, site, "renshi").page
    judge(clerk, campaign, accounts)
    done = told(page, site, campaign)
    assert done["手机"] == [total, PHONES + BY_CLERK, 0, 0, total - PHONES - BY_CLERK]
    assert done["籍贯"] == [total, PHONES + BY_CLERK - 1, 0, 1, total - PHONES - BY_CLERK]
    mend_on_a_phone(on_a_phone(windows, site, accounts[0][0]))
    open_reply(clerk, campaign, accounts[0][1])
    clerk.get_by_label("收下", exact=True).check()
    clerk.get_by_role("button", name="保存审核").click()
    expect(clerk.get_by_text("已办理：审核身份信息")).to_be_visible()
    done = told(page, site, campaign)
    assert done["籍贯"] == [total, PHONES + BY_CLERK, 0, 0, total - PHONES - BY_CLERK]
    expect(page.locator("#bars").get_by_text(f"{PHONES + BY_CLERK} / {total:,} 人")).to_be_visible()
