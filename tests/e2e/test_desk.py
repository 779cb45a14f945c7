"""The identify desk in a real browser: a reader types at machine speed into whatever has the focus."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_axe import look_at
from tests.e2e.visiting import Open, burst
from zhibu.apps.workbench.demo.accounts import PASSWORD

pytestmark = pytest.mark.e2e


def readings(page: Page) -> dict[str, str]:
    """Return label -> what the reader types, of the cards of the virtual reader."""
    forms = page.locator("form[data-burst]").all()
    return {form.inner_text().strip(): form.get_attribute("data-burst") or "" for form in forms}


def test_a_burst_is_read_whatever_has_the_focus_and_the_field_stays_as_it_was(sign_in: Open) -> None:
    page = sign_in("gongzuozhan").page
    page.goto("/desk/")
    cards = readings(page)
    label = next(
        name for name in cards if name.endswith("的卡") and name[:2] not in {"已挂", "过期", "换新", "别处", "没登"}
    )
    field = page.locator("#desk-q")
    field.fill("张大")
    field.press("ArrowLeft")
    burst(page, cards[label])
    expect(page.locator("#desk-name")).to_contain_text(label.removesuffix("的卡"))
    assert field.input_value() == "张大"
    assert field.evaluate("box => box.selectionStart") == 1
    assert urlsplit(page.url).query == ""
    page.locator("#desk-at").or_(page.locator("#desk-reader")).first.evaluate(
        "box => box.closest('details').open = true"
    )
    choice = page.locator("#desk-reader")
    before = choice.input_value()
    choice.focus()
    burst(page, cards["没登记的卡"])
    expect(page.get_by_role("alert")).to_contain_text("没有登记的卡")
    assert choice.input_value() == before
    burst(page, cards[label])
    expect(page.locator("#desk-name")).to_be_visible()


def test_people_type_slower_than_readers(sign_in: Open) -> None:
    page = sign_in("gongzuozhan").page
    page.goto("/desk/")
    page.locator("#desk-q").focus()
    page.keyboard.type("110203", delay=90)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/?q=110203")
    expect(page.locator(".desk-waiting")).to_be_visible()


def test_the_desk_clears_itself_and_keeps_the_look_of_the_house(sign_in: Open) -> None:
    page = sign_in("gongzuozhan").page
    page.clock.install()
    page.goto("/desk/")
    faults = look_at(page)
    page.locator("form[data-burst] button").first.click()
    expect(page.locator("#desk-name")).to_be_visible()
    expect(page.locator("[data-countdown]")).to_contain_text("秒后自动清除")
    faults += look_at(page)
    page.clock.fast_forward(61_000)
    expect(page.locator("#desk-name")).to_have_count(0)
    expect(page.locator(".desk-waiting")).to_be_visible()
    page.get_by_role("button", name="已挂失的卡").or_(page.get_by_role("button", name="没登记的卡")).first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults += look_at(page)
    page.get_by_role("link", name="清除，请刷下一张卡").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert not faults, "\n".join(faults)


def test_every_subsystem_shows_what_it_knows_and_the_buttons_lead_there(sign_in: Open) -> None:
    """Membership, dues and today's meeting, to the secretary of the branch; each by the panel of its own app."""
    page = sign_in("shuji").page
    page.goto("/desk/?q=张伟")
    if page.locator("#desk-name").count() == 0:
        page.locator("#main").get_by_role("button", name="张伟").or_(
            page.locator("#main").get_by_role("link", name="张伟")
        ).first.click()
    shown = page.locator("#desk-result")
    for label in ("党员", "党龄", "未交党费", "今天的会议"):
        expect(shown.get_by_text(label, exact=True)).to_be_visible()
    expect(shown).to_contain_text("党费 1 个月未交")
    expect(shown).to_contain_text("支部党员大会")
    for button, where in (("收党费", "**/do/dues.payment.member/**"), ("去签到台", "**/meetings/*/door/")):
        shown.get_by_role("link", name=button).click()
        page.wait_for_url(where)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.go_back()


def test_without_script_one_box_does_the_same(windows: Open, demo: object) -> None:
    page = windows(demo, java_script_enabled=False).page
    page.goto("/login/")
    page.get_by_label("用户名").fill("gongzuozhan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.goto("/desk/")
    number = next(iter(readings(page).values()))
    page.get_by_label("刷卡或输入卡号").fill(number)
    page.get_by_label("刷卡或输入卡号").press("Enter")
    expect(page.locator("#desk-name")).to_be_visible()
    page.get_by_role("link", name="清除，请刷下一张卡").click()
    expect(page.locator("#desk-name")).to_have_count(0)


def test_the_large_page_reads_what_waits_for_somebody(sign_in: Open) -> None:
    page = sign_in("gongzuozhan").page
    page.goto("/desk/")
    page.locator("form[data-burst] button").first.click()
    expect(page.locator("#desk-name")).to_be_visible()
    page.locator("#desk-result").get_by_role("link", name="大字服务").click()
    page.get_by_label("本人同意的方式").select_option("spoken")
    page.get_by_role("button", name="大字服务").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 20
    assert not look_at(page)
    page.get_by_role("button", name="办完了，结束").click()
    expect(page.locator(".desk-waiting")).to_be_visible()
