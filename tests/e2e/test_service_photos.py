"""A service from a phone on a slow link that is cut twice: it arrives whole, once; written without a signal, it is sent later."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Open, Visitor, scrolls_sideways

pytestmark = pytest.mark.e2e
SLOW = 50_000  # bytes a second
PHOTOS = 6


def photos() -> list[dict[str, Any]]:
    """Six pictures of about 40 kB, which need most of a second each on the slow link."""
    made = []
    for n in range(PHOTOS):
        out = io.BytesIO()
        Image.effect_noise((240, 170), 60 + n).convert("RGB").save(out, "JPEG", quality=90)
        made.append({"name": f"走访{n + 1}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    return made


def opened(visitor: Visitor, name: str = "") -> Page:
    """Open the form of a service for somebody of the station."""
    page = visitor.page
    page.goto("/care/?state=open")
    page.locator("tbody th a").nth(3).click()
    page.get_by_role("link", name="登记服务").click()
    expect(page.get_by_label("情况记录")).to_be_visible()
    return page


class Link:
    """The link as it is in a village: slow, or gone."""

    def __init__(self, visitor: Visitor) -> None:
        self.session = visitor.context.new_cdp_session(visitor.page)
        self.session.send("Network.enable")

    def __call__(self, *, offline: bool = False, speed: int = SLOW) -> None:
        conditions = {"offline": offline, "latency": 40, "downloadThroughput": speed, "uploadThroughput": speed}
        self.session.send("Network.emulateNetworkConditions", conditions)


def forgive_lost_requests(visitor: Visitor) -> None:
    """What the browser says of requests that were cut is what this test is about."""
    visitor.said[:] = [line for line in visitor.said if "ERR_INTERNET_DISCONNECTED" not in line]


def test_six_photos_over_a_slow_link_cut_twice_arrive_whole_and_once(sign_in: Open) -> None:
    visitor = sign_in("gongzuozhan", width=PHONE)
    page = opened(visitor)
    link = Link(visitor)
    link()
    sent = page.locator("[data-care-photos] .tag.ok")
    page.get_by_label("情况记录").fill("上门看望，拍了六张照片")
    page.locator("input[name=photos]").set_input_files(photos())  # type: ignore[arg-type]
    expect(sent.first).to_be_visible()
    link(offline=True)
    expect(page.get_by_text("照片会接着传")).to_be_visible()
    link()
    expect(sent.nth(1)).to_be_visible()
    page.get_by_role("button", name="登记服务").click()
    link(offline=True)
    expect(page.get_by_text("有信号时自动发送")).to_be_visible()
    assert not scrolls_sideways(page)
    link()
    page.wait_for_url(re.compile(r"/services/[0-9a-f-]+/$"))
    link(speed=-1)
    expect(page.locator(".care-photos img")).to_have_count(PHOTOS)
    page.goto("/services/?since=" + page.evaluate("new Date().toISOString().slice(0, 10)"))
    expect(page.get_by_text("上门看望，拍了六张照片")).to_have_count(1)
    forgive_lost_requests(visitor)


def test_a_visit_written_without_a_signal_waits_on_the_device_and_is_sent_later(sign_in: Open) -> None:
    visitor = sign_in("gongzuozhan", width=PHONE)
    page = opened(visitor)
    address = page.url
    visitor.context.set_offline(True)
    page.get_by_label("情况记录").fill("在村里写的，没有信号")
    page.locator("input[name=photos]").set_input_files(photos()[:1])  # type: ignore[arg-type]
    page.get_by_role("button", name="登记服务").click()
    expect(page.get_by_text("有信号时自动发送")).to_be_visible()
    page.goto("about:blank")  # the telephone was put away
    visitor.context.set_offline(False)
    page.goto("/care/board/")
    waiting = page.locator("[data-care-unsent]")
    expect(waiting.get_by_text("照片 1 张")).to_be_visible()
    waiting.get_by_role("link", name="打开并发送").click()
    page.wait_for_url(re.compile(r"/services/[0-9a-f-]+/$"))
    expect(page.get_by_text("在村里写的，没有信号")).to_be_visible()
    expect(page.locator(".care-photos img")).to_have_count(1)
    page.goto("/care/board/")
    expect(page.locator("[data-care-unsent]")).to_be_hidden()
    page.goto(address)
    expect(page.get_by_label("情况记录")).to_have_value("")
    forgive_lost_requests(visitor)


def test_a_refused_form_keeps_what_was_typed_and_sent(sign_in: Open) -> None:
    visitor = sign_in("gongzuozhan", width=PHONE)
    page = opened(visitor)
    page.locator("input[name=photos]").set_input_files(photos()[:1])  # type: ignore[arg-type]
    page.get_by_label("跟进事项").fill("送药")
    page.get_by_role("button", name="登记服务").click()
    expect(page.locator(".summary")).to_be_visible()
    expect(page.get_by_label("跟进事项")).to_have_value("送药")
    page.get_by_label("情况记录").fill("改好了再发")
    page.get_by_label("跟进事项").fill("")
    page.get_by_role("button", name="登记服务").click()
    page.wait_for_url(re.compile(r"/services/[0-9a-f-]+/$"))
    expect(page.locator(".care-photos img")).to_have_count(1)


def test_the_desk_shows_the_care_of_whoever_stands_there(sign_in: Open) -> None:
    page = sign_in("gongzuozhan").page
    page.goto("/care/?state=open")
    name = page.locator("tbody th a").first.inner_text()
    page.goto("/desk/")
    page.get_by_label("没带卡？按姓名、拼音或身份证后六位查找").fill(name)
    page.get_by_role("button", name="查找", exact=True).click()
    page.locator(".desk-found button").first.click()
    card = page.locator(".desk-card")
    expect(card.get_by_role("heading")).to_contain_text(name)
    expect(card.locator("dt", has_text="托养托管")).to_be_visible()
    card.get_by_role("link", name="登记服务").click()
    expect(page.get_by_label("情况记录")).to_be_visible()
