"""Yearly checks fall due by themselves; somebody else may come for the person, for some matters and some time."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.custody.helpers import do, opened, served, visit
from tests.reading import pdf_text
from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Proxy, ServiceRecord, YearlyCheck
from zhibu.apps.custody.params import yearly
from zhibu.apps.custody.services import duties
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
NUMBER = "110101199003071233"


def entrusted(clerk: Actor, care: object, **more: object) -> Proxy:
    values = {"since": localdate() - timedelta(days=5), "until": localdate() + timedelta(days=5), **more}
    made: Proxy = do(clerk, "custody.proxy.record", care, duties.NewProxy("李小燕", "女儿", ("reimburse",), **values))  # type: ignore[arg-type]
    return made


def test_checks_are_opened_60_days_ahead_once_a_year() -> None:
    born, since = date(1968, 2, 1), date(2025, 1, 1)
    assert rules.checks_due(yearly(), "off_post", born, since, date(2026, 1, 15)) == [
        ("pension", 2026, date(2026, 2, 28))
    ]
    assert rules.checks_due(yearly(), "off_post", born, since, date(2025, 12, 20)) == [
        ("pension", 2025, date(2025, 2, 28))
    ]
    assert rules.checks_due(yearly(), "off_post", None, since, date(2026, 3, 1)) == []
    assert rules.checks_due(yearly(), "survivor", born, since, date(2025, 12, 31)) == [
        ("survivor", 2025, date(2025, 6, 30))
    ]
    assert rules.checks_due(yearly(), "survivor", born, date(2025, 7, 1), date(2025, 12, 31)) == []


def test_a_check_waits_until_it_is_done_and_comes_back_when_that_was_a_mistake(
    house: factories.House, clerk: Actor
) -> None:
    def waits() -> list[str]:
        return [item.title for item in inbox.items(clerk) if item.action.code == "custody.check.do"]

    day = localdate() + timedelta(days=20)
    opened(clerk, served(house, employment="external"), house.station, days_ago=900, category="survivor")
    YearlyCheck.objects.system("test", allow_delete=True).delete()
    assert duties.open_due(date(day.year, 6, 1)) == 1
    assert duties.open_due(date(day.year, 6, 2)) == 0
    check = YearlyCheck.objects.system("test").get()
    assert waits() == ["遗属资格核对：陈桂芳"]
    do(clerk, "custody.check.do", check, duties.Done(localdate(), "视频核验通过"))
    assert waits() == []
    do(clerk, "custody.check.undo", check, Why("核验错了人"))
    assert waits() == ["遗属资格核对：陈桂芳"]


def test_a_proxy_is_named_on_a_service_while_it_holds(house: factories.House, clerk: Actor) -> None:
    care = opened(clerk, served(house), house.station)
    proxy = entrusted(clerk, care, document=NUMBER)
    made = do(clerk, "custody.service.record", care, visit(kind="reimbursement", proxy=proxy))
    assert made.proxy == proxy
    with pytest.raises(Refused, match="委托在服务日期无效"):
        do(clerk, "custody.service.record", care, visit(days_ago=6, proxy=proxy))
    do(clerk, "custody.proxy.revoke", proxy, duties.Revoke(localdate(), "本人要求"))
    proxy.refresh_from_db()
    with pytest.raises(Refused, match="委托在服务日期无效"):
        do(clerk, "custody.service.record", care, visit(proxy=proxy))
    other = opened(clerk, served(house, "李秀英"), house.station)
    with pytest.raises(Refused, match="委托在服务日期无效"):
        do(clerk, "custody.service.record", other, visit(days_ago=1, proxy=proxy))


def test_the_form_offers_the_persons_own_proxies_and_hides_the_number(
    house: factories.House, clerk: Actor, client: Client
) -> None:
    care = opened(clerk, served(house), house.station)
    other = opened(clerk, served(house, "李秀英"), house.station)
    mine = entrusted(clerk, care, document=NUMBER)
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    address = reverse("action-on", args=["custody.service.record", care.uid])
    assert "李小燕（女儿）" in client.get(address).content.decode()
    theirs = reverse("action-on", args=["custody.service.record", other.uid])
    assert "李小燕" not in client.get(theirs).content.decode()
    sent = {"kind": "visit", "on": localdate().isoformat(), "words": "代办", "proxy": mine.uid}
    assert client.post(theirs, {**sent, "key": str(uuid.uuid4())}).status_code == 422
    assert client.post(address, {**sent, "key": str(uuid.uuid4())}).status_code == 302
    assert ServiceRecord.objects.system("test").get().proxy == mine
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "1101**********1233" in page
    assert NUMBER not in page


def test_a_wrong_document_or_time_is_told(house: factories.House, clerk: Actor, client: Client) -> None:
    care = opened(clerk, served(house), house.station)
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    address = reverse("action-on", args=["custody.proxy.record", care.uid])
    sent = {"name": "李小燕", "relation": "女儿", "matters": ["receive"], "since": localdate().isoformat()}
    for change, words in (
        ({"document": "110101199003071234", "until": localdate().isoformat()}, "身份证号码不对"),
        ({"until": "2020-01-01"}, "截止日期应在起始日期之后"),
        ({"name": "陈桂芳", "until": localdate().isoformat()}, "代办人不能是本人"),
    ):
        answer = client.post(address, {**sent, "key": str(uuid.uuid4()), **change})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert Proxy.objects.system("test").count() == 0


def test_the_care_card_is_printed_with_what_the_printer_may_see(
    house: factories.House, clerk: Actor, client: Client
) -> None:
    chen = served(house, mobile="13711112222", address_living="江北区新民路 1 号")
    care = opened(clerk, chen, house.station, special_needs="需要轮椅", kin_name="李小燕")
    entrusted(clerk, care)
    do(clerk, "custody.service.record", care, visit(words="精神很好"))
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    text = pdf_text(client.get(reverse("print", args=["custody.card", care.uid])).content)
    for words in ("托管卡", "陈桂芳", "13711112222", "需要轮椅", "李小燕（女儿）", "精神很好", "本次走访记录"):
        assert words in text
    assert "1968" not in text
