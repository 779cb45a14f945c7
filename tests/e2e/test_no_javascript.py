"""Every core act with JavaScript off: plain links, plain forms, pages that load themselves again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rosters
from tests.e2e.serving import Site
from tests.e2e.visiting import PHONE, Open
from zhibu.apps.workbench.demo.accounts import PASSWORD

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(windows: Open, demo: Site) -> Page:
    return windows(demo, java_script_enabled=False).page


def enter(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()


def test_log_in_find_correct_and_log_out(page: Page) -> None:
    enter(page, "zuzhibu")
    page.get_by_role("searchbox", name="找人").fill("zw")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("region", name="查找结果").get_by_role("link", name="张伟").first.click()
    page.get_by_role("link", name=re.compile(r"修改\s*联系方式")).click()
    page.get_by_label("电子邮箱").fill("zhangwei@example.cn")
    page.get_by_role("button", name="修改联系方式").click()
    expect(page.locator("#messages")).to_contain_text("已办理")
    page.get_by_role("link", name="历史", exact=True).click()
    expect(page.locator(".history > li").first).to_contain_text("zhangwei@example.cn")
    page.locator("header .menu > summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("#messages")).to_contain_text("已退出登录")
    page.goto("/people/")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_import_through_to_the_end(page: Page, tmp_path: Path) -> None:
    names = ("无脚甲", "无脚乙", "无脚丙")
    enter(page, "renshi")
    page.goto("/imports/new/people.people/")
    page.get_by_label("归属单位").select_option(index=1)
    page.get_by_label("表格文件").set_input_files(rosters.few(tmp_path, names))
    page.get_by_role("button", name="上传表格").click()
    page.get_by_role("button", name="核对列并检查").click()
    # without script the page loads itself again every few seconds
    expect(page.get_by_text("检查通过")).to_be_visible()
    page.get_by_role("link", name="写入", exact=True).click()
    page.get_by_role("button", name="写入", exact=True).click()
    expect(page.get_by_text("新增 3 行")).to_be_visible()
    page.goto("/people/?q=无脚")
    assert sorted(page.locator("tbody th").all_inner_texts()) == sorted(names)


def test_accounts_in_bulk_with_slips(page: Page) -> None:
    enter(page, "admin")
    page.goto("/accounts/")
    page.get_by_role("link", name="批量建账号").click()
    page.get_by_label("组织").select_option(label=option(page, "码头工作站"))
    page.get_by_label("按哪种关系").select_option("")
    page.get_by_role("button", name="列出没有账号的人").click()
    page.get_by_role("button", name="建立账号并生成密码条").click()
    page.get_by_role("button", name="打开并打印").click()
    expect(page.locator(".slip").first).to_be_visible()
    expect(page.locator(".slip").first).to_contain_text("首次密码")


def option(page: Page, name: str) -> str:
    """Return the label of the choice that ends with a name; the tree shows by indentation."""
    labels = page.get_by_label("组织", exact=False).first.locator("option").all_inner_texts()
    return next(label for label in labels if name in label)


def test_a_member_reads_the_own_record_on_a_phone(windows: Open, demo: Site) -> None:
    page = windows(demo, java_script_enabled=False, width=PHONE, size="huge").page
    page.goto("/login/")
    page.get_by_label("用户名").fill("dangyuan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator(".tabbar").get_by_role("link", name="我的").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的主档")
    page.get_by_role("button", name="标准字").or_(page.locator(".text-size button").first).first.click()
    expect(page.locator("html")).to_have_attribute("data-text", "normal")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的主档")
