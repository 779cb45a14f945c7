"""The second factor: asked after the password, forced for those who see money or sensitive groups, spent once."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, authenticator, code_of, hold, reload
from tests.at_once import answers, share_database
from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.models import Account, Factor, RecoveryCode, SessionRecord
from zhibu.apps.accounts.permissions import builtin_roles, permissions
from zhibu.apps.accounts.services import lockout, recovery_codes, totp
from zhibu.kernel.audit.models import AuditDetail

LOGIN, SECOND, SECURITY, PAGE = "/login/", "/login/second/", "/account/security/", "/account/access/"
TOTP, BEGIN = "/account/security/totp/", "/account/security/totp/begin/"


@pytest.fixture
def wang(house: Any) -> Account:
    """A branch secretary: may have a second factor, need not."""
    person = factories.person("王芳", house.east)
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    return made


@pytest.fixture
def cashier(house: Any) -> Account:
    """Sees bank accounts: must have a second factor."""
    made: Account = factories.account("caiwu", "payroll_clerk", house.root, of=factories.person("钱会计", house.east))
    return made


def password(client: Client, account: Account, **more: Any) -> Any:
    return client.post(LOGIN, {"username": account.username, "password": PASSWORD, **more})


def inside(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def said(answer: Any) -> str:
    return " ".join(message for messages in answer.context["form"].errors.values() for message in messages)


def later(monkeypatch: pytest.MonkeyPatch, **more: int) -> None:
    """Move the clock of the authenticators."""
    from django.utils import timezone

    moved = timezone.now() + timedelta(**more)
    monkeypatch.setattr(timezone, "now", lambda: moved)


class TestSetUp:
    def test_scanned_or_typed_confirmed_by_its_first_code_with_ten_recovery_codes(
        self, client: Client, wang: Account
    ) -> None:
        password(client, wang)
        other = Client()
        password(other, wang)
        assert client.post(BEGIN).url == TOTP
        page = client.get(TOTP).content.decode()
        factor = Factor.objects.system("test").get(account=wang)
        assert "<svg" in page
        assert totp.spelled(factor) in page
        assert "otpauth://totp/" in totp.address(factor)
        answer = client.post(TOTP, {"code": code_of(factor), "name": "我的手机"})
        codes = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
        assert len(set(codes)) == 10
        assert "no-store" in answer.headers["Cache-Control"]
        assert audited("accounts.factor.add") == 1
        assert not inside(other), "a session opened without it has ended"
        assert inside(client)
        assert recovery_codes.left(wang.pk) == 10

    def test_the_secret_and_the_codes_are_not_readable_in_the_database(self, client: Client, wang: Account) -> None:
        factor = authenticator(wang)
        codes = recovery_codes.renew(wang)
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM accounts_factor")
            stored = bytes(cursor.fetchone()[0])
        assert (factor.secret or "").encode() not in stored
        hashes = set(RecoveryCode.objects.system("test").values_list("code_hash", flat=True))
        assert not any(code in text for code in codes for text in hashes)
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert (factor.secret or "") not in bodies

    def test_a_wrong_first_code_says_what_to_mend(self, client: Client, wang: Account) -> None:
        password(client, wang)
        client.post(BEGIN)
        for typed in ("000000", "12345", "abcdef", "１２３４５６７", ""):
            answer = client.post(TOTP, {"code": typed})
            assert answer.status_code == 422
            assert "数字" in said(answer)
        assert not second_factor.has_one(wang.pk)

    def test_long_after_signing_in_it_asks_for_the_password_first(
        self, client: Client, wang: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        password(client, wang)
        later(monkeypatch, minutes=11)
        for answer in (client.post(BEGIN), client.get(TOTP), client.post(TOTP, {"code": "1"})):
            assert answer.url.startswith("/account/security/prove/")
        prove = "/account/security/prove/?next=/account/security/totp/"
        assert client.post(prove, {"password": "falsch"}).status_code == 422
        assert client.post(prove, {"password": PASSWORD}).url == TOTP
        assert client.post(BEGIN).url == TOTP

    def test_named_and_removed_only_with_the_password_or_a_code(self, client: Client, wang: Account) -> None:
        factor = authenticator(wang)
        client.force_login(wang)
        page = f"{SECURITY}factors/{factor.uid}/"
        assert client.post(f"{page}rename/", {"name": "旧手机"}).status_code == 302
        assert reload(factor).name == "旧手机"
        assert client.post(f"{page}remove/", {}).status_code == 422
        assert client.post(f"{page}remove/", {"password": "falsch"}).status_code == 422
        assert second_factor.has_one(wang.pk)
        assert client.post(f"{page}remove/", {"code": code_of(factor)}).status_code == 302
        gone = reload(factor)
        assert (gone.secret, second_factor.has_one(wang.pk)) == (None, False)
        assert audited("accounts.factor.remove") == audited("accounts.factor.rename") == 1

    def test_nobody_touches_another_s(self, client: Client, wang: Account, cashier: Account) -> None:
        factor = authenticator(cashier)
        client.force_login(wang)
        for what in ("rename", "remove"):
            url = f"{SECURITY}factors/{factor.uid}/{what}/"
            assert client.get(url).status_code == client.post(url, {"password": PASSWORD}).status_code == 404


class TestSigningIn:
    def test_the_password_alone_does_not_sign_in(self, client: Client, wang: Account) -> None:
        factor = authenticator(wang)
        assert password(client, wang, next="/people/").url == f"{SECOND}?next=%2Fpeople%2F"
        assert not inside(client)
        assert client.post(SECOND, {"code": code_of(factor), "next": "/people/"}).url == "/people/"
        assert inside(client)
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert "登录（密码和动态码）" in bodies

    def test_who_leaves_at_the_second_step_is_forgotten(self, client: Client, wang: Account) -> None:
        factor = authenticator(wang)
        password(client, wang)
        client.get(LOGIN)
        assert client.post(SECOND, {"code": code_of(factor)}).url == LOGIN
        assert not inside(client)

    @pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_half_a_minute_of_drift_is_forgiven(
        self, client: Client, wang: Account, monkeypatch: pytest.MonkeyPatch, steps: int, right: bool
    ) -> None:
        later(monkeypatch, minutes=0)  # the clock stands still
        factor = authenticator(wang)
        password(client, wang)
        assert (client.post(SECOND, {"code": code_of(factor, steps=steps)}).status_code == 302) is right

    def test_a_code_works_once_and_no_older_one_after_it(self, wang: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        later(monkeypatch, minutes=0)
        factor = authenticator(wang)
        assert totp.spend(wang, code_of(factor)) == factor
        assert totp.spend(wang, code_of(factor)) is None
        assert totp.spend(wang, code_of(factor, steps=-1)) is None
        assert totp.spend(wang, code_of(factor, steps=1)) == factor

    def test_typed_with_a_space_or_in_full_width(self, wang: Account) -> None:
        code = code_of(authenticator(wang))
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
        assert totp.spend(wang, f" {wide[:3]} {wide[3:]} ") is not None

    def test_what_was_proved_falls_with_time_password_and_account(
        self, wang: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factor = authenticator(wang)
        late, changed, disabled = Client(), Client(), Client()
        for browser in (late, changed, disabled):
            password(browser, wang)
        wang.set_password("Another-2026")
        wang.save()
        assert changed.post(SECOND, {"code": code_of(factor)}).url == LOGIN
        wang.set_password(PASSWORD)
        wang.is_active = False
        wang.save()
        assert disabled.post(SECOND, {"code": code_of(factor)}).url == LOGIN
        wang.is_active = True
        wang.save()
        later(monkeypatch, minutes=11)
        assert late.post(SECOND, {"code": code_of(factor)}).url == LOGIN
        assert Client().get(SECOND).url == LOGIN

    def test_five_wrong_codes_lock_and_the_password_does_not_begin_anew(self, wang: Account, chief: Account) -> None:
        factor = authenticator(wang)
        for number in range(5):
            client = Client(REMOTE_ADDR=f"10.0.7.{number}")  # whoever knows the password changes places easily
            password(client, wang)
            answer = client.post(SECOND, {"code": "000000"})
        assert "连续输错 5 次" in said(answer)
        assert "连续输错" in said(client.post(SECOND, {"code": code_of(factor)}))
        assert audited("accounts.session.locked") == 1
        lockout.clear(wang)
        assert client.post(SECOND, {"code": code_of(factor)}).status_code == 302

    def test_wrong_recovery_codes_count_too(self, client: Client, wang: Account) -> None:
        authenticator(wang)
        codes = recovery_codes.renew(wang)
        password(client, wang)
        for _ in range(5):
            answer = client.post(SECOND, {"code": "aaaa-bbbb-cccc", "way": "recovery"})
        assert "连续输错 5 次" in said(answer)
        assert client.post(SECOND, {"code": codes[0], "way": "recovery"}).status_code == 422

    def test_a_recovery_code_opens_once_however_it_is_typed(self, wang: Account) -> None:
        authenticator(wang)
        code = recovery_codes.renew(wang)[3]
        first, second = Client(), Client()
        for browser in (first, second):
            password(browser, wang)
        assert first.post(SECOND, {"code": code.upper().replace("-", " "), "way": "recovery"}).status_code == 302
        assert inside(first)
        assert second.post(SECOND, {"code": code, "way": "recovery"}).status_code == 422
        assert recovery_codes.left(wang.pk) == 9
        assert not recovery_codes.spend(factories.account("other"), recovery_codes.renew(wang)[0])

    def test_new_recovery_codes_end_the_old_ones(self, client: Client, wang: Account) -> None:
        authenticator(wang)
        old = recovery_codes.renew(wang)
        client.force_login(wang)
        page = client.post(f"{SECURITY}codes/").content.decode()
        assert len(re.findall(r"<code>([^<]+)</code>", page)) == 10
        assert not recovery_codes.spend(wang, old[0])
        assert audited("accounts.factor.recovery_codes") == 1


class TestForced:
    def test_by_what_the_roles_may_do(self) -> None:
        assert second_factor.second_factor() <= set(permissions())
        asked = {
            code for code, role in builtin_roles().items() if second_factor.second_factor() & set(role.permissions)
        }
        assert asked == {"admin", "organization_department", "hr_clerk", "payroll_clerk", "auditor", "leader"}

    def test_without_one_nothing_opens_but_setting_one_up(self, client: Client, cashier: Account) -> None:
        assert password(client, cashier).status_code == 302
        for url in ("/", PAGE, "/people/", "/account/sessions/", "/search/?q=王"):
            assert client.get(url).url == SECURITY
        assert client.post("/do/people.bank.add/", {}).url == SECURITY
        assert "请先设置第二验证" in client.get(SECURITY).content.decode()
        client.post(BEGIN)
        factor = Factor.objects.system("test").get(account=cashier)
        client.post(TOTP, {"code": code_of(factor)})
        assert inside(client)

    def test_a_role_given_meanwhile_forces_at_the_next_click(self, client: Client, wang: Account, house: Any) -> None:
        password(client, wang)
        assert inside(client)
        hold(wang, "auditor", house.east)
        assert client.get(PAGE).url == SECURITY

    def test_a_session_without_it_ends_where_there_is_one(self, client: Client, cashier: Account) -> None:
        password(client, cashier)
        authenticator(cashier)
        assert client.get(PAGE).url == LOGIN
        assert SessionRecord.objects.system("test").get(account=cashier).ended_how == "factor"

    def test_the_last_one_is_not_removed(self, client: Client, cashier: Account) -> None:
        factor = authenticator(cashier)
        client.force_login(cashier)
        answer = client.post(f"{SECURITY}factors/{factor.uid}/remove/", {"password": PASSWORD})
        assert "请先添加另一个" in said(answer)
        authenticator(cashier, "备用")
        assert client.post(f"{SECURITY}factors/{factor.uid}/remove/", {"password": PASSWORD}).status_code == 302

    def test_who_must_and_who_lacks_it(self, wang: Account, cashier: Account, chief: Account, house: Any) -> None:
        authenticator(chief)
        lender = hold(chief, "payroll_clerk", house.root)
        lent = hold(factories.account("deputy"), "payroll_clerk", house.root, until=5)
        lent.delegated_from = lender
        lent.save()
        rows = second_factor.lacking(Account.objects.system("test"))
        assert {a.username for a in rows} == {"caiwu", "deputy"}

    def test_a_demonstration_asks_nobody(self, cashier: Account, settings: Any) -> None:
        settings.DEMO = True
        Account.objects.system("test").filter(pk=cashier.pk).update(is_demo=True)
        authenticator(cashier)
        click, typed = Client(), Client()
        click.post("/login/demo/", {"username": "caiwu"})
        assert inside(click)
        assert "演示账号不要求第二验证" in click.get(SECURITY).content.decode()
        password(typed, cashier)
        assert not inside(typed), "who set one up in a demonstration can try it out by the password"
        settings.DEMO = False
        assert click.get(PAGE).url.startswith(LOGIN)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["totp", "recovery"])
def test_of_eight_who_send_the_same_code_at_once_one_wins(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = factories.account("wangfang")
    code = code_of(authenticator(account)) if way == "totp" else recovery_codes.renew(account)[0]
    spend: Callable[..., Any] = totp.spend if way == "totp" else recovery_codes.spend
    share_database(tmp_path, monkeypatch)

    assert sorted(answers(8, lambda: bool(spend(account, code)))) == [False] * 7 + [True]
