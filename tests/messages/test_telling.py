"""Telling: once for every key, never what was rolled back, each by the channel that reaches them."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.messages.conftest import People, messages_of, states
from zhibu.kernel import messages
from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages.models import Delivery, Message, MessageChoice, Notice
from zhibu.kernel.messages.planning import OFFICE
from zhibu.kernel.messages.queries import figures
from zhibu.kernel.messages.sms.gateway import TestGateway

pytestmark = pytest.mark.django_db
CLERK = Actor(account_id=7, name="李秀兰")


def publish(house: factories.House, people: Any, **more: Any) -> Notice:
    values = {"title": "召开党员大会", "body": "周五下午两点，三楼会议室。", "key": "meeting-1", **more}
    return messages.publish(CLERK, house.east, people, **values)


def test_a_message_is_in_the_site_with_the_commit_and_told_once(people: People) -> None:
    for _ in range(2):
        messages.tell([people.wired], "affairs", title="住址已更正", key="address:1", link="/me/")
    [message] = messages_of(people.wired)
    assert (message.title, message.link, message.read_at) == ("住址已更正", "/me/", None)
    assert message.account_id == people.account.pk
    assert states() == {}


def test_what_is_rolled_back_was_never_told(people: People, gateway: TestGateway) -> None:
    with transaction.atomic():
        messages.tell([people.wired, people.mobile], "notice", title="通知", key="k")
        assert Delivery.objects.system("test").count() == 2
        transaction.set_rollback(True)
    assert not Message.objects.system("test").exists()
    assert not Job.objects.system("test").exists()


def test_everyone_by_what_reaches_them_and_the_rest_on_the_call_list(
    house: factories.House, people: People, gateway: TestGateway
) -> None:
    notice = publish(house, people.all)
    assert states() == {
        ("𠮷野秀英", "sms"): "waiting",
        ("陈桂芳", "sms"): "waiting",
        ("黄志强", "call"): "to_call",
        ("张建国", "call"): "to_call",
    }
    assert notice.recipients == 4
    assert figures(notice).to_call == 2
    assert Job.objects.system("test").filter(kind="messages.deliver", state="queued").count() == 1


def test_without_a_gateway_whoever_does_not_sign_in_is_called(house: factories.House, people: People) -> None:
    publish(house, people.all)
    assert set(states()) == {(name, "call") for name in ("陈桂芳", "黄志强", "张建国")}
    assert not Job.objects.system("test").exists()


def test_an_account_that_nobody_ever_used_reaches_nobody(house: factories.House, people: People) -> None:
    factories.account("never", of=people.none)
    publish(house, [people.none])
    assert states() == {("张建国", "call"): "to_call"}


def test_nobody_is_called_for_what_no_office_sent(people: People) -> None:
    messages.tell(people.all, "affairs", title="资料已更新", key="k")
    assert states() == {}


def test_a_person_chooses_for_themself_and_the_office_for_everybody_else(
    house: factories.House, people: People, gateway: TestGateway, mail: None
) -> None:
    MessageChoice.objects.create(account_id=people.account.pk, kind="notice", channels=["mail"])
    publish(house, [people.wired, people.mobile])
    assert states() == {("𠮷野秀英", "mail"): "waiting", ("陈桂芳", "sms"): "waiting"}
    MessageChoice.objects.create(account_id=OFFICE, kind="notice", channels=[])
    publish(house, [people.wired, people.mobile], key="meeting-2")
    second = Delivery.objects.system("test").filter(message__notice__key="meeting-2")
    assert sorted(second.values_list("channel", flat=True)) == ["call", "mail"]


def test_the_dead_and_the_merged_are_told_nothing(people: People) -> None:
    type(people.none).objects.system("test").filter(pk=people.none.pk).update(employment="deceased")
    type(people.mobile).objects.system("test").filter(pk=people.mobile.pk).update(
        state="merged", merged_into=people.wired
    )
    assert messages.tell(people.all, "affairs", title="资料", key="k").count == 2


def test_a_technician_without_a_person_is_told_by_account(people: People) -> None:
    technician = factories.account("tech")
    told = messages.tell(
        [people.wired], "system", title="每日情况", key="k", accounts=[technician.pk, people.account.pk]
    )
    assert told.count == 2  # the account of a person who is told already is the same recipient
    assert Message.objects.own(Actor(account_id=technician.pk)).count() == 1


@pytest.mark.parametrize("link", ["https://example.org/", "//example.org/x", "/\\example.org", "javascript:alert(1)"])
def test_a_link_leads_nowhere_else(people: People, link: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        messages.tell([people.wired], "affairs", title="x", key="k", link=link)


def test_three_thousand_people_cost_no_more_statements_than_three_hundred(
    house: factories.House, gateway: TestGateway
) -> None:
    from zhibu.apps.people.models import Person

    made = Person.objects.bulk_create(
        Person(name=f"员工{n}", mobile=f"138{n:08d}" if n % 3 else "") for n in range(3000)
    )
    counted = []
    for some in (made[:300], made):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            publish(house, some, key=f"all-{len(some)}")
        counted.append(len(captured))
    assert counted[1] <= counted[0] <= 25, counted
    assert Message.objects.system("test").filter(notice__key="all-3000").count() == 3000
    assert Delivery.objects.system("test").filter(message__notice__key="all-3000", channel="call").count() == 1000


def test_published_twice_it_is_the_same_notice(house: factories.House, people: People) -> None:
    assert publish(house, people.all).pk == publish(house, people.all).pk
    assert Message.objects.system("test").count() == 4
