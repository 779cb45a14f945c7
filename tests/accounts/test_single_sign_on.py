"""Single sign-on against a provider in a thread: the way in, and everything that must not be a way in."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc.jwk import OctKey, RSAKey

from tests import factories
from tests.accounts.conftest import audited, authenticator, code_of
from tests.accounts.provider import CLIENT, SECRET, Provider
from zhibu.apps.accounts import oidc
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.services import oidc_client
from zhibu.kernel.audit.models import AuditDetail

GO, BACK, LOGIN, PAGE = "/login/sso/", "/login/sso/back/", "/login/", "/account/access/"


@pytest.fixture
def provider(settings: Any, db: Any) -> Iterator[Provider]:
    oidc_client.forget()
    with Provider() as running:
        named = {"issuer": running.url, "client_id": CLIENT, "client_secret": SECRET}
        settings.OIDC = {**settings.OIDC, **named}
        running.claims = {"preferred_username": "wangfang"}
        yield running
    oidc_client.forget()


@pytest.fixture
def wang(house: Any) -> Account:
    person = factories.person("王芳", house.east, staff_number="A0017")
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    return made


def enter(client: Client, provider: Provider, **more: str) -> Any:
    """Go to the provider, sign in there, come back."""
    return client.get(BACK, {**provider.sign_in(client.get(GO, more).url)})


def inside(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def told(client: Client) -> str:
    """What the log-in page says above its form."""
    return client.get(LOGIN).content.decode().split('id="messages"')[1].split("sheet-card")[0]


class TestTheWayIn:
    def test_with_state_nonce_and_a_proof_key_to_where_one_wanted(
        self, client: Client, provider: Provider, wang: Account
    ) -> None:
        assert "单位统一登录" in client.get(LOGIN).content.decode()
        answer = enter(client, provider, next="/people/")
        assert answer.url == "/people/"
        assert inside(client)
        assert provider.asked["code_challenge_method"] == "S256"
        assert provider.asked["redirect_uri"] == f"http://testserver{BACK}"
        assert min(len(provider.asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert "登录（统一登录）" in bodies

    def test_the_second_factor_is_asked_as_after_a_password(
        self, client: Client, provider: Provider, wang: Account
    ) -> None:
        factor = authenticator(wang)
        assert enter(client, provider, next=PAGE).url == f"/login/second/?next={PAGE.replace('/', '%2F')}"
        assert not inside(client)
        assert client.post("/login/second/", {"code": code_of(factor), "next": PAGE}).url == PAGE

    def test_who_must_have_a_second_factor_and_has_none_sets_one_up(
        self, client: Client, provider: Provider, house: Any
    ) -> None:
        factories.account("wangfang", "payroll_clerk", house.root)
        enter(client, provider)
        assert client.get(PAGE).url == "/account/security/"

    def test_a_first_password_never_handed_out_does_not_stand_in_the_way(
        self, client: Client, provider: Provider, wang: Account
    ) -> None:
        wang.must_change_password = True
        wang.save()
        enter(client, provider)
        assert inside(client)

    def test_by_staff_number_from_the_user_information(
        self, client: Client, provider: Provider, wang: Account, settings: Any
    ) -> None:
        settings.OIDC = {**settings.OIDC, "claim": "employee", "match": "staff_number"}
        provider.userinfo = {"sub": "somebody-else", "employee": "a0017"}
        assert enter(client, provider).url == LOGIN
        provider.userinfo = {"sub": "u-1", "employee": "a0017"}
        enter(client, provider)
        assert inside(client)

    def test_keys_that_changed_are_fetched_again(
        self, client: Client, provider: Provider, wang: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enter(client, provider)
        provider.keys = [RSAKey.generate_key(2048, {"kid": "two"})]
        provider.key = provider.keys[0]
        assert enter(Client(), provider).url == LOGIN, "not at every unknown key: that would be a way to flood"
        monkeypatch.setattr(oidc_client, "KEYS_AGAIN_SECONDS", -1)
        again = Client()
        enter(again, provider)
        assert inside(again)

    def test_leaving_offers_to_leave_the_provider_too(self, client: Client, provider: Provider, wang: Account) -> None:
        enter(client, provider)
        client.post("/logout/")
        page = client.get(LOGIN).content.decode()
        assert f"{provider.url}/leave?id_token_hint=" in page
        assert "id_token_hint" not in client.get(LOGIN).content.decode(), "once"
        client.force_login(wang)
        client.post("/logout/")
        assert "id_token_hint" not in client.get(LOGIN).content.decode()


def spoil(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the claims; None takes the claim away."""

    def change(claims: dict[str, Any]) -> None:
        claims.pop(name, None)
        if value is not None:
            claims[name] = value

    return change


class TestNoWayIn:
    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("nonce", "another", "不是为这次登录发的"), ("nonce", None, "不是为这次登录发的"), ("aud", "other-app", "不是发给本系统的"),
            ("aud", ["other-app", CLIENT], "不是发给本系统的"), ("azp", "other-app", "不是发给本系统的"), ("exp", 1_000_000, "过期"),
            ("exp", None, "内容不全"), ("iss", "https://evil.example", "不是这个统一登录服务发的"), ("sub", None, "内容不全"),
            ("iat", 4_000_000_000, "内容不全"), ("nbf", 4_000_000_000, "内容不全"),
        ],
    )  # fmt: skip
    def test_a_token_that_is_not_for_us_and_now(
        self, client: Client, provider: Provider, wang: Account, name: str, value: Any, said: str
    ) -> None:
        provider.changed = spoil(name, value)
        assert enter(client, provider).url == LOGIN
        assert not inside(client)
        assert said in told(client)

    def test_a_signature_by_another_key_by_a_shared_secret_or_none(
        self, client: Client, provider: Provider, wang: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = provider.key
        provider.key = RSAKey.generate_key(2048, {"kid": own.kid})
        assert enter(client, provider).url == LOGIN
        assert "签名不对" in told(client)
        provider.key, provider.alg = OctKey.import_key(SECRET * 3, {"kid": own.kid}), "HS256"  # type: ignore[assignment]
        assert enter(client, provider).url == LOGIN
        unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTEifQ."
        for token in (unsigned, "", "x", "a.b.c", "e30.e30.e30"):
            monkeypatch.setattr(provider, "token", lambda asked, token=token: token)
            assert enter(client, provider).url == LOGIN
            assert not inside(client)

    def test_a_replayed_or_forged_state(self, client: Client, provider: Provider, wang: Account) -> None:
        came = provider.sign_in(client.get(GO).url)
        assert client.get(BACK, {**came, "state": "forged"}).url == LOGIN
        assert client.get(BACK, came).url == LOGIN, "the first answer ends it, right or wrong"
        came = provider.sign_in(client.get(GO).url)
        assert Client().get(BACK, came).url == LOGIN, "somebody else's browser"
        assert client.get(BACK, came).url != LOGIN
        client.post("/logout/")
        assert client.get(BACK, came).url == LOGIN
        assert "已经用过" in told(client)

    def test_somebody_unknown_or_disabled_and_no_account_is_made(
        self, client: Client, provider: Provider, wang: Account
    ) -> None:
        before = Account.objects.system("test").count()
        for value in ("nobody", "", None, 7, ["wangfang"], "x" * 500, "\0"):
            provider.claims = {"preferred_username": value}
            assert enter(client, provider).url == LOGIN
            assert "没有用户名与您相符的账号" in told(client)
        assert Account.objects.system("test").count() == before
        wang.is_active = False
        wang.save()
        provider.claims = {"preferred_username": "wangfang"}
        assert enter(client, provider).url == LOGIN
        assert "已停用" in told(client)
        assert audited("accounts.session.failed") == 8

    def test_what_the_provider_refuses_is_said(self, client: Client, provider: Provider, wang: Account) -> None:
        came = provider.sign_in(client.get(GO).url)
        assert client.get(BACK, {"error": "access_denied", "state": came["state"]}).url == LOGIN
        assert "取消" in told(client)
        came = provider.sign_in(client.get(GO).url)
        assert client.get(BACK, {**came, "code": "another"}).url == LOGIN
        assert "读不懂" in told(client)
        assert client.get(BACK).url == LOGIN

    def test_a_provider_that_is_away_or_somebody_else(self, client: Client, provider: Provider, settings: Any) -> None:
        settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
        assert client.get(GO).url == LOGIN
        assert "连不上" in told(client)
        settings.OIDC = {**settings.OIDC, "issuer": f"{provider.url}/"}
        assert client.get(GO).url == LOGIN
        assert "读不懂" in told(client)

    def test_a_provider_that_is_away_is_not_asked_by_everybody(
        self, client: Client, provider: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
        asked, ask = [], oidc_client._json
        monkeypatch.setattr(oidc_client, "_json", lambda *given, **more: asked.append(given) or ask(*given, **more))
        assert [client.get(GO).url for _ in range(5)] == [LOGIN] * 5
        assert len(asked) == 1


class TestSettings:
    def test_it_is_off_until_set(self, client: Client, db: Any) -> None:
        assert not oidc.is_on()
        assert oidc.problems() == []
        assert client.get(GO).status_code == client.get(BACK).status_code == 404
        assert "统一登录" not in client.get(LOGIN).content.decode()

    @pytest.mark.parametrize(
        ("given", "word"),
        [
            ({"issuer": "https://sso.example.cn"}, "CLIENT_ID"), ({"client_id": "x"}, "ISSUER"),
            ({"issuer": "http://sso.example.cn", "client_id": "x"}, "https"),
            ({"issuer": "https://sso.example.cn", "client_id": "x", "match": "name"}, "MATCH"),
            ({"issuer": "https://sso.example.cn", "client_id": "x", "scope": "profile"}, "openid"),
        ],
    )  # fmt: skip
    def test_half_of_it_is_named_and_stays_off(self, settings: Any, given: dict[str, str], word: str) -> None:
        settings.OIDC = {**settings.OIDC, **given}
        assert word in " ".join(oidc.problems())
        assert not oidc.is_on()

    def test_the_address_of_the_way_back_is_the_outer_one(
        self, client: Client, provider: Provider, settings: Any
    ) -> None:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        address = client.get(GO, headers={"Host": "testserver", "X-Forwarded-Proto": "https"}).url
        assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"https://testserver{BACK}"]
