"""Passkeys: made and used by a device in software, and refused when anything about the answer is not right."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests import factories
from tests.accounts.conftest import audited
from tests.accounts.device import Device
from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.services import passkeys

HOST = {"HTTP_HOST": "localhost"}
ADD, ASK = "/account/security/passkey/", "/login/passkey/options/"
PAGE, LOGIN = "/account/access/", "/login/"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49"


@pytest.fixture
def cashier(house: Any) -> Account:
    made: Account = factories.account("caiwu", "payroll_clerk", house.root, of=factories.person("钱会计", house.east))
    return made


def add(client: Client, device: Device, name: str = "办公电脑") -> Any:
    """Make a passkey on the device, signed in."""
    options = json.loads(client.post(f"{ADD}options/", **HOST).content)
    return client.post(ADD, {"name": name, "credential": device.create(options)}, **HOST)


def enter(client: Client, device: Device, **more: Any) -> Any:
    """Sign in with the device."""
    options = json.loads(client.post(ASK, **HOST).content)
    return client.post("/login/passkey/", {"credential": device.get(options), **more}, **HOST)


def inside(client: Client) -> bool:
    return client.get(PAGE, **HOST).status_code == 200


@pytest.fixture
def device(cashier: Account) -> Device:
    """A device that has made a passkey for the cashier."""
    made, client = Device(), Client()
    client.force_login(cashier)
    assert add(client, made).status_code == 200
    return made


def test_a_passkey_alone_signs_in_and_no_code_is_asked(client: Client, device: Device) -> None:
    answer = enter(client, device, next=PAGE)
    assert answer.url == PAGE
    assert inside(client)
    assert audited("accounts.factor.add") == 1


def test_several_have_names_of_their_own(cashier: Account, client: Client) -> None:
    client.force_login(cashier)
    assert "恢复码" in add(client, Device(), "手机").content.decode()
    assert add(client, Device(), "手机").status_code == 302
    assert [f.name for f in second_factor.factors_of(cashier.pk)] == ["手机", "手机 2"]


def test_after_the_password_only_the_account_s_own_is_taken(device: Device, house: Any) -> None:
    other = factories.account("renshi", "hr_clerk", house.root)
    theirs, browser = Device(), Client()
    browser.force_login(other)
    add(browser, theirs)
    client = Client()
    client.post(LOGIN, {"username": "caiwu", "password": "Test-2026-pass"}, **HOST)
    options = json.loads(client.post(ASK, **HOST).content)
    assert len(options["allowCredentials"]) == 1
    assert enter(client, theirs).url == "/login/second/"
    assert not inside(client)
    assert enter(client, device).status_code == 302
    assert inside(client)


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"verified": False}, {"key": Device().key}, {"handle": "AAAA"}]
)
def test_a_lying_device_does_not_get_in(client: Client, device: Device, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(device, name, value)
    assert enter(client, device).url == LOGIN
    assert not inside(client)
    assert "通行密钥没有通过验证" in client.get(LOGIN, **HOST).content.decode()


def test_a_copied_device_is_noticed_by_its_counter(client: Client, device: Device) -> None:
    assert enter(Client(), device).status_code == 302
    device.counter -= 1
    assert enter(client, device).url == LOGIN
    assert not inside(client)


def test_an_answer_opens_once_and_only_its_own_challenge(client: Client, device: Device) -> None:
    options = json.loads(client.post(ASK, **HOST).content)
    answer = device.get(options)
    assert client.post("/login/passkey/", {"credential": answer}, **HOST).url != LOGIN
    stranger = Client()
    stranger.post(ASK, **HOST)
    assert stranger.post("/login/passkey/", {"credential": answer}, **HOST).url == LOGIN
    assert Client().post("/login/passkey/", {"credential": answer}, **HOST).url == LOGIN


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "x", "1", '{"id": 1}', '{"id":"a","rawId":"a","response":{},"type":"public-key"}']
)
def test_rubbish_is_refused_in_words(client: Client, device: Device, cashier: Account, text: str) -> None:
    client.post(ASK, **HOST)
    assert client.post("/login/passkey/", {"credential": text}, **HOST).url == LOGIN
    signed = Client()
    signed.force_login(cashier)
    signed.post(f"{ADD}options/", **HOST)
    assert signed.post(ADD, {"credential": text}, **HOST).status_code == 422


def test_a_removed_passkey_and_a_disabled_account_open_nothing(
    client: Client, device: Device, cashier: Account
) -> None:
    cashier.is_active = False
    cashier.save()
    assert enter(client, device).url == LOGIN
    cashier.is_active = True
    cashier.save()
    Factor.objects.system("test").filter(account=cashier).update(removed_at="2026-01-01T00:00Z")
    assert enter(client, device).url == LOGIN
    assert not inside(client)


def test_it_is_made_for_the_host_and_behind_a_proxy_for_the_outer_one(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["party.example.cn"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", headers={"Host": "party.example.cn", "X-Forwarded-Proto": "https"})
    assert passkeys.site(request) == passkeys.Site("party.example.cn", ["https://party.example.cn"])
    assert not passkeys.hindrance(request)
    settings.PASSKEY_HOST = "example.cn"
    assert passkeys.site(request).rp_id == "example.cn"
    settings.PASSKEY_HOST = "other.cn"
    assert "网址" in passkeys.hindrance(request)


@pytest.mark.parametrize(
    ("host", "agent", "word"),
    [("127.0.0.1", "", "IP 地址"), ("party.example.cn", "", "HTTPS"), ("localhost", WECHAT, "在浏览器打开")],
)
def test_where_there_can_be_none_it_says_why(
    cashier: Account, client: Client, settings: Any, host: str, agent: str, word: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(cashier)
    more = {"HTTP_HOST": host, "HTTP_USER_AGENT": agent}
    assert word in client.get(ADD, **more).content.decode()
    assert client.post(f"{ADD}options/", **more).status_code == 404
    assert "data-passkey" not in Client().get(LOGIN, **more).content.decode()


def test_inside_wechat_a_page_to_print_says_how_to_get_out(client: Client, chief: Account) -> None:
    client.force_login(chief)
    hint = "微信里不能打印"
    assert hint in client.get("/access/?print=1", headers={"User-Agent": WECHAT}).content.decode()
    assert hint not in client.get("/access/?print=1").content.decode()
