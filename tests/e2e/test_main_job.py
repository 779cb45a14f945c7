"""The main job with nothing but a browser: from an empty database to a roster found, corrected, traced and taken back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rosters
from tests.e2e.serving import Site, zhibu
from tests.e2e.visiting import Open, follow_menu
from tests.prepared import lay

pytestmark = pytest.mark.e2e

PASSWORD = "Dongjiang-2026"
GOOD = rosters.PEOPLE - len(rosters.FAULTS)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A new installation with its first administrator: the site, and the password that was shown once."""
    lay(tmp_path)
    zhibu(tmp_path, "migrate")
    said = zhibu(tmp_path, "createadmin", "--username", "admin", "--organization", rosters.ROOT)
    found = re.search("首次密码：(.+)", said)
    assert found
    site = Site(tmp_path)
    yield site, found[1].strip()
    site.stop()
    assert site.troubles() == []


def test_from_an_empty_database_to_a_roster_corrected_and_taken_back(
    office: tuple[Site, str], windows: Open, tmp_path: Path
) -> None:
    site, first_password = office
    page = windows(site).page
    sign_in_and_choose_a_password(page, first_password)
    import_the_tree(page, rosters.tree(tmp_path))
    sheet = rosters.roster(tmp_path)
    upload(page, "导入人员", sheet, place=rosters.ROOT)
    errors_are_named_by_cell_and_reason(page)
    batch = write_the_good_rows(page)
    find_by_initials_with_the_keyboard(page)
    same_file_changes_nothing(page, sheet)
    find_by_initials_with_the_keyboard(page)
    correct_the_mobile_number(page)
    history_says_who_did_what(page)
    page.goto(batch)
    undo_leaves_only_who_was_touched(page)


def sign_in_and_choose_a_password(page: Page, first: str) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("密码").fill(first)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请先修改密码")
    page.goto("/people/")  # there is no way round it
    expect(page.get_by_role("heading", level=1)).to_have_text("请先修改密码")
    page.get_by_label("现在的密码").fill(first)
    page.get_by_label("新密码", exact=False).first.fill(PASSWORD)
    page.get_by_label("再输一次新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请先设置第二验证")
    set_up_an_authenticator(page)


def set_up_an_authenticator(page: Page) -> None:
    page.goto("/people/")  # there is no way round it, either
    expect(page.get_by_role("heading", level=1)).to_have_text("请先设置第二验证")
    page.get_by_role("button", name="设置动态码").click()
    expect(page.get_by_role("img", name="二维码")).to_be_visible()
    key = page.locator(".secret-key").inner_text().replace(" ", "")
    page.get_by_label("6 位动态码").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="启用动态码").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="已经保存好，继续").click()


def upload(page: Page, what: str, sheet: Path, place: str = "") -> None:
    """Upload a sheet, confirm its columns, and wait until the worker has looked at every row."""
    follow_menu(page, "导入")
    page.get_by_role("link", name=what, exact=True).first.click()
    if place:
        chosen = page.get_by_label("归属单位").locator("option:checked")
        expect(chosen).to_contain_text(place)  # the house of the clerk is chosen already
    page.get_by_label("表格文件").set_input_files(sheet)
    page.get_by_role("button", name="上传表格").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对列")
    page.get_by_role("button", name="核对列并检查").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
    # the page follows the work by itself
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator(".kpi").first).to_be_visible()


def figure(page: Page, label: str) -> int:
    """Return a figure of the import's page."""
    text = page.locator(".kpi", has_text=f"{label}（行）").locator("b").inner_text()
    return int(text.replace(",", ""))


def write(page: Page) -> None:
    page.get_by_role("link", name="写入", exact=True).click()
    skip = page.get_by_role("checkbox", name="略过有错的")
    if skip.count():
        skip.check()
    page.get_by_role("button", name="写入", exact=True).click()
    expect(page.locator(".notice.ok", has_text="已写入。")).to_be_visible()


def import_the_tree(page: Page, sheet: Path) -> None:
    upload(page, "导入组织机构", sheet)
    assert figure(page, "新增") == len(rosters.TREE) - 1
    write(page)
    follow_menu(page, "组织图")
    expect(page.get_by_role("link", name="第二党支部")).to_be_visible()


def errors_are_named_by_cell_and_reason(page: Page) -> None:
    assert (figure(page, "新增"), figure(page, "有错")) == (GOOD, len(rosters.FAULTS))
    expect(page.get_by_text("还没有写入任何一行")).to_be_visible()
    faults = page.get_by_role("region", name="需要改正的单元格")
    for cell, (column, reason) in rosters.FAULTS.items():
        row = faults.get_by_role("row").filter(has=page.get_by_text(cell, exact=True))
        expect(row).to_contain_text(column)
        expect(row).to_contain_text(reason)


def write_the_good_rows(page: Page) -> str:
    """Write what is right; returns the address of the import."""
    page.get_by_role("link", name="写入", exact=True).click()
    page.get_by_role("button", name="写入", exact=True).click()  # not without leaving the bad rows out
    expect(page.locator(".notice.late, .summary").first).to_be_visible()
    page.get_by_role("checkbox", name="略过有错的").check()
    page.get_by_role("button", name="写入", exact=True).click()
    done = page.locator(".notice.ok", has_text="已写入。")
    expect(done).to_contain_text(f"新增 {GOOD} 行")
    expect(done).to_contain_text(f"略过有错的 {len(rosters.FAULTS)} 行")
    return page.url


def find_by_initials_with_the_keyboard(page: Page) -> None:
    box = page.get_by_role("combobox", name="找人")
    expect(box).to_be_visible()  # the script is there
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("zw")
    expect(page.get_by_role("option", name="张伟")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("张伟")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("张伟")


def same_file_changes_nothing(page: Page, sheet: Path) -> None:
    upload(page, "导入人员", sheet, place=rosters.ROOT)
    assert (figure(page, "新增"), figure(page, "更新"), figure(page, "不变")) == (0, 0, GOOD)
    expect(page.get_by_role("link", name="写入", exact=True)).to_have_count(0)


def correct_the_mobile_number(page: Page) -> None:
    page.get_by_role("link", name=re.compile(r"修改\s*联系方式")).click()
    mobile = page.get_by_label("手机")
    expect(mobile).to_have_value("13800000000")
    mobile.fill("13912345678")
    page.get_by_label("修改原因").fill("本人来电")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("已办理")
    expect(page.locator(".facts").get_by_text("13912345678")).to_be_visible()


def history_says_who_did_what(page: Page) -> None:
    page.get_by_role("navigation", name="本页内容").get_by_role("link", name="历史").click()
    newest = page.locator(".history > li").first
    for words in ("修改联系方式", "系统管理员", "手机", "13800000000", "13912345678", "本人来电"):
        expect(newest).to_contain_text(words)


def undo_leaves_only_who_was_touched(page: Page) -> None:
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_role("button", name="撤销这次导入").click()
    expect(page.locator(".notice", has_text="已撤销。")).to_contain_text(f"撤销了 {GOOD - 1} 行")
    expect(page.get_by_text("第 4 行：张伟")).to_be_visible()
    follow_menu(page, "人员主档")
    expect(page.get_by_role("region", name="人员主档列表").locator("tbody tr")).to_have_count(1)
    page.get_by_role("combobox", name="找人").fill(rosters.name(1))
    expect(page.get_by_text(f"没有找到“{rosters.name(1)}”")).to_be_visible()
