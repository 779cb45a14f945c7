"""The core acts with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.serving import Site
from tests.e2e.visiting import PHONE, Open
from zhibu.apps.workbench.demo.accounts import PASSWORD

pytestmark = pytest.mark.e2e

#: more than a page has stops
STOPS = 300
UNSEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return ring || style.boxShadow !== "none" ? "" : document.activeElement.outerHTML.slice(0, 160);
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def test_log_in_find_correct_and_log_out(windows: Open, demo: Site) -> None:
    page = windows(demo).page
    page.goto("/login/")
    tab_to(page, page.get_by_label("用户名"))
    page.keyboard.type("renshi")
    tab_to(page, page.get_by_label("密码"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="找人")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("zhangwei")
    expect(page.get_by_role("option").first).to_contain_text("张伟")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("张伟")

    press(page, page.get_by_role("link", name=re.compile(r"修改\s*联系方式")))
    expect(page.get_by_role("heading", level=1)).to_have_text("修改联系方式")
    tab_to(page, page.get_by_label("固定电话"))
    page.keyboard.press("Control+a")
    page.keyboard.type("0755-22334455")
    press(page, page.get_by_role("button", name="修改联系方式"))
    expect(page.locator("#messages")).to_contain_text("已办理")

    press(page, page.locator("header .menu > summary"))
    press(page, page.get_by_role("button", name="退出登录"))
    expect(page.locator("#messages")).to_contain_text("已退出登录")


def test_filter_a_list_and_open_a_record(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    page.goto("/people/")
    press(page, page.locator("details.filters > summary"))
    expect(page.locator("details.filters")).to_have_attribute("open", "")
    tab_to(page, page.get_by_label("在名单中查找"))
    page.keyboard.type("张伟")
    page.keyboard.press("Enter")
    row = page.get_by_role("region", name="人员主档列表").get_by_role("link", name="张伟").first
    press(page, row)
    expect(page.get_by_role("heading", level=1)).to_contain_text("张伟")


def test_skip_link_leads_past_the_menus(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    page.goto("/people/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "address", ["/", "/people/", "/organizations/chart/", "/do/people.person.create/", "/imports/"]
)
def test_the_focus_can_be_seen_at_every_stop(sign_in: Open, address: str) -> None:
    page = sign_in("zuzhibu").page
    page.goto(address)
    unseen, stops = set(), 0
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        unseen.add(page.evaluate(UNSEEN))
    assert stops > 20
    assert unseen == {""}


def test_menus_close_on_escape_and_give_the_focus_back(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    page.goto("/")
    summary = page.locator("header .menu > summary")
    press(page, summary)
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_phone_menu_closes_on_escape(sign_in: Open) -> None:
    page = sign_in("zuzhibu", width=PHONE).page
    page.goto("/")
    summary = page.locator(".tabbar > details > summary")
    press(page, summary)
    entry = page.locator(".sheet").get_by_role("link", name="组织机构")
    expect(entry).to_be_hidden()
    press(page, page.locator(".sheet .nav-group > summary").filter(has=page.get_by_text("组织", exact=True)))
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_be_hidden()
    expect(summary).to_be_focused()
