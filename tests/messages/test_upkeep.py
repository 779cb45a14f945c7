"""Old messages go, and the doctor names half-set channels and what does not move."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.messages.conftest import People
from zhibu.kernel import messages
from zhibu.kernel.actor import Actor
from zhibu.kernel.doctor import State
from zhibu.kernel.messages.checkup import channels, deliveries
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.messages.sms.gateway import TestGateway
from zhibu.kernel.retention.registry import kinds
from zhibu.kernel.retention.services import nightly

pytestmark = pytest.mark.django_db


def age(days: int, **which: Any) -> None:
    then = timezone.now() - timedelta(days=days)
    Message.objects.system("test").filter(**which).update(created_at=then)
    Notice.objects.system("test").update(created_at=then)


def test_old_messages_go_with_their_deliveries_and_younger_ones_stay(house: factories.House, people: People) -> None:
    messages.publish(Actor(account_id=7), house.east, people.all, title="旧通知", key="old")
    messages.tell([people.wired], "affairs", title="新消息", key="new")
    age(kinds()["messages"].days - 1, title="旧通知")
    nightly()
    assert Message.objects.system("test").count() == 5
    age(kinds()["messages"].days + 1, title="旧通知")
    nightly()
    assert [one.title for one in Message.objects.system("test")] == ["新消息"]
    assert not Delivery.objects.system("test").exists()
    assert not Notice.objects.system("test").exists()


def test_the_doctor_names_what_is_half_set(settings: Any) -> None:
    assert channels(False).state is State.OK
    settings.SMS = {**settings.SMS, "secret": "x"}
    settings.DEFAULT_FROM_EMAIL = "dangban@example.org"
    settings.CHAT = {"name": "nobody", "url": "", "secret": ""}
    found = channels(False)
    assert found.state is State.FAULT
    assert all(name in found.message for name in ("ZHIBU_SMS_URL", "ZHIBU_MAIL_HOST", "ZHIBU_CHAT"))


def test_the_doctor_minds_numbers_in_the_clear(settings: Any) -> None:
    settings.SMS = {**settings.SMS, "url": "http://gateway.example/send"}
    assert channels(False).state is State.ATTENTION
    settings.SMS = {**settings.SMS, "url": "https://gateway.example/send"}
    assert channels(False).state is State.OK


def test_the_doctor_counts_what_does_not_move(house: factories.House, people: People, gateway: TestGateway) -> None:
    messages.publish(Actor(account_id=7), house.east, people.all, title="通知", key="k")
    assert deliveries(False).state is State.OK
    age(2)
    found = deliveries(False)
    assert (found.state, found.message[0]) == (State.ATTENTION, "2")
