"""Signing in and out, first passwords, and who the request acts for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, hold, reload
from zhibu.apps.accounts import backends
from zhibu.apps.accounts.models import Account
from zhibu.kernel.audit.models import AuditDetail

LOGIN, LOGOUT, CHANGE, MINE = "/login/", "/logout/", "/account/password/", "/account/access/"
NEW = "Gui-hua-2027"


def enter(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": name, "password": password, **more})


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def wang(house: Any) -> Account:
    person = factories.person("王芳", house.east, staff_number="A0017", mobile="13812345678")
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    return made


@pytest.mark.parametrize("name", ["wangfang", " WangFang ", "13812345678", "a0017", "Ａ００１７"])
def test_by_user_name_mobile_or_staff_number(client: Client, wang: Account, name: str) -> None:
    answer = enter(client, name)
    assert answer.status_code == 302
    assert answer.url == reverse("workbench")
    assert inside(client)
    assert audited("accounts.session.sign_in") == 1
    assert reload(wang).last_login is not None


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("wangfang", "falsch"),
        ("nobody", PASSWORD),
        ("", ""),
        ("\0", "x"),
        ("x" * 90, "y" * 128),
        ("wangfang", "z" * 129),
    ],
)
def test_a_wrong_name_or_password_says_what_to_do_and_not_which(
    client: Client, wang: Account, name: str, password: str
) -> None:
    answer = enter(client, name, password)
    assert answer.status_code == 422
    assert not inside(client)
    text = answer.content.decode()
    assert "请" in text
    assert "不存在" not in text


def test_the_same_refusal_for_an_unknown_name_and_a_wrong_password(client: Client, wang: Account) -> None:
    texts = []
    for name in ("wangfang", "nobody"):
        answer = enter(client, name, "falsch")
        texts.append(answer.context["form"].non_field_errors())
    assert texts[0] == texts[1]


def test_an_unknown_name_costs_a_hash_too(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(backends, "make_password", hashed.append)
    assert backends.AccountBackend().authenticate(None, "nobody", "something") is None
    assert hashed == ["something"]


def test_a_number_that_two_people_share_signs_nobody_in(client: Client, house: Any, wang: Account) -> None:
    factories.account("other", of=factories.person("王方", house.west, mobile="13812345678"))
    assert enter(client, "13812345678").status_code == 422
    assert enter(client, "wangfang").status_code == 302


def test_a_disabled_account_learns_so_only_with_its_password(client: Client, wang: Account) -> None:
    client.force_login(wang)
    wang.is_active = False
    wang.save()
    assert client.get(MINE).url.startswith(LOGIN)
    assert "已停用" in enter(client, "wangfang").content.decode()
    assert "已停用" not in enter(client, "wangfang", "falsch").content.decode()
    assert not inside(client)


def test_the_trail_names_the_account_and_never_what_was_typed(client: Client, wang: Account) -> None:
    enter(client, "wangfang", "falsch-geheim")
    enter(client, "mein-passwort-im-namensfeld", "falsch-geheim")
    assert audited("accounts.session.failed") == 2
    bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
    assert "wangfang" in bodies
    assert "geheim" not in bodies
    assert "namensfeld" not in bodies


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/account/access/", "/account/access/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_afterwards_one_is_where_one_wanted_to_go_but_never_elsewhere(
    client: Client, wang: Account, target: str, expected: str
) -> None:
    assert enter(client, "wangfang", next=target).url == (expected if expected != "/" else reverse("workbench"))


def test_a_page_asked_for_without_signing_in_leads_to_the_log_in_page_and_back(client: Client, wang: Account) -> None:
    answer = client.get(MINE)
    assert answer.url == f"{LOGIN}?next={MINE}"
    assert MINE in client.get(answer.url).content.decode()
    fragment = client.get(MINE, headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == LOGIN


def test_signing_out_is_a_post_and_ends_the_session(client: Client, wang: Account) -> None:
    client.force_login(wang)
    assert client.get(LOGOUT).status_code == 405
    assert client.post(LOGOUT).url == LOGIN
    assert not inside(client)
    assert audited("accounts.session.sign_out") == 1


def test_forms_without_a_token_are_refused(wang: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(LOGIN, {"username": "wangfang", "password": PASSWORD}).status_code == 403


def test_pages_of_the_signed_in_are_never_stored_by_a_browser(client: Client, wang: Account) -> None:
    client.force_login(wang)
    assert "no-store" in client.get(MINE).headers["Cache-Control"]
    client.post(LOGOUT)
    assert "no-store" in client.get(LOGIN).headers["Cache-Control"]


class TestPassword:
    def test_a_first_password_opens_nothing_but_the_change(self, client: Client, wang: Account) -> None:
        wang.must_change_password = True
        wang.save()
        client.force_login(wang)
        assert client.get(MINE).url == CHANGE
        assert client.get("/accounts/").url == CHANGE
        assert client.post("/do/accounts.assignment.grant/", {}).url == CHANGE
        assert "首次密码" in client.get(CHANGE).content.decode()
        assert client.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
        assert client.get(MINE).status_code == 200
        assert audited("accounts.account.change_password") == 1

    def test_this_session_stays_the_others_end(self, client: Client, wang: Account) -> None:
        other = Client()
        client.force_login(wang)
        other.force_login(wang)
        client.post(CHANGE, {"old": PASSWORD, "new": NEW, "again": NEW})
        assert client.get(MINE).status_code == 200
        assert other.get(MINE).url.startswith(LOGIN)
        assert reload(wang).check_password(NEW)

    @pytest.mark.parametrize(
        ("old", "new", "again", "said"),
        [
            ("falsch", NEW, NEW, "现在的密码不对"),
            (PASSWORD, NEW, NEW + "x", "不一样"),
            (PASSWORD, "kurz", "kurz", "8"),
            (PASSWORD, "8402759316", "8402759316", "数字"),
            (PASSWORD, "password1", "password1", "常见"),
            (PASSWORD, "wangfang1", "wangfang1", "相似"),
            (PASSWORD, PASSWORD, PASSWORD, "不能与现在的密码相同"),
            ("", "", "", "必填"),
        ],
    )  # fmt: skip
    def test_a_bad_one_is_refused_in_chinese_at_its_field(
        self, client: Client, wang: Account, old: str, new: str, again: str, said: str
    ) -> None:
        client.force_login(wang)
        answer = client.post(CHANGE, {"old": old, "new": new, "again": again})
        assert answer.status_code == 422
        errors = " ".join(str(m) for messages in answer.context["form"].errors.values() for m in messages)
        assert said in errors, errors
        assert not any("a" <= c.lower() <= "z" for c in errors if c.isascii()), errors
        assert reload(wang).check_password(PASSWORD)


class TestDemo:
    def test_demo_accounts_stand_on_the_log_in_page_of_a_demonstration_only(
        self, client: Client, house: Any, wang: Account, settings: Any
    ) -> None:
        Account.objects.system("test").filter(pk=wang.pk).update(is_demo=True)
        factories.account("secret", "admin", house.root)
        assert "王芳" not in client.get(LOGIN).content.decode()
        assert client.post("/login/demo/", {"username": "wangfang"}).status_code == 404
        settings.DEMO = True
        page = client.get(LOGIN).content.decode()
        assert "王芳" in page
        assert "支部书记" in page
        assert "维护联系方式" in page
        assert "secret" not in page
        assert client.post("/login/demo/", {"username": "secret"}).status_code == 404
        assert client.get("/login/demo/").status_code == 405
        assert client.post("/login/demo/", {"username": "wangfang"}).status_code == 302
        assert inside(client)


def test_an_empty_database_says_how_to_begin(client: Client, db: Any) -> None:
    assert "zhibu createadmin" in client.get(LOGIN).content.decode()
    factories.account("someone")
    assert "zhibu createadmin" not in client.get(LOGIN).content.decode()


def test_the_request_acts_with_the_roles_of_today(client: Client, house: Any) -> None:
    account = factories.account("auditor")
    held = hold(account, "auditor", house.east, until=0)
    client.force_login(account)
    assert client.get("/access/").status_code == 404
    held.until = None
    held.save()
    assert client.get("/access/").status_code == 200


def test_who_acts_costs_two_queries_beside_the_session(
    client: Client, wang: Account, django_assert_num_queries: Any
) -> None:
    from django.test import RequestFactory

    from zhibu.apps.accounts.middleware import ActorMiddleware

    client.force_login(wang)
    client.get(MINE)
    request = RequestFactory().get("/")
    request.session = client.session
    request.session.get("_auth_user_id")
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.http import HttpResponse

    AuthenticationMiddleware(lambda r: HttpResponse()).process_request(request)
    answered = ActorMiddleware(lambda r: HttpResponse("yes" if r.actor.may("people.view") else "no"))  # type: ignore[attr-defined]
    with django_assert_num_queries(2):
        assert answered(request).content == b"yes"
