"""Nobody there for half an hour, or signed in for half a day: one is signed out, and nothing typed is lost."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, authenticator, code_of
from zhibu.apps.accounts import kept, security
from zhibu.apps.accounts.models import Account, SessionRecord
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services import session_list
from zhibu.kernel.jobs import enqueue

PAGE, LOGIN = "/account/access/", "/login/"
RENAME = "/do/accounts.account.rename/"
Enter = Callable[[Account], Client]


@pytest.fixture
def wang(house: Any) -> Account:
    made: Account = factories.account(
        "wangfang", "branch_secretary", house.east, of=factories.person("王芳", house.east)
    )
    return made


@pytest.fixture
def member(house: Any) -> Account:
    made: Account = factories.account("member", of=factories.person("党员甲", house.east))
    return made


def away(client: Client, minutes: float, *, since: bool = False) -> None:
    """Let that much time pass since the last use; with `since` also since the sign-in."""
    session = client.session
    mark = session[session_list.MARK]
    seconds = minutes * 60
    session[session_list.MARK] = {
        **mark, "seen": mark["seen"] - seconds, "since": mark["since"] - (seconds if since else 0)
    }  # fmt: skip
    session.save()


def seen(client: Client) -> float:
    moment: float = client.session[session_list.MARK]["seen"]
    return moment


class TestIdle:
    @pytest.mark.parametrize(("minutes", "inside"), [(29, True), (30, False)])
    def test_half_an_hour(self, wang: Account, signed_in: Enter, minutes: int, inside: bool) -> None:
        client = signed_in(wang)
        away(client, minutes)
        assert (client.get(PAGE).status_code == 200) is inside

    def test_one_is_told_why_and_led_back(self, wang: Account, signed_in: Enter) -> None:
        client = signed_in(wang)
        away(client, 31)
        answer = client.get(f"{PAGE}?tab=2")
        assert answer.url == f"{LOGIN}?next={PAGE}%3Ftab%3D2"
        assert "30 分钟没有操作" in client.get(answer.url).content.decode()
        back = client.post(LOGIN, {"username": "wangfang", "password": PASSWORD, "next": f"{PAGE}?tab=2"})
        assert back.url == f"{PAGE}?tab=2"
        assert SessionRecord.objects.system("test").get(ended_at__isnull=False).ended_how == "idle"

    def test_using_it_keeps_it(self, wang: Account, signed_in: Enter) -> None:
        client = signed_in(wang)
        for _ in range(4):
            away(client, 20)
            assert client.get(PAGE).status_code == 200
        record = SessionRecord.objects.system("test").get()
        assert record.seen_at.timestamp() == pytest.approx(seen(client))

    def test_a_page_that_asks_by_itself_does_not_keep_it(self, wang: Account, signed_in: Enter) -> None:
        job = enqueue("accounts.account.create_many", actor=actor_for(wang), label="x", payload={"people": []})
        client = signed_in(wang)
        away(client, 20)
        before = seen(client)
        assert client.get(f"/jobs/{job.uid}/").status_code == 200
        assert seen(client) == before
        client.get(PAGE)
        assert seen(client) > before

    def test_a_fragment_leads_the_whole_page_to_the_sign_in(self, wang: Account, signed_in: Enter) -> None:
        client = signed_in(wang)
        away(client, 31)
        assert client.get(PAGE, headers={"HX-Request": "true"}).headers["HX-Redirect"] == LOGIN

    def test_after_twelve_hours_even_who_worked_all_the_time(self, wang: Account, signed_in: Enter) -> None:
        client = signed_in(wang)
        for _ in range(25):
            away(client, 28, since=True)
            assert client.get(PAGE).status_code == 200
        away(client, 28, since=True)
        answer = client.get(PAGE)
        assert answer.url.startswith(LOGIN)
        assert "登录已满 12 小时" in client.get(answer.url).content.decode()


class TestSetting:
    @pytest.mark.parametrize(("given", "minutes"), [("", 30), ("15", 15), ("0", 30), ("4", 30), ("90", 30), ("x", 30), ("-1", 30)])  # fmt: skip
    def test_minutes(self, settings: Any, given: str, minutes: int) -> None:
        settings.IDLE = given
        assert security.idle_minutes() == minutes

    @pytest.mark.parametrize("given", ["4", "90", "x", "-1"])
    def test_an_impossible_one_is_named(self, settings: Any, given: str) -> None:
        settings.IDLE = given
        with pytest.raises(SystemCheckError, match="ZHIBU_IDLE"):
            call_command("check")

    def test_off_spares_members_and_never_staff(
        self, settings: Any, wang: Account, member: Account, signed_in: Enter
    ) -> None:
        settings.IDLE = "0"
        for account, inside in ((wang, False), (member, True)):
            client = signed_in(account)
            away(client, 60)
            assert (client.get(PAGE).status_code == 200) is inside
        away(client, 12 * 60, since=True)
        assert client.get(PAGE).status_code == 302


class TestNothingTypedIsLost:
    @pytest.fixture
    def form(self) -> dict[str, Any]:
        return {
            "key": "4bb7c0d5-6f0c-4bb4-8f2c-0f0e7a1f9d11",
            "username": "xinming",
            "reason": "\n改名，<b>“急”</b>\n二行",
        }

    def hidden(self, body: str) -> dict[str, str]:
        found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', body, re.S)
        return {unescape(name): unescape(value) for name, value in found}

    def token(self, answer: Any) -> str:
        assert answer.status_code == 401
        found = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())
        assert found
        return unescape(found[1])

    def test_a_form_sent_too_late_is_offered_again_and_acts_once(
        self, wang: Account, chief: Account, signed_in: Enter, form: dict[str, Any]
    ) -> None:
        client = signed_in(chief)
        away(client, 31)
        address = f"{RENAME}{wang.uid}/?next=/accounts/"
        late = client.post(address, form)
        assert "刚才填的内容没有丢" in late.content.decode()
        token = self.token(late)
        again = client.post(LOGIN, {"username": "chief", "password": "falsch", "kept": token})
        assert token in unescape(again.content.decode())
        factor = authenticator(chief)
        second = client.post(LOGIN, {"username": "chief", "password": PASSWORD, "kept": token})
        assert token in unescape(second.content.decode())
        offered = client.post("/login/second/", {"code": code_of(factor), "kept": token})
        body = offered.content.decode()
        assert f'action="{address}"' in body
        assert self.hidden(body) == form
        assert client.post(address, self.hidden(body)).status_code == 302
        assert Account.objects.system("test").get(pk=wang.pk).username == "xinming"

    def test_somebody_else_who_signs_in_is_not_offered_it(
        self, wang: Account, chief: Account, signed_in: Enter, form: dict[str, Any]
    ) -> None:
        client = signed_in(chief)
        away(client, 31)
        token = self.token(client.post(f"{RENAME}{wang.uid}/", form))
        answer = client.post(LOGIN, {"username": "wangfang", "password": PASSWORD, "kept": token})
        assert answer.status_code == 302

    def test_a_forged_one_is_not_offered(self, wang: Account, client: Client) -> None:
        answer = client.post(LOGIN, {"username": "wangfang", "password": PASSWORD, "kept": "eyJ9:x:y"})
        assert answer.status_code == 302

    def test_passwords_are_never_carried(self, wang: Account, signed_in: Enter) -> None:
        client = signed_in(wang)
        away(client, 31)
        late = client.post("/account/password/", {"old": PASSWORD, "new": "Neu-2026-x", "again": "Neu-2026-x"})
        assert late.url == LOGIN

    def test_a_file_is_not_carried_and_it_is_said(self, chief: Account, wang: Account, signed_in: Enter) -> None:
        client = signed_in(chief)
        away(client, 31)
        late = client.post(f"{RENAME}{wang.uid}/", {"reason": "x", "file": SimpleUploadedFile("a.txt", b"a")})
        factor, token = authenticator(chief), self.token(late)
        client.post(LOGIN, {"username": "chief", "password": PASSWORD, "kept": token})
        offered = client.post("/login/second/", {"code": code_of(factor), "kept": token})
        assert "文件没有保留" in offered.content.decode()

    def test_what_is_too_large_is_left(self, rf: Any) -> None:
        assert kept.pack(rf.post("/x/", {"a": "b" * 400_000}), 1) == ""
        assert kept.pack(rf.post("/x/", {}), 1) == ""
