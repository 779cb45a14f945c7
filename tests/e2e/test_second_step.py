"""The second factor in a real browser: an authenticator, a passkey of a device made by the browser, a recovery code."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.serving import Site
from tests.e2e.test_axe import look_at
from tests.e2e.visiting import PATIENCE, Open
from zhibu.apps.workbench.demo.accounts import PASSWORD

pytestmark = pytest.mark.e2e

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MMWEBID/8888 MicroMessenger/8.0.49.2600"
)


@pytest.fixture
def page(browser: Browser, demo: Site) -> Iterator[Page]:
    """A window at localhost, where there can be passkeys, with a device that has a finger on it."""
    base = demo.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=base, locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    tools = context.new_cdp_session(opened)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    said: list[str] = []
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield opened
    context.close()
    assert said == []


def by_password(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("form[action='/logout/']").first.evaluate("form => form.submit()")
    page.wait_for_url("**/login/")


def test_set_up_and_used_by_code_by_finger_and_by_paper(page: Page) -> None:
    by_password(page, "zhigong")
    page.goto("/account/security/")
    page.get_by_role("button", name="设置动态码").click()
    faults = look_at(page)
    key = page.locator(".secret-key").inner_text().replace(" ", "")
    page.get_by_label("6 位动态码").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="启用动态码").click()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    page.goto("/account/security/passkey/")
    faults += look_at(page)
    page.get_by_label("名称").fill("办公电脑")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("cell", name="办公电脑")).to_be_visible()
    for address in ("/account/security/", "/account/security/prove/"):
        page.goto(address)
        faults += look_at(page)
    sign_out(page)
    page.get_by_role("button", name="用通行密钥登录").click()  # alone: nothing else is asked
    page.wait_for_url("**/")
    sign_out(page)
    by_password(page, "zhigong")
    expect(page.get_by_role("heading", level=1)).to_have_text("第二验证")
    faults += look_at(page)
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("第二验证")
    sign_out(page)
    by_password(page, "zhigong")
    page.get_by_role("link", name="用恢复码").click()
    page.get_by_label("恢复码").fill(codes[0])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("还剩 9 个")
    assert not faults, "\n".join(faults)


def test_inside_wechat_passkeys_are_explained_and_the_rest_works(windows: Open, demo: Site) -> None:
    visitor = windows(demo, width=390, user_agent=WECHAT)
    page = visitor.page
    by_password(page, "dangyuan")
    page.wait_for_url("**/")
    page.goto("/account/security/")
    expect(page.locator(".main")).to_contain_text("在浏览器打开")
    faults = look_at(page)
    page.goto("/account/sessions/")
    expect(page.locator(".main")).to_contain_text("微信")
    page.get_by_role("button", name="退出", exact=True).first.click()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_have_count(0)
    assert not faults, "\n".join(faults)
