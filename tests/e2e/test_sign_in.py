"""A member scans the wall with the telephone; the wall counts by itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visiting import Open

pytestmark = pytest.mark.e2e


def under_way(page: Page) -> str:
    """Return the address of the meeting that is under way in the demonstration."""
    page.goto("/meetings/?state=under_way")
    found = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return str(next(href for href in found if re.fullmatch(r"/meetings/[0-9a-f-]{36}/", href or "")))


def test_a_telephone_signs_in_by_the_code_while_the_wall_counts(sign_in: Open) -> None:
    wall = sign_in("shuji").page
    wall.goto(f"{under_way(wall)}wall/")
    count = wall.locator(".wall-big strong")
    before = int(count.inner_text())
    expect(wall.locator(".wall-words")).to_contain_text("第十一条")
    code = wall.locator(".wall-qr")
    first = code.get_attribute("data-link")
    phone = sign_in("dangyuan", width=390).page
    phone.goto(str(code.get_attribute("data-link")))
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_role("status")).to_contain_text("签到成功")
    expect(count).to_have_text(str(before + 1))  # nobody touched the wall
    expect(code).not_to_have_attribute("data-link", str(first))
    wall.wait_for_timeout(16_000)  # the seconds of a photo
    stale = sign_in("weiyuan", width=390).page
    stale.goto(str(first))
    expect(stale.get_by_text("二维码已经失效")).to_be_visible()
