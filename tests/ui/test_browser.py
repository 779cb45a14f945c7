"""The style pages in a real browser: accessible at every text size, no sideways scroll, no breach of the policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.visiting import axe_faults
from zhibu.kernel.ui.context import TEXT_COOKIE
from zhibu.kernel.ui.sample import PAGES

pytestmark = pytest.mark.e2e

SIZES = ("normal", "large", "huge")
WIDTHS = (360, 1360)
ADDRESSES = [*(f"/ui/{page}/" for page in PAGES if page != "progress"), "/ui/form/?bad=1"]

#: icons are drawn from a sheet that the browser fetches besides
PAINTED = """[...document.querySelectorAll("svg.icon")].filter(icon => icon.checkVisibility()).every(
    icon => icon.getBBox().width > 0)"""


class Watched:
    """A page whose console and requests are kept."""

    def __init__(self, browser: Browser, site: str, size: str = "normal", width: int = 1360, **options: object) -> None:
        options.setdefault("reduced_motion", "reduce")  # a colour half-way through its change is no fault
        self.context = browser.new_context(viewport={"width": width, "height": 800}, base_url=site, **options)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": TEXT_COOKIE, "value": size, "url": site}])
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Watched]:
    watched = Watched(browser, site)
    yield watched
    watched.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", SIZES)
def test_accessible_and_whole(browser: Browser, site: str, size: str, width: int) -> None:
    watched = Watched(browser, site, size, width)
    page = watched.page
    faults: list[str] = []
    for address in ADDRESSES:
        page.goto(address)
        faults += [f"{address} {fault}" for fault in axe_faults(page, "color-contrast-enhanced")]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} scrolls sideways")
        if not page.evaluate(PAINTED):
            faults.append(f"{address} has an icon without its drawing")
    watched.context.close()
    assert not faults, "\n".join(faults)
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(site)] == []


@pytest.mark.parametrize("size", SIZES)
def test_narrowest_phone_does_not_scroll_sideways(browser: Browser, site: str, size: str) -> None:
    watched = Watched(browser, site, size, 320)
    wide = []
    for address in ADDRESSES:
        watched.page.goto(address)
        if watched.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    watched.context.close()
    assert wide == []


def test_text_sizes_are_what_the_standard_asks(browser: Browser, site: str) -> None:
    found = {}
    for size in SIZES:
        watched = Watched(browser, site, size, 360)
        watched.page.goto("/ui/record/")
        found[size] = watched.page.evaluate(
            "[...document.querySelectorAll('main *, nav.tabbar *')].filter(e => e.textContent.trim() && "
            "e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize)).reduce((a, b) => Math.min(a, b))"
        )
        found[f"{size} body"] = watched.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        watched.context.close()
    assert found["normal"] >= 16 - 0.01  # 16 px and more everywhere
    assert found["large body"] >= 20
    assert found["huge body"] >= 30  # 适老化通用设计规范: the largest size is 30 or more


@pytest.mark.parametrize(("size", "least"), [("normal", 44), ("large", 60), ("huge", 60)])
def test_targets_are_as_tall_as_a_finger(browser: Browser, site: str, size: str, least: int) -> None:
    watched = Watched(browser, site, size, 360)
    for address in ADDRESSES:
        watched.page.goto(address)
        small = watched.page.evaluate(
            "least => [...document.querySelectorAll('button, .btn, .chip, .input, .tabbar > *, .tabs a, summary')]"
            ".filter(e => e.checkVisibility() && !e.closest('.tree')).map(e => [e.getBoundingClientRect().height, "
            "e.outerHTML.slice(0, 90)]).filter(([height]) => height < least - 0.5)",
            least,
        )
        assert small == [], address
    watched.context.close()


def test_text_size_switch_works_without_script(browser: Browser, site: str) -> None:
    watched = Watched(browser, site, java_script_enabled=False)
    watched.page.goto("/ui/list/")
    watched.page.get_by_role("button", name="特大字").click()
    expect(watched.page.locator("html")).to_have_attribute("data-text", "huge")
    expect(watched.page).to_have_url(f"{site}/ui/list/")
    watched.context.close()


def test_phone_menu_opens_without_script(browser: Browser, site: str) -> None:
    watched = Watched(browser, site, "huge", 360, java_script_enabled=False)
    watched.page.goto("/ui/list/")
    watched.page.locator(".tabbar > details > summary").click()
    entry = watched.page.locator(".sheet").get_by_role("link", name="组织机构")
    expect(entry).to_be_visible()
    entry.click()
    expect(watched.page).to_have_url(f"{site}/ui/tree/")
    watched.context.close()


class TestSearch:
    def test_finds_while_typing_and_is_driven_by_keys(self, desk: Watched, site: str) -> None:
        page = desk.page
        page.goto("/ui/workbench/")
        page.keyboard.press("/")
        box = page.get_by_role("combobox", name="找人")
        expect(box).to_be_focused()
        page.keyboard.type("陈")
        expect(page.get_by_role("option")).to_have_count(3)
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option", selected=True)).to_have_text("陈桂香")
        expect(box).to_have_attribute("aria-activedescendant", "search-option-1")
        assert axe_faults(page) == []
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site}/ui/record/")
        assert desk.said == []

    def test_up_from_the_box_goes_to_the_last(self, desk: Watched) -> None:
        desk.page.goto("/ui/workbench/")
        desk.page.get_by_role("combobox", name="找人").fill("陈")
        expect(desk.page.get_by_role("option")).to_have_count(3)
        desk.page.keyboard.press("ArrowUp")
        expect(desk.page.get_by_role("option", selected=True)).to_have_text("陈国强")

    def test_escape_closes_and_enter_asks_the_whole_page(self, desk: Watched, site: str) -> None:
        page = desk.page
        page.goto("/ui/workbench/")
        page.get_by_role("combobox", name="找人").fill("陈桂")
        expect(page.get_by_role("option")).to_have_count(2)
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("查找：陈桂")

    def test_slash_is_a_slash_inside_a_field(self, desk: Watched) -> None:
        desk.page.goto("/ui/form/")
        note = desk.page.get_by_label("备注")
        note.focus()
        desk.page.keyboard.type("a/b")
        expect(note).to_have_value("a/b")

    def test_works_without_script(self, browser: Browser, site: str) -> None:
        watched = Watched(browser, site, java_script_enabled=False)
        watched.page.goto("/ui/workbench/")
        watched.page.get_by_role("searchbox", name="找人").fill("陈")
        watched.page.get_by_role("button", name="查找").click()
        expect(watched.page.get_by_role("heading", level=1)).to_have_text("查找：陈")
        watched.context.close()


def test_progress_asks_for_itself_again(desk: Watched) -> None:
    desk.page.goto("/ui/components/")
    with desk.page.expect_response("**/ui/progress/"):
        expect(desk.page.get_by_text("马上开始")).to_be_visible()
    expect(desk.page.locator("main")).to_have_count(1)
    expect(desk.page.get_by_text("马上开始")).to_have_count(1)


def test_a_double_click_sends_a_form_once(desk: Watched) -> None:
    desk.page.goto("/ui/wizard/")
    posts: list[str] = []
    desk.page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="略过这 2 行").dblclick()
    assert len(posts) == 1


def test_errors_take_the_focus_and_lead_to_the_field(desk: Watched) -> None:
    desk.page.goto("/ui/form/?bad=1")
    expect(desk.page.locator(".summary")).to_be_focused()
    desk.page.get_by_role("link", name="姓名：请填写姓名").click()
    expect(desk.page.get_by_label("姓名")).to_be_focused()


def test_escape_closes_the_account_menu_and_returns_the_focus(desk: Watched) -> None:
    desk.page.goto("/ui/list/")
    summary = desk.page.locator("header .menu > summary")
    summary.click()
    expect(desk.page.get_by_role("button", name="退出登录")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("button", name="退出登录")).to_be_hidden()
    expect(summary).to_be_focused()


def test_skip_link_leads_to_the_text(desk: Watched) -> None:
    desk.page.goto("/ui/list/")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("link", name="跳到正文")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#main")).to_be_focused()


def test_paper_shows_the_record_and_no_furniture(desk: Watched) -> None:
    desk.page.goto("/ui/record/")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".top")).to_be_hidden()
    expect(desk.page.locator(".side")).to_be_hidden()
    expect(desk.page.get_by_text("4401**********2246")).to_be_visible()
    assert desk.page.locator("dd .btn").first.is_hidden()
