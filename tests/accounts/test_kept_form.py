"""A form sent too late is still there for who signs in by another way than the page that carries it."""

import re
import uuid
from base64 import b64decode
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, authenticator
from tests.accounts.test_idle import RENAME, away
from tests.accounts.test_single_sign_on import BACK, GO, provider  # noqa: F401 - a fixture
from tests.accounts.test_sms_sign_in import ASK, CODE, MOBILE, arrived
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.services import recovery_codes
from zhibu.kernel.messages.sms.gateway import TestGateway

LOGIN, SECOND = "/login/", "/login/second/"
KEPT = "您刚才填的内容还在"


@pytest.fixture
def wang(house: Any) -> Account:
    person = factories.person("王芳", house.root, mobile=MOBILE)
    made: Account = factories.account("wangfang", "admin", house.root, of=person)
    Account.objects.system("test").filter(pk=made.pk).update(verified_mobile=MOBILE)
    made.refresh_from_db()
    return made


@pytest.fixture
def late(wang: Account, signed_in: Callable[[Account], Client]) -> Client:
    """Wang has sent a form after the time-out, and stands at the log-in page."""
    authenticator(wang)
    client = signed_in(wang)
    away(client, 31)
    answer = client.post(f"{RENAME}{wang.uid}/", {"key": str(uuid.uuid4()), "username": "x", "reason": "改名，急"})
    assert answer.status_code == 401
    client.late = answer  # type: ignore[attr-defined]
    return client


def finish(client: Client, wang: Account, page: Any = None) -> str:
    """Go on at the second step by the link for a recovery code; return the page that follows."""
    body = (page or client.get(SECOND)).content.decode()
    link = re.search(r'href="([^"]*way=recovery)"', body)
    assert link
    assert client.get(link[1]).status_code == 200, "wherever the page of the second step was shown"
    answer = client.post(SECOND, {"way": "recovery", "code": recovery_codes.renew(wang)[0]})
    return str(answer.content.decode())


def test_by_a_recovery_code(late: Client, wang: Account) -> None:
    token = unescape(late.late.content.decode().split('name="kept" value="')[1].split('"')[0])  # type: ignore[attr-defined]
    second = late.post(LOGIN, {"username": "wangfang", "password": PASSWORD, "kept": token})
    body = finish(late, wang, second)
    assert KEPT in body
    assert "改名，急" in body


def test_by_a_code_sent_to_the_phone(late: Client, wang: Account, gateway: TestGateway, settings: Any) -> None:
    settings.SMS_LOGIN = True
    late.post(ASK, {"mobile": MOBILE})
    late.post(CODE, {"code": arrived(gateway)})
    assert "改名，急" in finish(late, wang)


def test_by_single_sign_on(late: Client, wang: Account, provider: Any) -> None:  # noqa: F811
    late.get(BACK, {**provider.sign_in(late.get(GO).url)})
    assert "改名，急" in finish(late, wang)


def test_the_log_in_page_goes_on_saying_so(late: Client) -> None:
    assert "刚才填的内容没有丢" in late.get(LOGIN).content.decode()


def test_it_is_offered_once_and_to_nobody_else(late: Client, wang: Account, house: Any) -> None:
    factories.account("chen", "branch_secretary", house.east, of=factories.person("陈", house.east))
    assert late.post(LOGIN, {"username": "chen", "password": PASSWORD}).status_code == 302
    late.post("/logout/")
    late.post(LOGIN, {"username": "wangfang", "password": PASSWORD})
    assert KEPT not in finish(late, wang)


def test_what_waits_cannot_be_read_in_the_database(late: Client) -> None:
    stored = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    assert "zhibu.kept" in stored
    waiting = next(row.get_decoded()["zhibu.kept"] for row in Session.objects.all())
    assert signing.dumps({}).split(":")[0] not in stored
    assert b"wangfang" not in b64decode(waiting)
    assert b64decode(waiting)[0] == 1, "sealed"
