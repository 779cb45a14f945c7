"""Every second factor lost: one asks, another consents within a day, and only then is anything removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.accounts.conftest import PASSWORD, audited, authenticator, code_of, do, reload
from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.models import Account, Factor, FactorReset
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.accounts.services import recovery_codes, resets
from zhibu.apps.accounts.services.resets import Answer, ResetReason
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused
from zhibu.kernel.messages.models import Message

ASK, CONSENT, REFUSE, WITHDRAW = (f"accounts.reset.{what}" for what in ("ask", "consent", "refuse", "withdraw"))
WHY = ResetReason("手机遗失，本人持工作证到场")
LOGIN, SECURITY, PAGE = "/login/", "/account/security/", "/account/access/"


@pytest.fixture
def lost(house: Any) -> Account:
    """A branch secretary, who need not have a second factor but has one, and has lost it."""
    person = factories.person("王芳", house.east)
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    authenticator(made)
    recovery_codes.renew(made)
    return made


@pytest.fixture
def second(house: Any) -> Account:
    """The second person: of the organisation department."""
    person = factories.person("赵组织", house.department)
    made: Account = factories.account("zuzhi", "organization_department", house.root, of=person)
    return made


def waiting_for(account: Account) -> list[str]:
    """The titles in somebody's inbox that are about second factors."""
    return [item.title for item in inbox.items(actor_for(account)) if "第二验证" in item.title]


def test_lost_and_recovered_with_two_people(lost: Account, chief: Account, second: Account) -> None:
    stolen = Client()
    stolen.force_login(lost)
    asked = do(ASK, chief, lost, WHY)
    assert waiting_for(second) == ["王芳的第二验证要重置，请核实后同意或不同意"]
    assert second_factor.has_one(lost.pk), "asking alone removes nothing"
    assert stolen.get(PAGE).status_code == 200
    do(CONSENT, second, asked, Answer("已电话核实"))
    assert waiting_for(second) == []
    assert not second_factor.has_one(lost.pk)
    assert recovery_codes.left(lost.pk) == 0
    assert stolen.get(PAGE).url.startswith(LOGIN), "sessions opened before have ended"
    told = Message.objects.system("test").filter(person=lost.person, kind="security")
    assert [one.title for one in told.order_by("pk")] == ["有人为您申请重置第二验证", "您的第二验证已经重置"]
    assert audited(ASK) == audited(CONSENT) == 2  # on the request's page and on the account's
    assert (reload(asked).state, reload(asked).decided_by_name) == ("done", "赵组织")


def test_whoever_was_reset_must_set_up_anew_before_anything_else(
    lost: Account, chief: Account, second: Account, client: Client
) -> None:
    do(CONSENT, second, do(ASK, chief, lost, WHY), Answer())
    client.post(LOGIN, {"username": "wangfang", "password": PASSWORD})
    assert client.get(PAGE).url == SECURITY
    client.post(f"{SECURITY}totp/begin/")
    factor = Factor.objects.system("test").get(account=lost, removed_at__isnull=True)
    assert client.post(f"{SECURITY}totp/", {"code": code_of(factor)}).status_code == 200
    assert client.get(PAGE).status_code == 200
    assert not reload(lost).must_set_factor


def test_nobody_is_both_people(lost: Account, chief: Account, house: Any, second: Account) -> None:
    from tests.accounts.conftest import hold

    hold(second, "admin", house.root)
    asked = do(ASK, second, lost, WHY)
    for code in (CONSENT, REFUSE):
        with pytest.raises(Refused):
            do(code, second, asked, Answer("自己来"))
    assert waiting_for(second) == []
    twin = factories.account("twin", "admin", house.root)  # a second account of the same person
    Account.objects.system("test").filter(pk=second.pk).update(person=None)
    twin.person_id = asked.requested_by_person_id
    twin.save()
    with pytest.raises(Refused, match="本人有关"):
        do(CONSENT, twin, asked, Answer())
    do(CONSENT, chief, asked, Answer())


def test_the_one_concerned_neither_asks_nor_consents(lost: Account, chief: Account, second: Account) -> None:
    authenticator(chief)
    authenticator(second)
    with pytest.raises(Refused, match="自己"):
        do(ASK, chief, chief, WHY)
    asked = do(ASK, chief, second, WHY)
    with pytest.raises(Refused, match="本人有关"):
        do(CONSENT, second, asked, Answer())


def test_refused_or_withdrawn_nothing_changes(lost: Account, chief: Account, second: Account) -> None:
    asked = do(ASK, chief, lost, WHY)
    with pytest.raises(Refused, match=r"已有一份申请|没有第二验证"):
        do(ASK, chief, lost, WHY)
    do(REFUSE, second, asked, Answer("没有联系上本人"))
    again = do(ASK, chief, lost, WHY)
    do(WITHDRAW, chief, again, Answer())
    assert [reload(one).state for one in (asked, again)] == ["refused", "withdrawn"]
    for one in (asked, again):
        with pytest.raises(Refused, match="已经办理"):
            do(CONSENT, second, one, Answer())
    assert second_factor.has_one(lost.pk)


def test_after_a_day_it_is_too_late(lost: Account, chief: Account, second: Account) -> None:
    asked = do(ASK, chief, lost, WHY)
    rows = FactorReset.objects.system("test")
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert waiting_for(second) == []
    with pytest.raises(Refused, match="过期"):
        do(CONSENT, second, asked, Answer())
    assert resets.expire() == 1
    assert reload(asked).state == "expired"
    assert audited("accounts.reset.expire") == 2
    assert do(ASK, chief, lost, WHY).state == "open"


def test_it_takes_what_a_new_password_takes(lost: Account, local: Account, second: Account, house: Any) -> None:
    with pytest.raises(Refused, match="您没有的权限"):
        do(ASK, local, lost, WHY)
    with pytest.raises(Http404):
        do(ASK, second, lost, WHY)
    with pytest.raises(Http404):
        do(CONSENT, lost, do(ASK, factories.account("boss", "admin", house.root), lost, WHY), Answer())


def test_there_must_be_something_to_reset(chief: Account, house: Any) -> None:
    with pytest.raises(Refused, match="没有第二验证"):
        do(ASK, chief, factories.account("plain", of=factories.person("无", house.east)), WHY)


def test_the_pages_lead_there(lost: Account, chief: Account, second: Account) -> None:
    client = Client()
    client.force_login(chief)
    page = client.get(f"/accounts/{lost.uid}/").content.decode()
    assert "动态码“手机”" in page
    assert "申请重置第二验证" in page
    asked = do(ASK, chief, lost, WHY)
    assert (
        "申请重置第二验证" not in client.get(f"/accounts/{lost.uid}/").content.decode().split("<h1")[1].split("card")[0]
    )
    assert "手机遗失" in client.get(f"/factor-resets/{asked.uid}/").content.decode()
    assert "王芳" in client.get("/factor-resets/").content.decode()


def test_the_access_review_tells_who_has_one_and_who_must(lost: Account, chief: Account, second: Account) -> None:
    client = Client()
    client.force_login(chief)
    page = client.get("/access/").content.decode()
    exposed = page.split("须有第二验证而没有")[1].split("</section>")[0]
    assert "zuzhi" in exposed
    assert "wangfang" not in exposed
    assert "须设置" in page
    listed = client.get("/accounts/?state=lacking").content.decode().split("<tbody")[1]
    assert "zuzhi" in listed
    assert "wangfang" not in listed
