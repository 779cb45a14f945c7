"""The outbox: tries, gives up, waits for its hour, keeps to the limits, and hands over to the telephone."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.utils import timezone

from tests import factories
from tests.messages.conftest import People, quiet, states
from zhibu.kernel import messages
from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages import outbox, planning
from zhibu.kernel.messages.handlers import wake_if_due
from zhibu.kernel.messages.models import Delivery, MessageChoice, Notice
from zhibu.kernel.messages.numbers import number
from zhibu.kernel.messages.sms.gateway import TestGateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(house: factories.House, people: People, gateway: TestGateway) -> Notice:
    return messages.publish(
        Actor(account_id=7, name="李秀兰"), house.east, people.all, title="召开党员大会", body="周五下午", key="m"
    )


def deliveries(**which: Any) -> Any:
    return Delivery.objects.system("test").filter(**which)


def make_due() -> None:
    deliveries(state__in=["waiting", "failed"]).update(next_at=timezone.now() - timedelta(seconds=1))


def test_the_worker_sends_and_marks(notice: Notice, gateway: TestGateway) -> None:
    run_now(Job.objects.system("test").get(kind="messages.deliver"))
    assert sorted(one.number for one in gateway.sent) == ["13812340001", "13812340002"]
    assert {one.text for one in gateway.sent} == {"召开党员大会：周五下午"}
    assert states()["𠮷野秀英", "sms"] == states()["陈桂芳", "sms"] == "sent"
    assert outbox.deliver_some() == 0


def test_a_gateway_away_is_tried_again_later_then_given_up_and_called(notice: Notice, gateway: TestGateway) -> None:
    gateway.mode = "error"
    outbox.deliver_some()
    row = deliveries(message__person__name="陈桂芳").get()
    assert (row.state, row.attempts) == ("failed", 1)
    assert row.next_at > timezone.now() + timedelta(seconds=30)
    assert outbox.deliver_some() == 0  # not before its time
    for _ in range(number("tries") - 1):
        make_due()
        outbox.deliver_some()
    assert states()["陈桂芳", "sms"] == "given_up"
    assert states()["陈桂芳", "call"] == "to_call"
    assert ("𠮷野秀英", "call") not in states()  # the site reaches her


def test_a_refusal_is_not_tried_again(notice: Notice, gateway: TestGateway) -> None:
    gateway.mode = "refuse"
    outbox.deliver_some()
    assert states()["陈桂芳", "sms"] == "given_up"
    assert "没有接受" in deliveries(message__person__name="陈桂芳", channel="sms").get().note


def test_after_a_break_in_flight_the_same_key_goes_again(notice: Notice, gateway: TestGateway) -> None:
    """As after kill -9: sent, not marked; the clock stands at the end of the flight."""
    outbox.deliver_some()
    deliveries(state="sent").update(state="waiting", next_at=timezone.now() - timedelta(seconds=1))
    wake_if_due()
    outbox.deliver_some()
    assert [one.times for one in gateway.sent] == [2, 2]
    assert len({one.key for one in gateway.sent}) == 2


def test_two_workers_do_not_send_the_same(notice: Notice, gateway: TestGateway, people: People) -> None:
    row = deliveries(message__person=people.mobile).select_related("message").get()
    contact = messages.directory().people([people.mobile.pk])[0]
    for _ in range(2):  # both have read the row before either claimed it
        outbox._deliver(row, contact, planning.house_hours())
    assert [one.times for one in gateway.sent] == [1]


def test_the_number_is_the_one_of_today(notice: Notice, gateway: TestGateway, people: People) -> None:
    people.mobile.mobile = "139 0000 0009"
    people.mobile.save()
    outbox.deliver_some()
    assert "13900000009" in {one.number for one in gateway.sent}


def test_at_night_nothing_is_sent_unless_urgent(
    notice: Notice, gateway: TestGateway, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.localtime()
    around = ((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time().replace(second=0, microsecond=0))
    monkeypatch.setattr(planning, "house_hours", lambda: around)
    quiet(people.account.pk, time(0), time(0))  # she wants to be told at any hour
    outbox.deliver_some()
    assert states()["陈桂芳", "sms"] == "waiting"
    assert states()["𠮷野秀英", "sms"] == "sent"
    row = deliveries(message__person=people.mobile).get()
    assert row.attempts == 0
    assert timezone.localtime(row.next_at).time() == around[1]
    MessageChoice.objects.create(account_id=planning.OFFICE, kind="security", channels=["sms"])
    messages.tell([people.mobile], "security", title="密码已更换", key="s")
    outbox.deliver_some()
    assert "密码已更换" in {one.text for one in gateway.sent}


@pytest.mark.parametrize(
    ("at", "hours", "end"),
    [
        ("21:00", (21, 8), "08:00+1"), ("23:59", (21, 8), "08:00+1"), ("07:59", (21, 8), "08:00"), ("08:00", (21, 8), None),
        ("20:59", (21, 8), None), ("13:00", (12, 14), "14:00"), ("14:00", (12, 14), None), ("03:00", (0, 0), None),
    ],
)  # fmt: skip
def test_quiet_hours(at: str, hours: tuple[int, int], end: str | None) -> None:
    now = timezone.make_aware(datetime.fromisoformat(f"2026-11-24 {at}"))
    found = planning.quiet_until(now, (time(hours[0]), time(hours[1])))
    if end is None:
        assert found is None
    else:
        assert found is not None
        assert f"{timezone.localtime(found):%H:%M}" == end[:5]
        assert (timezone.localtime(found).day == 25) == end.endswith("+1")


def test_a_number_gets_so_many_a_day_and_the_house_so_many(
    people: People, gateway: TestGateway, house: factories.House
) -> None:
    most = number("sms_per_number_a_day")
    for n in range(most + 1):
        messages.publish(Actor(account_id=7), house.east, [people.mobile], title=f"通知{n}", key=f"k{n}")
    outbox.deliver_some()
    assert len(gateway.sent) == most
    row = deliveries(state="waiting").get()
    assert "明天再发" in row.note
    assert timezone.localtime(row.next_at).date() == timezone.localdate() + timedelta(days=1)
    deliveries(state="sent").update(done_at=timezone.now() - timedelta(days=1))
    make_due()
    outbox.deliver_some()
    assert len(gateway.sent) == most + 1


def test_mail_has_a_text_a_link_with_the_sites_address_and_a_lasting_id(people: People, mail: None) -> None:
    MessageChoice.objects.create(account_id=people.account.pk, kind="affairs", channels=["mail"])
    messages.tell([people.wired], "affairs", title="住址\n已更正", body="请核对。", link="/me/", key="a")
    outbox.deliver_some()
    deliveries().update(state="waiting", next_at=timezone.now())
    outbox.deliver_some()
    first, second = sent_mail.outbox
    assert (first.subject, first.to) == ("住址 已更正", ["jy@example.org"])
    assert "请核对。" in first.body
    assert "https://zhibu.example.org/me/" in first.body
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_the_chat_gets_json_with_a_signature(people: People, settings: Any, gateway: TestGateway) -> None:
    settings.CHAT = {"name": "webhook", "url": gateway.url, "secret": "s"}
    MessageChoice.objects.create(account_id=people.account.pk, kind="affairs", channels=["chat"])
    messages.tell([people.wired], "affairs", title="住址已更正", body="请核对", key="a")
    outbox.deliver_some()
    assert states() == {("𠮷野秀英", "chat"): "sent"}
    assert (gateway.sent[0].number, gateway.sent[0].text) == ("E1", "请核对")


def test_a_long_text_is_cut_and_says_so() -> None:
    assert len(outbox.sms_text("标题", "长" * 900)) == outbox.SMS_TEXT
    assert outbox.sms_text("标题", "长" * 900).endswith("（全文请登录知部查看）")
    assert outbox.sms_text("标题", " ") == "标题"
