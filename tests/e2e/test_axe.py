"""Every kind of page a role can reach by its links: no fault for axe, no sideways scroll, targets for a finger."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rosters
from tests.e2e.serving import Site
from tests.e2e.visiting import (
    DESK,
    PHONE,
    Open,
    Visitor,
    axe_faults,
    drop_alike,
    narrow_faults,
    shapes,
)
from tests.e2e.walking import walk

pytestmark = pytest.mark.e2e

#: from those who reach most to those who reach least
ROLES = (
    "zuzhibu", "admin", "renshi", "caiwu", "shenji", "shuji", "weiyuan", "gongzuozhan", "lingdao", "dangan", "xinxiyuan",
    "dangyuan", "zhigong",
)  # fmt: skip
#: pages that differ so much from role to role that each role's own is looked at
OWN = ("workbench", "people", "people-record")
NARROW = 360
#: text size -> the least height of a target in pixels
LEAST = {"normal": 44, "large": 60, "huge": 60}


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Kinds of pages that were looked at as some role."""
    return set()


@pytest.fixture(scope="module")
def known() -> set[str]:
    """How the elements were made whose colours axe has measured."""
    return set()


def look_at(page: Page, known: set[str] | None = None) -> list[str]:
    """Return all faults of the page as it stands, at every width and text size.

    With `known` the colours, half of what axe has to do, and the smallest text on the desk are looked at when the page
    shows an element made as none before, and the set grows: most pages are made of the same few.
    """
    faults: list[str] = []
    page.wait_for_load_state()
    page.set_viewport_size({"width": NARROW, "height": 900})
    faults += narrow_faults(page, LEAST)
    colours = True
    if known is not None:
        drop_alike(page)
        made = shapes(page)
        colours = not made <= known
        known |= made
    for size, width in (("huge", PHONE), ("normal", DESK))[: 2 if colours else 1]:
        show(page, size, width)
        faults += [f"{size} text, {width} px: {fault}" for fault in axe_faults(page, colours=colours)]
    return faults


def show(page: Page, size: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("html").evaluate("(html, size) => { html.dataset.text = size }", size)


def look(visitor: Visitor, what: str, known: set[str] | None = None) -> list[str]:
    return [f"{what} {visitor.path}: {fault}" for fault in look_at(visitor.page, known)]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_a_role_can_reach(role: str, sign_in: Open, seen: set[str], known: set[str]) -> None:
    visitor = sign_in(role)
    # each role's menu and everything on its first page is looked at whole
    walked = walk(visitor, seen, OWN)
    faults = [fault for kind in walked for fault in look(visitor, kind, None if kind == OWN[0] else known)]
    assert {"workbench", "me", "inbox"} <= seen
    assert not faults, "\n".join(faults)


def test_pages_before_signing_in(windows: Open, demo: Site) -> None:
    visitor = windows(demo)
    faults = []
    for address in ("/login/", "/login/?next=/people/", "/no-such-page/", "/handbook/", "/handbook/login/"):
        visitor.page.goto(address)
        faults += look(visitor, address)
    visitor.page.goto("/login/")
    visitor.page.get_by_role("button", name="登录", exact=True).click()
    expect(visitor.page.locator(".summary")).to_be_visible()
    faults += look(visitor, "refused log-in")
    assert not faults, "\n".join(faults)


def test_pages_in_the_middle_of_work(sign_in: Open, tmp_path: Path) -> None:
    visitor = sign_in("zuzhibu")
    page = visitor.page
    page.goto("/do/people.person.create/")
    page.get_by_role("button", name="登记人员").click()
    expect(page.locator(".summary")).to_be_visible()
    faults = look(visitor, "refused form")
    page.get_by_role("combobox", name="找人").fill("张")
    expect(page.get_by_role("option").first).to_be_visible()
    faults += look(visitor, "results while typing")
    page.goto("/search/?q=张伟")
    faults += look(visitor, "results")
    page.goto("/imports/new/people.people/")
    page.get_by_label("归属单位").select_option(index=1)
    page.get_by_label("表格文件").set_input_files(rosters.roster(tmp_path))
    page.get_by_role("button", name="上传表格").click()
    expect(page.get_by_role("button", name="核对列并检查")).to_be_visible()
    faults += look(visitor, "columns")
    page.get_by_role("button", name="核对列并检查").click()
    expect(page.get_by_role("region", name="需要改正的单元格")).to_be_visible()
    faults += look(visitor, "checked import")
    page.get_by_role("link", name="写入", exact=True).click()
    expect(page.get_by_role("button", name="写入", exact=True)).to_be_visible()
    faults += look(visitor, "writing")
    page.goto("/imports/")
    page.get_by_role("link", name="花名册.xlsx").first.click()
    page.get_by_role("link", name="逐行查看").or_(page.get_by_role("link", name="全部")).first.click()
    page.wait_for_url("**/imports/**/?*")
    faults += look(visitor, "rows")
    assert not faults, "\n".join(faults)
