"""`zhibu admin reset`: a single administrator who lost password and second factor gets back in; nobody else is touched."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, authenticator, reload
from zhibu.apps.accounts.models import Account, Factor, RecoveryCode
from zhibu.apps.accounts.services import recovery_codes
from zhibu.kernel.audit.models import AuditDetail
from zhibu.kernel.messages.models import Message

LOGIN, PAGE = "/login/", "/account/access/"


def reset(*words: str) -> str:
    out = StringIO()
    call_command("admin", "reset", *words, stdout=out)
    return out.getvalue()


def test_the_only_one_gets_back_in_and_sets_everything_anew(chief: Account, client: Client) -> None:
    authenticator(chief)
    recovery_codes.renew(chief)
    inside = Client()
    inside.force_login(chief)
    for _ in range(5):
        client.post(LOGIN, {"username": "chief", "password": "falsch"})
    said = reset()
    password = re.search(r"首次密码：(\S+)", said)
    assert password
    assert inside.get(PAGE).status_code == 302, "sessions have ended"
    assert not Factor.objects.system("test").filter(account=chief, removed_at__isnull=True).exists()
    assert not RecoveryCode.objects.system("test").filter(account=chief).exists()
    assert client.post(LOGIN, {"username": "chief", "password": PASSWORD}).status_code == 422
    assert client.post(LOGIN, {"username": "chief", "password": password[1]}).status_code == 302
    assert client.get(PAGE).url == "/account/password/", "a first password opens nothing else"
    assert reload(chief).must_set_factor
    assert audited("accounts.account.reset_on_server") == 1
    bodies = " ".join(AuditDetail.objects.system("test").values_list("body", flat=True))
    assert "在服务器上重置密码和第二验证" in bodies
    assert password[1] not in bodies
    assert password[1] not in " ".join(str(row) for row in Message.objects.system("test").values())


def test_of_several_one_must_be_named_and_all_hear_of_it(chief: Account, house: Any) -> None:
    factories.account("second", "admin", house.root, of=factories.person("李二", house.root))
    with pytest.raises(CommandError, match="有 2 位管理员：chief、second"):
        reset()
    reset("--username", "Second")
    told = Message.objects.system("test").filter(title__contains="在服务器上被重置")
    assert {message.account_id for message in told} == set(Account.objects.system("test").values_list("pk", flat=True))


@pytest.mark.parametrize("name", ["local", "nobody"])
def test_whoever_others_can_reset_is_not_reset_here(chief: Account, local: Account, name: str) -> None:
    before = reload(local).password
    with pytest.raises(CommandError, match=f"“{name}”不是最高一级组织的管理员。管理员是：chief"):
        reset("--username", name)
    assert reload(local).password == before


def test_without_any_administrator_it_says_what_to_do(house: Any) -> None:
    with pytest.raises(CommandError, match="zhibu createadmin"):
        reset()
