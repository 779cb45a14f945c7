"""Sending a notice: the preview first, once however often one clicks, never outside one's reach."""

import uuid
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.timezone import localtime

from tests import factories
from tests.messages.conftest import People, messages_of, states
from tests.notices.conftest import SEND, Enter, preview, send, submit
from zhibu.apps.notices import console
from zhibu.kernel.messages import planning
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.messages.sms.gateway import TestGateway

pytestmark = pytest.mark.django_db


def told() -> set[str]:
    return set(Message.objects.system("test").values_list("person__name", flat=True))


def test_nothing_goes_out_before_the_preview_was_seen(
    house: factories.House, people: People, secretary: Any, enter: Enter, gateway: TestGateway
) -> None:
    body = preview(enter(secretary), organization=house.east.uid, office=house.east.uid)
    assert told() == set()
    page = enter(secretary).post(SEND, {**body, "foreseen": "", "key": str(uuid.uuid4())}).content.decode()
    for words in ("共 5 人", "站内：2 人", "短信：3 人", "共 3 段，约 0.15 元", "电话通知：2 人"):
        assert words in page, words


def test_a_changed_text_is_previewed_again(
    house: factories.House, people: People, secretary: Any, enter: Enter
) -> None:
    body = preview(enter(secretary), organization=house.east.uid, office=house.east.uid)
    assert enter(secretary).post(SEND, {**body, "title": "另一件事"}).status_code == 422
    assert told() == set()


def test_sent_once_however_often_one_clicks(
    house: factories.House, people: People, secretary: Any, enter: Enter, gateway: TestGateway
) -> None:
    browser = enter(secretary)
    body = preview(browser, organization=house.east.uid, office=house.east.uid)
    first, second = browser.post(SEND, body), browser.post(SEND, body)
    assert first.url == second.url
    assert Notice.objects.system("test").count() == 1
    assert told() == {"𠮷野秀英", "陈桂芳", "黄志强", "张建国", "李秀兰"}
    assert states()["陈桂芳", "sms"] == "waiting"


def test_a_branch_secretary_writes_to_nobody_outside(
    house: factories.House, people: People, secretary: Any, enter: Enter
) -> None:
    stranger = factories.person("西湾人", house.root, party=house.west)
    browser = enter(secretary)
    for fields in (
        {"organization": house.west.uid, "office": house.east.uid},
        {"organization": house.root.uid, "office": house.east.uid},
        {"organization": house.east.uid, "office": house.west.uid},
        {"source": "people", "list": "", "uids": str(stranger.uid), "office": house.east.uid},
        {"organization": house.east.uid, "office": house.east.uid, "whole": "ticked", "people": [str(stranger.uid)]},
    ):
        page = submit(browser, SEND, title="通知", whole=fields.pop("whole", "all"), **fields)
        assert page.status_code == 422
        assert "西湾" not in page.content.decode()
    assert told() == set()


def test_what_a_notice_leads_to_is_opened_by_its_sender_and_by_those_it_is_for(
    house: factories.House, people: People, secretary: Any, office: Any, enter: Enter
) -> None:
    notice = send(enter(secretary), house.east)
    Notice.objects.system("test").filter(pk=notice.pk).update(link="/meetings/of/one/")
    address = notice.get_absolute_url()
    assert 'href="/meetings/of/one/"' in enter(secretary).get(address).content.decode()
    page = enter(office).get(address).content.decode()
    assert "/meetings/of/one/" not in page, "whoever sends for the house may know nothing of the meeting"
    assert "从通知里打开相关页面" in page
    listed = factories.account("dianhua", "organization_department", house.root, of=people.none)
    assert 'href="/meetings/of/one/"' in enter(listed).get(address).content.decode()


def test_only_the_leaders_or_those_ticked(house: factories.House, people: People, secretary: Any, enter: Enter) -> None:
    from zhibu.apps.people.models import Post

    Post.objects.create(person=people.none, organization=house.east, kind="member", since=factories.LONG_AGO)
    send(enter(secretary), house.east, group="leaders")
    assert told() == {"张建国"}
    send(enter(secretary), house.east, whole="ticked", people=[str(people.landline.uid)], title="第二件")
    assert told() == {"张建国", "黄志强"}


def test_from_the_list_of_people_ticked_or_as_filtered(
    house: factories.House, people: People, office: Any, enter: Enter
) -> None:
    browser = enter(office)
    page = browser.get("/people/").content.decode()
    assert "给所选的人发通知" in page
    act = {"act": "messages.notice.send ticked", "uid": [str(people.mobile.uid)]}
    answer = browser.post("/people/act/?q=", act)
    assert str(people.mobile.uid) in answer.url
    assert "名单中勾选的人员，共 <strong>1</strong> 人" in browser.get(answer.url).content.decode()
    answer = browser.post("/people/act/?q=陈桂芳", {"act": "messages.notice.send all"})
    assert "名单中的全部人员，共 <strong>1</strong> 人" in browser.get(answer.url).content.decode()
    fields = {"source": "people", "list": "q=陈桂芳", "uids": "", "office": house.root.uid}
    assert browser.post(SEND, preview(browser, **fields)).status_code == 302
    assert told() == {"陈桂芳"}
    assert browser.post("/people/act/", {"act": "messages.notice.send ticked"}).url == "/people/?"
    assert browser.post("/people/act/", {"act": "people.person.merge all"}).status_code == 404


def test_the_office_sees_what_became_of_it_and_others_do_not(
    house: factories.House, people: People, secretary: Any, office: Any, enter: Enter, gateway: TestGateway
) -> None:
    notice = send(enter(secretary), house.east)
    gateway.mode = "refuse"
    from zhibu.kernel.messages.outbox import deliver_some

    deliver_some()
    message = messages_of(people.wired)[0]
    enter(people.account).get(message.get_absolute_url())
    page = enter(office).get(notice.get_absolute_url()).content.decode()
    assert '站内已读 <strong class="num">1</strong>' in page
    assert '没有发出 <strong class="num">3</strong>' in page
    neighbour = factories.account("other", "branch_secretary", house.west)
    assert enter(neighbour).get(notice.get_absolute_url()).status_code == 404
    assert enter(neighbour).get(f"/notices/{notice.uid}/calls/").status_code == 404
    assert enter(people.account).get(notice.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("hour", "held"), [(22, True), (12, False)])
def test_in_the_quiet_hours_the_office_reads_when_its_sms_go_out(
    house: factories.House, people: People, secretary: Any, enter: Enter, gateway: TestGateway,
    monkeypatch: pytest.MonkeyPatch, hour: int, held: bool,
) -> None:  # fmt: skip
    notice = send(enter(secretary), house.east)
    now = localtime().replace(hour=hour)
    monkeypatch.setattr(planning, "house_hours", lambda: (time(21), time(8)))
    monkeypatch.setattr(console, "timezone", SimpleNamespace(now=lambda: now))
    page = enter(secretary).get(notice.get_absolute_url()).content.decode()
    assert "等待 <strong" in page
    assert ("现在是免打扰时间" in page) == held


def test_what_failed_is_sent_again_or_handed_to_the_telephone(
    house: factories.House, people: People, secretary: Any, enter: Enter, gateway: TestGateway
) -> None:
    from zhibu.kernel.messages.outbox import deliver_some

    browser, notice = enter(secretary), send(enter(secretary), house.east)
    gateway.mode = "refuse"
    deliver_some()
    assert states()["𠮷野秀英", "sms"] == "given_up"
    gateway.mode = "ok"
    assert submit(browser, f"/do/messages.notice.retry/{notice.uid}/").status_code == 302
    deliver_some()
    assert states()["𠮷野秀英", "sms"] == "sent"
    assert submit(browser, f"/do/messages.notice.retry/{notice.uid}/").status_code == 422
    answer = submit(browser, f"/do/messages.notice.to_calls/{notice.uid}/", whom="unread")
    assert answer.status_code == 302
    assert states()["𠮷野秀英", "call"] == "to_call"
    assert Delivery.objects.system("test").filter(channel="call").count() == 5
