"""Signing in by a click in the demonstration; accounts in bulk and the sheet of first passwords on paper."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.serving import Site
from tests.e2e.visiting import Open

pytestmark = pytest.mark.e2e


def test_a_click_on_a_name_signs_in(windows: Open, demo: Site) -> None:
    page = windows(demo).page
    page.goto("/people/")
    expect(page.get_by_role("heading", name="演示账号")).to_be_visible()
    button = page.locator("form:has(input[value=shuji]) button")
    name = button.inner_text().split()[0]
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人员主档")  # where one was going
    expect(page.locator("header .menu summary")).to_contain_text(name)


def test_accounts_in_bulk_and_slips_on_paper(sign_in: Open, windows: Open, demo: Site) -> None:
    page = sign_in("admin").page
    page.goto("/do/accounts.account.create_many/")
    choose(page, "红星工作站")
    page.get_by_label("按哪种关系").select_option("")
    page.get_by_role("button", name="列出没有账号的人").click()
    page.get_by_label("只为勾选的人员").check()
    boxes = page.locator("input[name=people]")
    expect(boxes.first).to_be_visible()
    for place in range(2):
        boxes.nth(place).check()
    page.get_by_role("button", name="建立账号并生成密码条").click()
    page.get_by_role("button", name="打开并打印").click()
    slips = page.locator(".slip")
    expect(slips).to_have_count(2)
    username, password = slips.first.locator(".slip-code").all_inner_texts()
    assert paper_is_printed(page)
    expect(page.get_by_role("button", name="打印")).to_be_hidden()  # no furniture on paper

    new = windows(demo).page
    new.goto("/login/")
    new.get_by_label("用户名").fill(username)
    new.get_by_label("密码").fill(password)
    new.get_by_role("button", name="登录", exact=True).click()
    expect(new.get_by_role("heading", level=1)).to_have_text("请先修改密码")


def choose(page: Page, organization: str) -> None:
    box = page.locator("select[name=organization]")
    labels = box.locator("option").all_inner_texts()
    box.select_option(label=next(label for label in labels if organization in label))


def paper_is_printed(page: Page) -> bool:
    """Tell whether the page as printed has ink on it: black letters on white, two slips beside each other."""
    page.emulate_media(media="print")
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("L")
    dark = sum(picture.histogram()[:96])
    left, right = (slip.bounding_box() for slip in page.locator(".slip").all())
    assert left is not None
    assert right is not None
    return dark > 1000 and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
