"""The handbook in a real browser: every chapter at the smallest and largest text, with script off, on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Site
from tests.e2e.test_axe import look_at
from tests.e2e.visiting import PHONE, Open
from zhibu.kernel.handbook.chapters import all_chapters

pytestmark = pytest.mark.e2e

#: pictures load as one comes near them
LOADED = "[...document.images].filter(i => i.loading !== 'lazy').every(i => i.complete && i.naturalWidth > 0)"
EACH_PICTURE = """async () => { const lost = []; for (const i of document.images) { i.loading = 'eager';
  await i.decode().catch(() => lost.push(i.src)); } return lost; }"""


@pytest.fixture(scope="module")
def known() -> set[str]:
    """How the elements were made whose colours axe has measured."""
    return set()


@pytest.mark.parametrize("chapter", all_chapters(), ids=lambda chapter: chapter.slug)
def test_a_chapter_can_be_read_at_every_size(sign_in: Open, known: set[str], chapter: object) -> None:
    page = sign_in("dangyuan").page
    page.goto(f"/handbook/{chapter.slug}/")  # type: ignore[attr-defined]
    assert page.evaluate(EACH_PICTURE) == []
    assert look_at(page, known) == []


def on_paper(page: Page) -> list[str]:
    """Return the words of buttons, menus and help that would be printed."""
    page.emulate_media(media="print")
    shown: list[str] = page.evaluate(
        "[...document.querySelectorAll('.help, .top, .side, .tabbar, .btn, .handbook-toc, .handbook-turn')]"
        ".filter(e => e.checkVisibility()).map(e => e.textContent.trim())"
    )
    return shown


def test_help_leads_to_the_section_and_prints_without_furniture(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    page.goto("/people/duplicates/")
    page.get_by_role("link", name="帮助", exact=True).click()
    heading = page.get_by_role("heading", name="查重和合并")
    expect(heading).to_be_in_viewport()
    assert on_paper(page) == []
    page.emulate_media(media="screen")
    page.get_by_role("link", name="打印这一章").click()
    assert page.evaluate(LOADED)
    assert on_paper(page) == []


def test_a_member_reads_and_searches_without_script(windows: Open, demo: Site) -> None:
    page = windows(demo, width=PHONE, size="huge", java_script_enabled=False).page
    page.goto("/login/")
    page.get_by_role("link", name="帮助", exact=True).click()
    expect(page.get_by_role("heading", name="忘记密码")).to_be_visible()
    page.get_by_role("searchbox", name="在手册里查找").fill("恢复码")
    page.get_by_role("button", name="查手册").click()
    page.get_by_role("link", name="登录与安全：恢复码").click()
    expect(page.get_by_role("heading", name="恢复码", exact=True)).to_be_in_viewport()
