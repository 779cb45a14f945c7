"""Wrong passwords: the account pauses at one address first, everywhere only later, and nobody learns who has an account."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.models import F
from django.test import Client, RequestFactory

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, do
from tests.at_once import answers, share_database
from zhibu.apps.accounts import backends, security
from zhibu.apps.accounts.models import Account, FailureCounter
from zhibu.apps.accounts.origin import client_address, neighbourhood
from zhibu.apps.accounts.services import lockout, sessions
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.audit.models import AuditDetail

LOGIN = "/login/"
UNLOCK = "accounts.account.unlock"
AT_HOME, ELSEWHERE = "10.0.0.5", "10.0.0.6"


def enter(name: str, password: str = "falsch", at: str = AT_HOME) -> Any:
    return Client(REMOTE_ADDR=at).post(LOGIN, {"username": name, "password": password})


def said(answer: Any) -> str:
    return " ".join(answer.context["form"].non_field_errors())


def wrong(name: str, times: int, at: str = AT_HOME) -> str:
    """Type a wrong password so often; returns what the page says the last time."""
    return [said(enter(name, at=at)) for _ in range(times)][-1]


def later(**more: int) -> None:
    """Let that much time pass for all counters."""
    gone = timedelta(**more)
    FailureCounter.objects.update(since=F("since") - gone)
    FailureCounter.objects.exclude(locked_until=None).update(locked_until=F("locked_until") - gone)


@pytest.fixture
def wang(house: Any) -> Account:
    person = factories.person("王芳", house.east, staff_number="A0017", mobile="13812345678")
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    return made


class TestPause:
    def test_five_wrong_ones_pause_and_then_the_right_one_does_not_help(self, wang: Account) -> None:
        assert "再输错 1 次" in wrong("wangfang", 4)
        assert said(enter("wangfang")) == "连续输错 5 次，请 30 分钟后再试，或请管理员解锁。"
        assert enter("wangfang", PASSWORD).status_code == 422

    def test_four_wrong_ones_and_a_right_one_begin_anew(self, wang: Account) -> None:
        wrong("wangfang", 4)
        assert enter("wangfang", PASSWORD).status_code == 302
        assert "暂停" not in wrong("wangfang", 2)
        assert enter("wangfang", PASSWORD).status_code == 302

    def test_after_half_an_hour_one_may_try_again(self, wang: Account) -> None:
        wrong("wangfang", 5)
        later(minutes=29)
        assert "请 1 分钟后再试" in said(enter("wangfang", PASSWORD))
        later(minutes=1)
        assert enter("wangfang", PASSWORD).status_code == 302

    def test_wrong_ones_of_long_ago_do_not_count(self, wang: Account) -> None:
        wrong("wangfang", 4)
        later(minutes=31)
        assert "连续输错" not in wrong("wangfang", 4)

    def test_all_names_of_an_account_count_together(self, wang: Account) -> None:
        for name in ("wangfang", "13812345678", "A0017", " WangFang "):
            enter(name)
        assert "连续输错 5 次" in said(enter("a0017"))

    def test_somebody_elsewhere_locks_himself_out_and_not_her(self, wang: Account) -> None:
        wrong("wangfang", 6, at=ELSEWHERE)
        assert enter("wangfang", PASSWORD, at=AT_HOME).status_code == 302

    def test_from_many_addresses_the_account_pauses_everywhere(self, wang: Account) -> None:
        for number in range(4):
            wrong("wangfang", 5, at=f"10.0.1.{number}")
        assert "这个用户名输错的次数太多" in said(enter("wangfang", PASSWORD))
        assert enter("somebody-else").status_code == 422
        assert "用户名或密码不对" in said(enter("somebody-else"))

    def test_an_address_that_tries_many_names_pauses_for_all(self, wang: Account) -> None:
        for number in range(100):
            enter(f"guess{number}")
        assert "从您这里登录输错的次数太多" in said(enter("wangfang", PASSWORD))
        assert enter("wangfang", PASSWORD, at=ELSEWHERE).status_code == 302

    def test_one_ipv6_network_is_one_address(self, wang: Account) -> None:
        for number in range(1, 6):
            enter("wangfang", at=f"2001:db8:1:2::{number}")
        assert "连续输错 5 次" in said(enter("wangfang", PASSWORD, at="2001:db8:1:2::abcd"))
        assert enter("wangfang", PASSWORD, at="2001:db8:1:3::1").status_code == 302

    def test_a_disabled_account_with_its_password_is_no_guess(self, wang: Account) -> None:
        wang.is_active = False
        wang.save()
        for _ in range(7):
            assert "已停用" in said(enter("wangfang", PASSWORD))

    def test_attempts_at_the_same_moment_try_no_more_passwords_than_the_limit(self, wang: Account) -> None:
        begun = [lockout.begin(wang, "wangfang", AT_HOME) for _ in range(12)]
        assert [one.pause is None for one in begun] == [True] * 5 + [False] * 7

    def test_the_demonstration_stays_one_click(self, wang: Account, settings: Any) -> None:
        settings.DEMO = True
        Account.objects.system("test").filter(pk=wang.pk).update(is_demo=True)
        wrong("wangfang", 5)
        assert Client(REMOTE_ADDR=AT_HOME).post("/login/demo/", {"username": "wangfang"}).status_code == 302


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_try_five_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = factories.account("wangfang")
    share_database(tmp_path, monkeypatch)

    let_in = answers(12, lambda: lockout.begin(account, "wangfang", AT_HOME).pause is None)
    assert sorted(let_in) == [False] * 7 + [True] * 5


def test_the_present_password_is_not_guessed_at_an_open_session(wang: Account) -> None:
    client = Client(REMOTE_ADDR=AT_HOME)
    client.force_login(wang)
    new = {"new": "Ein-neues-2026", "again": "Ein-neues-2026"}
    for n in range(5):
        client.post("/account/password/", {"old": f"falsch{n}", **new})
    page = client.post("/account/password/", {"old": PASSWORD, **new})
    assert page.status_code == 422
    assert "再试" in page.content.decode()
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)


class TestSilence:
    def test_a_name_that_nobody_has_is_answered_word_for_word_the_same(self, wang: Account) -> None:
        for _ in range(7):
            assert said(enter("wangfang")) == said(enter("nobody"))

    @pytest.mark.parametrize("before", [0, 5], ids=["open", "paused"])
    @pytest.mark.parametrize("name", ["wangfang", "disabled", "nobody"])
    def test_every_attempt_costs_exactly_one_hash(
        self, wang: Account, monkeypatch: pytest.MonkeyPatch, name: str, before: int
    ) -> None:
        Account.objects.create(username="disabled", password=wang.password, is_active=False)
        if before:
            wrong(name, before)
        hashed: list[str] = []
        monkeypatch.setattr(backends, "make_password", hashed.append)
        monkeypatch.setattr(sessions, "make_password", hashed.append)
        monkeypatch.setattr(Account, "check_password", lambda self, raw: hashed.append(raw))
        enter(name)
        assert len(hashed) == 1

    def test_the_trail_notes_a_pause_once_and_never_what_was_typed(self, wang: Account) -> None:
        wrong("wangfang", 9)
        assert audited("accounts.session.failed") == 5
        assert audited("accounts.session.locked") == 1
        wrong("mein-geheimes-wort", 9)
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert "wangfang" in bodies
        assert AT_HOME in bodies
        assert "geheim" not in bodies
        assert not any("geheim" in str(row) for row in FailureCounter.objects.values())


class TestUnlocking:
    def test_an_administrator_unlocks_and_it_is_in_the_trail(self, wang: Account, chief: Account) -> None:
        wrong("wangfang", 5)
        do(UNLOCK, chief, wang)
        assert audited(UNLOCK) == 1
        assert enter("wangfang", PASSWORD).status_code == 302

    def test_there_must_be_something_to_unlock(self, wang: Account, chief: Account) -> None:
        with pytest.raises(Refused, match="没有因为输错密码"):
            do(UNLOCK, chief, wang)

    def test_nobody_unlocks_himself_nor_whom_he_does_not_manage(
        self, wang: Account, chief: Account, local: Account, house: Any
    ) -> None:
        wrong("chief", 5)
        with pytest.raises(Refused, match="自己"):
            do(UNLOCK, chief, chief)
        both = factories.account("both", "leader", house.west, of=factories.person("两边人", house.east))
        wrong("both", 5)
        with pytest.raises(Refused, match="管理范围之外"):
            do(UNLOCK, local, both)
        assert lockout.locked_until(both) is not None

    def test_a_new_password_unlocks_too(self, wang: Account, chief: Account) -> None:
        wrong("wangfang", 5)
        do("accounts.account.reset_password", chief, wang, Why())
        assert lockout.locked_until(wang) is None

    def test_the_account_s_page_and_list_show_it(
        self, wang: Account, chief: Account, signed_in: Callable[[Account], Client]
    ) -> None:
        client = signed_in(chief)
        page = f"/accounts/{wang.uid}/"
        assert "暂停登录" not in client.get(page).content.decode()
        wrong("wangfang", 5)
        body = client.get(page).content.decode()
        assert "暂停登录" in body
        assert f"/do/{UNLOCK}/{wang.uid}/" in body
        listed = client.get("/accounts/?state=locked").content.decode()
        assert "王芳" in listed
        assert "chief" not in listed.split("<tbody")[1]

    def test_old_counters_are_forgotten_running_ones_are_not(self, wang: Account) -> None:
        wrong("wangfang", 5)
        assert lockout.forget_old() == 0
        later(minutes=31)
        assert lockout.forget_old() == 3
        assert not FailureCounter.objects.exists()


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "expected"),
        [
            (0, "1.2.3.4", "10.0.0.1"),
            (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
            (1, "", "10.0.0.1"),
            (2, "1.2.3.4", "10.0.0.1"),
            (1, "<script>", "10.0.0.1"),
            (1, "::ffff:1.2.3.4", "1.2.3.4"),
        ],
    )
    def test_only_what_a_proxy_wrote_is_believed(
        self, settings: Any, proxies: int, forwarded: str, expected: str
    ) -> None:
        settings.PROXIES = proxies
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
        assert client_address(request) == expected

    def test_without_an_address_counting_goes_on(self) -> None:
        assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
        assert neighbourhood(None) == ""


class TestNumbers:
    @pytest.fixture
    def own(self, tmp_path: Path, settings: Any) -> Iterator[Callable[[str], None]]:
        """Writes the operator's file; it is read anew, as after a start."""
        settings.DATA = tmp_path

        def write(text: str) -> None:
            (tmp_path / security.OWN_FILE).write_text(text, encoding="utf-8")
            security.forget()

        yield write
        security.forget()

    def test_each_has_bounds_a_source_and_a_status(self) -> None:
        for number in security.declared().values():
            assert number.fits(number.value), number.name
            assert number.meaning
            assert number.source
            assert number.status in {"M", "H"}

    def test_an_operator_s_number_counts(self, own: Callable[[str], None], wang: Account) -> None:
        own("lock_pair: 3\n")
        assert "连续输错 3 次" in wrong("wangfang", 3)

    @pytest.mark.parametrize(
        "text", ["lock_pair: 0", "lock_pair: 五", "lock_pair: true", "lokc: 5", "- 5", "a: [", "\x00"]
    )
    def test_what_is_out_of_bounds_is_named_and_does_not_count(self, own: Callable[[str], None], text: str) -> None:
        own(text)
        assert security.number("lock_pair") == 5
        assert len(security.faults()) == 1
        with pytest.raises(SystemCheckError, match=security.OWN_FILE):
            call_command("check")

    def test_an_unknown_number_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            security.number("lokc_pair")
