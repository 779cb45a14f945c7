"""Where one is signed in; ending it; and cookies that somebody else carried off."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, do, reload
from zhibu.apps.accounts.models import Account, SessionRecord
from zhibu.apps.accounts.origin import device
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services import session_list
from zhibu.apps.accounts.session_store import stored
from zhibu.kernel.actions import Refused, Why

MINE, PAGE, LOGIN = "/account/sessions/", "/account/access/", "/login/"
NEW = "Gui-hua-2027"
PHONE = "Mozilla/5.0 (Linux; Android 14; V2) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36 MicroMessenger/8.0"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36 Edg/126.0"


@pytest.fixture
def wang(house: Any) -> Account:
    made: Account = factories.account(
        "wangfang", "branch_secretary", house.east, of=factories.person("王芳", house.east)
    )
    return made


def come(name: str = "wangfang", agent: str = DESK, at: str = "10.0.0.5") -> Client:
    """A browser somewhere that signs in."""
    client = Client(REMOTE_ADDR=at, headers={"User-Agent": agent})
    assert client.post(LOGIN, {"username": name, "password": PASSWORD}).status_code == 302
    return client


def thief(victim: Client) -> Client:
    """Another browser with the victim's cookie."""
    made = Client(REMOTE_ADDR="203.0.113.9")
    made.cookies["sessionid"] = victim.cookies["sessionid"].value
    return made


def is_in(client: Client) -> bool:
    return bool(client.get(PAGE).status_code == 200)


def records(account: Account) -> list[SessionRecord]:
    return list(SessionRecord.objects.system("test").filter(account=account).order_by("pk"))


class TestStolenCookie:
    def test_after_log_out_it_opens_nothing(self, wang: Account) -> None:
        victim = come()
        stolen = thief(victim)
        assert is_in(stolen)
        victim.post("/logout/")
        assert not is_in(stolen)
        assert not Session.objects.exists()
        assert records(wang)[0].ended_how == "out"
        assert records(wang)[0].session_key == ""

    def test_after_the_password_was_changed_it_opens_nothing(self, wang: Account) -> None:
        victim = come()
        stolen = thief(victim)
        victim.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
        assert is_in(victim)
        assert not is_in(stolen)

    def test_a_change_of_password_ends_the_others_for_good(self, wang: Account) -> None:
        desk, phone = come(), come(agent=PHONE)
        desk.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
        assert [row.ended_how for row in records(wang)] == ["", "password"]
        assert [row.session_key for row in Session.objects.all()] == [stored(desk.session.session_key)]
        assert not is_in(phone)

    def test_it_does_not_come_back_with_an_account_that_was_disabled_meanwhile(
        self, wang: Account, chief: Account
    ) -> None:
        client = come()
        do("accounts.account.disable", chief, wang, Why())
        do("accounts.account.enable", chief, reload(wang), Why())
        assert not is_in(client)

    def test_a_session_that_nobody_noted_is_refused(self, wang: Account) -> None:
        client = come()
        session = client.session
        del session[session_list.MARK]
        session.save()
        assert not is_in(client)

    def test_what_stands_in_the_database_opens_nothing_as_a_cookie(self, wang: Account) -> None:
        victim = come()
        assert is_in(victim)
        kept = [row.session_key for row in (*Session.objects.all(), *records(wang))]
        assert len(kept) == 2
        for value in kept:
            reader = Client()
            reader.cookies["sessionid"] = value
            assert not is_in(reader)
        assert victim.cookies["sessionid"].value not in str(list(Session.objects.values_list()))

    def test_a_stolen_cookie_opens_nothing_after_the_victim_signed_out(self, wang: Account) -> None:
        victim, thief = come(), Client()
        thief.cookies["sessionid"] = victim.cookies["sessionid"].value
        assert is_in(thief)
        victim.post("/logout/")
        assert not is_in(thief)
        assert thief.post("/account/password/", {}).url.startswith("/login/")

    def test_sessions_begun_before_cookies_were_hashed_go_on(self, wang: Account) -> None:
        victim = come()
        cookie = victim.cookies["sessionid"].value
        Session.objects.update(session_key=cookie)
        SessionRecord.objects.system("test").update(session_key=cookie)
        assert not is_in(victim)
        victim.cookies["sessionid"] = cookie
        step = import_module("zhibu.apps.accounts.migrations.0003_hashed_sessions")
        step.hash_keys(apps, SimpleNamespace(connection=connection))
        assert is_in(victim)
        session_list.end_all(wang, "admin")
        assert not is_in(victim)

    def test_the_session_key_changes_with_the_sign_in(self, wang: Account) -> None:
        client = Client()
        client.cookies["sessionid"] = "a" * 32
        client.post(LOGIN, {"username": "wangfang", "password": PASSWORD})
        assert client.cookies["sessionid"].value != "a" * 32


class TestOwnList:
    def test_it_names_devices_addresses_and_the_one_at_hand(self, wang: Account) -> None:
        desk = come()
        come(agent=PHONE, at="10.0.0.77")
        body = desk.get(MINE).content.decode()
        for words in ("Windows 电脑 · Edge", "安卓手机 · 微信", "10.0.0.5", "10.0.0.77"):
            assert words in body
        assert body.count("本次登录") == 1

    def test_nobody_else_s_is_listed_or_ended(self, wang: Account, chief: Account) -> None:
        come("chief", at="10.9.9.9")
        client = come()
        assert "10.9.9.9" not in client.get(MINE).content.decode()
        foreign = records(chief)[0]
        assert client.post(f"{MINE}{foreign.uid}/end/").status_code == 404
        assert client.post(f"{MINE}{uuid.uuid4()}/end/").status_code == 404
        assert reload(foreign).ended_at is None

    def test_one_is_ended_at_once(self, wang: Account) -> None:
        desk, phone, pad = come(), come(agent=PHONE), come()
        assert desk.post(f"{MINE}{records(wang)[1].uid}/end/").url == MINE
        assert not is_in(phone)
        assert is_in(desk)
        assert is_in(pad)
        assert "安卓手机" not in desk.get(MINE).content.decode()
        assert audited("accounts.session.end_own") == 1

    def test_ending_the_one_at_hand_is_signing_out(self, wang: Account) -> None:
        desk = come()
        assert desk.post(f"{MINE}{records(wang)[0].uid}/end/").url == LOGIN
        assert not is_in(desk)
        assert audited("accounts.session.sign_out") == 1

    def test_all_others_are_ended_at_once(self, wang: Account) -> None:
        desk, phone, pad = come(), come(agent=PHONE), come()
        assert desk.get(f"{MINE}end-others/").status_code == 405
        desk.post(f"{MINE}end-others/")
        assert [is_in(one) for one in (desk, phone, pad)] == [True, False, False]
        assert audited("accounts.session.end_own") == 1
        desk.post(f"{MINE}end-others/")
        assert audited("accounts.session.end_own") == 1

    def test_after_a_change_of_password_the_list_holds_this_one_and_can_end_it(self, wang: Account) -> None:
        desk = come()
        desk.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
        (record,) = session_list.live(wang.pk)
        assert record.session_key == stored(desk.session.session_key)
        session_list.end_all(wang, "admin")
        assert not is_in(desk)

    def test_signing_in_as_somebody_else_ends_the_first(self, wang: Account, chief: Account) -> None:
        client = come()
        client.post(LOGIN, {"username": "chief", "password": PASSWORD})
        assert records(wang)[0].ended_how == "replaced"
        assert [row.ended_at for row in records(chief)] == [None]


class TestAdministrator:
    def test_the_account_s_page_lists_them_for_who_manages_it_only(
        self, wang: Account, chief: Account, house: Any, signed_in: Callable[[Account], Client]
    ) -> None:
        come(agent=PHONE)
        page = f"/accounts/{wang.uid}/"
        assert "安卓手机" in signed_in(chief).get(page).content.decode()
        auditor = factories.account("auditor", "auditor", house.root)
        body = signed_in(auditor).get(page).content.decode()
        assert "王芳" in body
        assert "安卓手机" not in body

    def test_one_and_all_are_ended_and_it_is_in_the_trail(self, wang: Account, chief: Account) -> None:
        first, second, third = come(), come(), come()
        do("accounts.session.end", chief, records(wang)[0])
        assert [is_in(one) for one in (first, second, third)] == [False, True, True]
        do("accounts.account.end_sessions", chief, wang)
        assert [is_in(one) for one in (second, third)] == [False, False]
        assert audited("accounts.session.end") == audited("accounts.account.end_sessions") == 1
        with pytest.raises(Refused, match="没有登录"):
            do("accounts.account.end_sessions", chief, wang)
        with pytest.raises(Refused, match="已经结束"):
            do("accounts.session.end", chief, records(wang)[0])

    def test_by_the_page_of_the_act(
        self, wang: Account, chief: Account, signed_in: Callable[[Account], Client]
    ) -> None:
        phone = come(agent=PHONE)
        address = f"/do/accounts.session.end/{records(wang)[0].uid}/"
        client = signed_in(chief)
        assert "安卓手机" in client.get(address).content.decode()
        assert client.post(address, {"key": str(uuid.uuid4())}).url == f"/accounts/{wang.uid}/"
        assert not is_in(phone)

    def test_not_outside_one_s_reach(self, wang: Account, house: Any, chief: Account) -> None:
        come("chief")
        western = factories.account("western", "admin", house.west)
        found = SessionRecord.objects.visible_to(actor_for(western))
        assert not found.filter(account=chief).exists()
        both = factories.account("both", "leader", house.west, of=factories.person("两边人", house.east))
        come("both")
        with pytest.raises(Refused, match="管理范围之外"):
            do("accounts.session.end", factories.account("eastern", "admin", house.east), records(both)[0])
        assert records(both)[0].ended_at is None

    def test_a_new_first_password_ends_all(self, wang: Account, chief: Account) -> None:
        client = come()
        do("accounts.account.reset_password", chief, wang, Why())
        assert not Session.objects.exists()
        assert not is_in(client)


def test_by_night_what_is_over_is_marked_and_old_records_go(wang: Account) -> None:
    come(), come(), come()
    now = timezone.now()
    old, long, _ = (SessionRecord.objects.system("test").filter(pk=row.pk) for row in records(wang))
    old.update(ended_at=now - timedelta(days=31))
    long.update(created_at=now - timedelta(hours=13))
    session_list.tidy()
    assert [row.ended_how for row in records(wang)] == ["life", ""]
    assert Session.objects.count() == 2  # the old one's row was not ended through the record in this test


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "安卓手机 · 微信"),
        (DESK, "Windows 电脑 · Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 Version/17.0 Mobile/15E148 Safari/604.1", "iPhone · Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Linux 电脑 · 火狐"),
        ("curl/8.0", "未知设备"),
        ("", "未知设备"),
    ],
)  # fmt: skip
def test_devices_in_words(agent: str, words: str) -> None:
    assert device(agent) == words
