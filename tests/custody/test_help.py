"""Help is asked for on a telephone or at the desk, taken on by one member, and becomes a service."""

import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.at_once import share_database, together
from tests.custody.helpers import do, opened, served
from zhibu.apps.custody.models import CareRecord, HelpOffer, HelpRequest, ServiceRecord
from zhibu.apps.custody.services.helping import Ask, Invite, Report
from zhibu.apps.organizations.models import Cover
from zhibu.apps.people.models import Person
from zhibu.kernel import inbox
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor


@pytest.fixture
def care(house: factories.House, clerk: Actor) -> CareRecord:
    Cover.objects.create(organization=house.station, covered=house.east, since=factories.LONG_AGO)
    return opened(clerk, served(house, mobile="13711112222"), house.station)


def member(house: factories.House, name: str, **more: Any) -> Person:
    return factories.person(name, house.root, party=house.east, **{"political_status": "01", **more})


def themselves(person: Person, account_id: int) -> Actor:
    return Actor(account_id=account_id, person_id=person.pk, name=person.name)


def waits(actor: Actor) -> list[tuple[str, str]]:
    return [(item.title, item.detail) for item in inbox.items(actor) if item.action.code.startswith("custody.help")]


def offered(house: factories.House, clerk: Actor, care: CareRecord) -> HelpRequest:
    made: HelpRequest = do(clerk, "custody.help.record", care, Ask("陪同复查"))
    do(clerk, "custody.help.invite", made, Invite("covered"))
    return made


def offer_to(person: Person) -> HelpOffer:
    found: HelpOffer = HelpOffer.objects.system("test").get(person=person)
    return found


@pytest.mark.django_db
def test_asked_for_on_the_telephone_taken_on_by_a_member_it_becomes_a_service(
    house: factories.House, clerk: Actor, care: CareRecord, client: Client
) -> None:
    zhao, qian = member(house, "赵一"), member(house, "钱二")
    member(house, "孙三", political_status="13")
    client.force_login(factories.account("chen", of=care.person))
    assert "请求帮助" in client.get(reverse("me")).content.decode()
    address = reverse("action-on", args=["custody.help.ask", care.uid])
    assert client.post(address, {"key": str(uuid.uuid4()), "words": "陪我去医院复查"}).status_code == 302
    assert "陪我去医院复查" in client.get(reverse("me")).content.decode()
    request = HelpRequest.objects.system("test").get()
    assert waits(clerk) == [("求助：陈桂芳", "本人提出：陪我去医院复查")]
    do(clerk, "custody.help.invite", request, Invite("covered"))
    first, second = themselves(zhao, 11), themselves(qian, 12)
    assert waits(first) == waits(second) == [("支部里有人需要帮忙", "陪我去医院复查")]
    assert HelpOffer.objects.system("test").count() == 2
    client.force_login(factories.account("qian", of=qian))
    asked = client.get(reverse("action-on", args=["custody.help.claim", offer_to(qian).uid])).content.decode()
    assert "陪我去医院复查" in asked  # of several, which one
    assert "陈桂芳" not in asked
    do(first, "custody.help.claim", offer_to(zhao), None)
    assert waits(second) == []
    assert waits(first) == [("您认领的事：陈桂芳", "陪我去医院复查（13711112222）")]
    with pytest.raises(Refused, match="已经有人认领"):
        do(second, "custody.help.claim", offer_to(qian), None)
    with pytest.raises(Refused, match="不是由您认领"):
        do(second, "custody.help.report", offer_to(qian), Report("medical", localdate(), "没有去"))
    do(first, "custody.help.report", offer_to(zhao), Report("medical", localdate(), "陪同复查，已送回家"))
    request.refresh_from_db()
    service = ServiceRecord.objects.system("test").get()
    assert (request.state, request.service, service.by_name, service.kind) == ("done", service, "赵一", "medical")
    assert service.words == "陪同复查，已送回家（求助：陪我去医院复查）"
    assert waits(first) == []


@pytest.mark.django_db
def test_the_persons_own_branch_is_asked_alone(house: factories.House, clerk: Actor, care: CareRecord) -> None:
    from zhibu.apps.people.models import Affiliation

    member(house, "赵一")
    west = factories.person("周四", house.root, party=house.west, political_status="02")
    request = do(clerk, "custody.help.record", care, Ask("读文件"))
    with pytest.raises(Refused, match="没有这样的支部"):
        do(clerk, "custody.help.invite", request, Invite("own"))
    Affiliation.objects.create(person=care.person, organization=house.west, kind="party", since=factories.LONG_AGO)
    do(clerk, "custody.help.invite", request, Invite("own"))
    assert [offer.person for offer in HelpOffer.objects.system("test").select_related("person")] == [west]
    with pytest.raises(Refused, match="都已经请过"):
        do(clerk, "custody.help.invite", request, Invite("own"))


@pytest.mark.django_db
def test_nobody_takes_on_what_was_offered_to_another(house: factories.House, clerk: Actor, care: CareRecord) -> None:
    zhao, qian = member(house, "赵一"), member(house, "钱二")
    offered(house, clerk, care)
    with pytest.raises(Http404):
        do(themselves(qian, 12), "custody.help.claim", offer_to(zhao), None)
    with pytest.raises(Http404):
        do(themselves(qian, 12), "custody.help.ask", care, Ask("替别人求助"))


@pytest.mark.django_db
def test_given_back_it_waits_again_and_called_off_it_does_not(
    house: factories.House, clerk: Actor, care: CareRecord
) -> None:
    zhao = themselves(member(house, "赵一"), 11)
    request = offered(house, clerk, care)
    offer = HelpOffer.objects.system("test").get()
    do(zhao, "custody.help.claim", offer, None)
    do(zhao, "custody.help.give_back", offer, Why("临时出差"))
    assert waits(zhao) == [("支部里有人需要帮忙", "陪同复查")]
    do(clerk, "custody.help.off", request, Why("家属已陪同"))
    assert waits(zhao) == waits(clerk) == []


@pytest.mark.django_db
def test_the_desk_does_it_itself(house: factories.House, clerk: Actor, care: CareRecord) -> None:
    request = do(clerk, "custody.help.record", care, Ask("送申请表"))
    do(clerk, "custody.help.take", request, None)
    do(clerk, "custody.help.finish", request, Report("other", localdate(), "已送到"))
    assert ServiceRecord.objects.system("test").get().words == "已送到（求助：送申请表）"


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_members_at_once_one_gets_it(
    house: factories.House, clerk: Actor, care: CareRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [member(house, name) for name in ("赵一", "钱二")]
    offered(house, clerk, care)
    offers = [offer_to(person) for person in people]
    share_database(tmp_path, monkeypatch)
    jobs = [
        partial(do, themselves(person, n), "custody.help.claim", offer, None)
        for n, (person, offer) in enumerate(zip(people, offers, strict=True), 11)
    ]
    raised = together(*jobs)
    assert [type(error) for error in raised] == [Refused]
    assert "已经有人认领" in str(raised[0])
