"""A code by SMS instead of the password: for verified numbers of exactly one person, counted, and nothing is told."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from tests import factories
from tests.accounts.conftest import audited, authenticator, code_of, reload
from tests.at_once import answers, share_database
from zhibu.apps.accounts.models import Account, SendCounter, SmsCode
from zhibu.apps.accounts.services import sms_codes
from zhibu.kernel.audit.models import AuditDetail
from zhibu.kernel.messages.sms.gateway import TestGateway

ASK, CODE, SECOND, PHONE = "/login/sms/", "/login/sms/code/", "/login/second/", "/account/security/phone/"
PAGE, MOBILE = "/account/access/", "13812345678"


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.SMS_LOGIN, settings.SMS = True, {**settings.SMS, "tries": "1"}


@pytest.fixture
def wang(house: Any) -> Account:
    """Has verified the number in the record."""
    person = factories.person("王芳", house.east, mobile=MOBILE)
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    Account.objects.system("test").filter(pk=made.pk).update(verified_mobile=MOBILE)
    return reload(made)  # type: ignore[no-any-return]


def arrived(gateway: TestGateway, number: int = 1) -> str:
    """The code in the last of so many messages; they are sent beside the request."""
    for _ in range(200):
        if len(gateway.sent) >= number:
            found = re.search(r"\d{6}", gateway.sent[-1].text)
            assert found
            return found[0]
        time.sleep(0.02)
    raise AssertionError("no SMS arrived")


def inside(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def said(answer: Any) -> str:
    return " ".join(message for messages in answer.context["form"].errors.values() for message in messages)


def later(**more: int) -> None:
    """Let that much time pass for what was counted."""
    SendCounter.objects.update(since=F("since") - timedelta(**more))


class TestSigningIn:
    def test_by_the_code_that_arrived_once(self, client: Client, wang: Account, gateway: TestGateway) -> None:
        answer = client.post(ASK, {"mobile": "+86 138-1234-5678", "next": "/people/"})
        assert answer.url == f"{CODE}?next=%2Fpeople%2F"
        code = arrived(gateway)
        assert gateway.sent[0].number == MOBILE
        other = Client()
        other.post(ASK, {"mobile": MOBILE})
        assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} ", "next": "/people/"}).url == "/people/"
        assert inside(client)
        assert audited("accounts.session.sms") == 1
        later(hours=2)
        assert client.post("/logout/").status_code == 302
        client.post(ASK, {"mobile": MOBILE})
        assert client.post(CODE, {"code": code}).status_code == 422

    def test_it_does_not_replace_the_second_factor(self, client: Client, wang: Account, gateway: TestGateway) -> None:
        factor = authenticator(wang)
        client.post(ASK, {"mobile": MOBILE})
        assert client.post(CODE, {"code": arrived(gateway)}).url == SECOND
        assert not inside(client)
        assert client.post(SECOND, {"code": code_of(factor)}).status_code == 302
        assert inside(client)
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert "登录（短信验证码和动态码）" in bodies

    def test_neither_digits_nor_number_can_be_read_in_the_database(
        self, client: Client, wang: Account, gateway: TestGateway
    ) -> None:
        client.post(ASK, {"mobile": MOBILE})
        code = arrived(gateway)
        rows = [str(row) for row in SmsCode.objects.system("test").values()] + [
            str(r) for r in SendCounter.objects.values()
        ]
        bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
        assert not any(MOBILE in text for text in (*rows, bodies))
        assert not any(f"'{code}'" in text for text in rows)
        assert code not in bodies

    def test_after_five_minutes_and_after_a_newer_one_it_opens_nothing(
        self, client: Client, wang: Account, gateway: TestGateway
    ) -> None:
        client.post(ASK, {"mobile": MOBILE})
        old = arrived(gateway)
        later(seconds=61)
        client.post(ASK, {"mobile": MOBILE, "again": "1"})
        new = arrived(gateway, 2)
        assert old == new or client.post(CODE, {"code": old}).status_code == 422
        SmsCode.objects.system("test").update(expires_at=F("expires_at") - timedelta(minutes=5))
        assert client.post(CODE, {"code": new}).status_code == 422

    def test_five_wrong_ones_and_the_right_one_does_not_help(
        self, client: Client, wang: Account, gateway: TestGateway
    ) -> None:
        client.post(ASK, {"mobile": MOBILE})
        code = arrived(gateway)
        wrong = "000000" if code != "000000" else "111111"
        for number in range(5):  # changing places does not help either
            assert sms_codes.spend(wang, MOBILE, "sign_in", wrong) is False, number
        assert client.post(CODE, {"code": code}).status_code == 422


class TestSilence:
    def test_unknown_unverified_shared_and_disabled_are_answered_word_for_word_the_same(
        self, house: Any, wang: Account, gateway: TestGateway
    ) -> None:
        factories.account("li", of=factories.person("李未核", house.east, mobile="13800000001"))
        shared = factories.person("张一", house.east, mobile="13800000002")
        factories.person("张二", house.west, mobile="13800000002")
        Account.objects.create(username="zhang", person=shared, verified_mobile="13800000002")
        off = factories.person("停用", house.east, mobile="13800000003")
        Account.objects.create(username="off", person=off, verified_mobile="13800000003", is_active=False)
        answers = set()
        for mobile in ("13800000001", "13800000002", "13800000003", "13800000004", MOBILE):
            browser = Client(REMOTE_ADDR=f"10.1.1.{mobile[-1]}")
            sent = browser.post(ASK, {"mobile": mobile})
            page = browser.get(CODE).content.decode().split("<main")[1].split('name="mobile"')[0]
            page = re.sub(r"138\S+?(?=[ <])|csrfmiddlewaretoken.*?>", "", page)
            refused = said(browser.post(CODE, {"code": "12345x"}))
            answers.add((sent.status_code, sent.url, re.sub(r"\d+ 秒", "", page), refused))
        assert len(answers) == 1
        arrived(gateway)
        assert [message.number for message in gateway.sent] == [MOBILE]

    def test_a_number_changed_in_the_record_is_not_verified_any_more(
        self, client: Client, wang: Account, gateway: TestGateway
    ) -> None:
        person = wang.person
        assert person is not None
        person.mobile = "13900000000"
        person.save()
        for mobile in (MOBILE, "13900000000"):
            assert sms_codes.owner(mobile) is None

    @pytest.mark.parametrize("typed", ["", "123", "abc", "\0", "1" * 30, "１３８"])
    def test_what_is_no_number_is_refused_at_the_field(
        self, client: Client, gateway: TestGateway, db: Any, typed: str
    ) -> None:
        answer = client.post(ASK, {"mobile": typed})
        assert answer.status_code == 422
        assert "手机号" in said(answer) or "字符" in said(answer)


class TestLimits:
    def test_a_minute_between_two_and_five_an_hour(self, client: Client, wang: Account, gateway: TestGateway) -> None:
        client.post(ASK, {"mobile": MOBILE})
        assert "秒后再发" in said(Client().post(ASK, {"mobile": MOBILE}))
        assert "秒后可以重新发送" in client.get(CODE).content.decode()
        assert client.post(ASK, {"mobile": MOBILE, "again": "1"}).url == CODE
        for _ in range(4):
            later(seconds=61)
            assert client.post(ASK, {"mobile": MOBILE}).status_code == 302
        later(seconds=61)
        assert "分钟后再发" in said(client.post(ASK, {"mobile": MOBILE}))
        assert len([1 for _ in SmsCode.objects.system("test")]) == 5

    def test_an_address_and_the_day_have_their_ends_for_unknown_numbers_too(
        self, gateway: TestGateway, db: Any
    ) -> None:
        client = Client()
        for number in range(30):
            assert client.post(ASK, {"mobile": f"139000000{number:02d}"}).status_code == 302
        assert "分钟后再发" in said(client.post(ASK, {"mobile": "13900000099"}))
        assert Client(REMOTE_ADDR="10.9.9.9").post(ASK, {"mobile": "13900000099"}).status_code == 302

    def test_old_ones_are_forgotten(self, client: Client, wang: Account, gateway: TestGateway) -> None:
        client.post(ASK, {"mobile": MOBILE})
        later(days=3)
        SmsCode.objects.system("test").update(created_at=F("created_at") - timedelta(days=3))
        sms_codes.forget_old()
        assert not SendCounter.objects.exists()
        assert not SmsCode.objects.system("test").exists()


class TestVerifying:
    def test_the_number_in_the_record_by_a_code_sent_there(
        self, client: Client, wang: Account, gateway: TestGateway
    ) -> None:
        Account.objects.system("test").filter(pk=wang.pk).update(verified_mobile="")
        client.force_login(wang)
        assert "138****5678" in client.get(PHONE).content.decode()
        assert client.post(PHONE, {"do": "send"}).status_code == 302
        code = arrived(gateway)
        assert client.post(PHONE, {"do": "confirm", "code": "abc"}).status_code == 422
        assert client.post(PHONE, {"do": "confirm", "code": code}).status_code == 302
        assert sms_codes.owner(MOBILE) == wang
        assert client.post(PHONE, {"do": "off"}).status_code == 302
        assert sms_codes.owner(MOBILE) is None
        assert audited("accounts.account.sms") == 2

    def test_a_code_for_verifying_signs_nobody_in(self, client: Client, wang: Account, gateway: TestGateway) -> None:
        sms_codes.send(wang, MOBILE, "verify")
        client.post(ASK, {"mobile": MOBILE})
        arrived(gateway, 2)
        codes = {re.findall(r"\d{6}", m.text)[0] for m in gateway.sent if "核实" in m.text}
        assert not sms_codes.spend(wang, MOBILE, "sign_in", codes.pop())


def test_it_is_off_until_set(client: Client, wang: Account, settings: Any) -> None:
    settings.SMS_LOGIN = True
    for url in (ASK, CODE):
        assert client.get(url).status_code == client.post(url).status_code == 404
    assert "短信" not in client.get("/login/").content.decode()
    client.force_login(wang)
    assert client.get(PHONE).status_code == 404


def test_a_gateway_that_fails_tells_nothing(client: Client, wang: Account, gateway: TestGateway) -> None:
    gateway.mode = "error"
    assert client.post(ASK, {"mobile": MOBILE}).url == CODE
    assert client.get(CODE).status_code == 200


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_send_the_same_code_at_once_one_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gateway: TestGateway
) -> None:
    account = factories.account("wangfang")
    sms_codes.send(account, MOBILE, "sign_in")
    code = arrived(gateway)
    SmsCode.objects.system("test").update(tries=0)
    share_database(tmp_path, monkeypatch)

    assert sum(answers(8, lambda: sms_codes.spend(account, MOBILE, "sign_in", code))) == 1
