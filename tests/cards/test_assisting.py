"""The large-print service: somebody who is there and agreed; both names in the trail; nothing private, nothing of others."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.cards.helpers import card, reader
from tests.reading import pdf_text
from zhibu.apps.cards import assist
from zhibu.apps.cards.models import Assistance
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit, messages
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.messages.models import Message

pytestmark = pytest.mark.django_db
CHIP = "04A1B2C3"


@pytest.fixture
def chen(house: factories.House) -> Person:
    made = factories.person("陈桂芳", house.root, party=house.east)
    Affiliation.objects.create(person=made, organization=house.station, kind="service", since=factories.LONG_AGO)
    card(house.root, CHIP, made)
    return made


@pytest.fixture
def desk(client: Client, house: factories.House) -> Client:
    reader(house.root, "hex")
    client.force_login(factories.account("gongzuozhan", "workstation_clerk", house.station))
    return client


@pytest.fixture
def told(house: factories.House, chen: Person) -> None:
    messages.publish(SYSTEM, house.root, [chen], title="体检通知", body="周三上午空腹到卫生所。", link="", key="n1")
    messages.tell([chen], "affairs", title="您的住址已更正", body="", link="", key="a1")


def tap(desk: Client) -> str:
    body = {"raw": CHIP, "key": str(uuid.uuid4()), "source": "wedge"}
    return desk.post(reverse("desk"), body, headers={"HX-Request": "true"}).content.decode()


def act(desk: Client, code: str, obj: Any, **data: Any) -> Any:
    return desk.post(reverse("action-on", args=[code, obj.uid]), {"key": str(uuid.uuid4()), "rev": "", **data})


def begun(desk: Client, house: factories.House, chen: Person) -> Assistance:
    tap(desk)
    answer = act(desk, "cards.assist.begin", chen, organization=house.station.uid, consent="spoken")
    made = Assistance.objects.system("test").get()
    assert answer["Location"] == reverse("assist", args=[made.uid])
    return made


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_tap_opens_the_large_page_and_what_is_read_counts_as_read(
    desk: Client, house: factories.House, chen: Person, told: None
) -> None:
    assert reverse("action-on", args=["cards.assist.begin", chen.uid]) in tap(desk)
    helped = begun(desk, house, chen)
    html = desk.get(reverse("assist", args=[helped.uid])).content.decode()
    assert '<html lang="zh-CN" data-text="huge">' in html
    assert "陈桂芳，您好" in html
    assert "周三上午空腹到卫生所。" in html
    assert "住址已更正" not in html, "their own affairs are not an office's notice"
    message = Message.objects.system("test").get(title="体检通知")
    act(desk, "cards.assist.read", helped, message=message.uid)
    message.refresh_from_db()
    assert message.read_at is not None
    assert "通知都看过了" in desk.get(reverse("assist", args=[helped.uid])).content.decode()
    lines = audit.history("cards.Assistance", str(helped.pk))
    assert [line.summary for line in lines] == [
        "念了通知：体检通知（代陈桂芳）",
        "开始大字服务：陈桂芳，当面征得本人同意",
    ]
    assert {(line.for_whom_id, line.actor_name) for line in lines} == {(chen.pk, "gongzuozhan")}


def test_nobody_is_helped_who_is_not_there_or_did_not_agree(desk: Client, house: factories.House, chen: Person) -> None:
    answer = act(desk, "cards.assist.begin", chen, organization=house.station.uid, consent="spoken")
    assert answer.status_code == 422
    assert "本人要在场" in answer.content.decode()
    tap(desk)
    answer = act(desk, "cards.assist.begin", chen, organization=house.station.uid, consent="")
    assert answer.status_code == 422
    assert not Assistance.objects.system("test").exists()


def test_it_ends_by_a_click_or_after_half_an_hour(
    desk: Client, house: factories.House, chen: Person, told: None
) -> None:
    helped = begun(desk, house, chen)
    url = reverse("assist", args=[helped.uid])
    message = Message.objects.system("test").get(title="体检通知")
    Assistance.objects.system("test").update(begun_at=timezone.now() - timedelta(minutes=31))
    assert desk.get(url).status_code == 404
    assert act(desk, "cards.assist.read", helped, message=message.uid).status_code == 422
    Assistance.objects.system("test").update(begun_at=timezone.now())
    assert act(desk, "cards.assist.end", helped, next=reverse("desk"))["Location"] == reverse("desk")
    assert desk.get(url).status_code == 404


def test_only_the_clerk_who_began_and_only_notices_to_that_person(
    desk: Client, house: factories.House, chen: Person, told: None
) -> None:
    helped = begun(desk, house, chen)
    other = factories.person("张伟", house.station)
    messages.publish(SYSTEM, house.root, [other], title="别人的通知", body="", link="", key="n2")
    foreign = Message.objects.system("test").get(title="别人的通知")
    assert act(desk, "cards.assist.read", helped, message=foreign.uid).status_code == 422
    second = Client()
    second.force_login(factories.account("gongzuozhan2", "workstation_clerk", house.station))
    assert second.get(reverse("assist", args=[helped.uid])).status_code == 404
    message = Message.objects.system("test").get(title="体检通知")
    assert act(second, "cards.assist.read", helped, message=message.uid).status_code == 404
    Affiliation.objects.system("test").filter(person=chen, kind="service").update(until=timezone.localdate())
    assert desk.get(reverse("assist", args=[helped.uid])).status_code == 404
    assert "不归这里服务" in act(desk, "cards.assist.read", helped, message=message.uid).content.decode()
    assert "陈桂芳" not in words(desk.get(reverse("assistances")).content.decode())


def test_nobody_helps_themselves(desk: Client, house: factories.House, chen: Person) -> None:
    own = Client()
    own.force_login(factories.account("chen", "workstation_clerk", house.station, of=chen))
    tap(own)
    answer = act(own, "cards.assist.begin", chen, organization=house.station.uid, consent="spoken")
    assert "与本人有关" in answer.content.decode()


def test_what_apps_know_is_listed_by_date_and_printed_in_large_letters(
    desk: Client, house: factories.House, chen: Person, told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assist, "_providers", {})
    day = date(2026, 12, 1)
    assist.register(lambda person, actor, today: [assist.Waiting("填报：健康情况", "带身份证", day, "/", "代填")])
    helped = begun(desk, house, chen)
    html = desk.get(reverse("assist", args=[helped.uid])).content.decode()
    assert "填报：健康情况" in html
    assert "代填" in html
    answer = desk.get(reverse("print", args=["cards.assist.slip", helped.uid]), {"size": "large"})
    text = re.sub(r"\s", "", pdf_text(answer.content))
    for told_ in ("陈桂芳", "体检通知", "填报：健康情况", "2026年12月1日前", "由gongzuozhan代为查看"):
        assert told_ in text, told_
    assert "打印" in audit.history("cards.Assistance", str(helped.pk))[0].summary
