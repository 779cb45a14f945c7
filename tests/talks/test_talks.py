"""Talks: who with whom and when, counted by branch and year, and no place for what was said."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.membership.helpers import member
from zhibu.apps.people.models import Person, Post
from zhibu.apps.talks import queries, rules
from zhibu.apps.talks.models import Talk
from zhibu.apps.talks.services.recording import Talked
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused, Why
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
PERMISSIONS = ("talks.view", "talks.record", "organizations.view")


@pytest.fixture
def people(house: factories.House) -> dict[str, Person]:
    found = {name: member(name, house, full=date(2001, 6, 20)).person for name in ("王书记", "李组织", "张三", "李四")}
    for name, kind in (("王书记", "secretary"), ("李组织", "organization")):
        Post.objects.create(person=found[name], organization=house.east, kind=kind, since=factories.LONG_AGO)
    return found


@pytest.fixture
def secretary(house: factories.House, people: dict[str, Person]) -> Actor:
    return factories.actor(PERMISSIONS, house.east, person_id=people["王书记"].pk)


def record(actor: Actor, branch: Any, first: Person, *seconds: Person, on: date | None = None) -> Talk:
    data = Talked(on or localdate(), "face", first, list(seconds))
    act = actions.get("talks.talk.record")
    made: Talk = actions.perform(act, actor, uid=branch.uid, data=data, key=uuid.uuid4()).result
    return made


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [(True, True, "committee"), (True, False, "mixed"), (False, True, "mixed"), (False, False, "members")],
)
def test_the_kind_follows_from_who_sits_on_the_committee(first: bool, second: bool, kind: str) -> None:
    assert rules.kind_of(first, second) == kind


def test_talks_are_counted_by_branch_and_year(
    house: factories.House, people: dict[str, Person], secretary: Actor
) -> None:
    record(secretary, house.east, people["王书记"], people["李组织"], people["张三"])
    record(secretary, house.east, people["张三"], people["李组织"], on=localdate() - timedelta(days=400))
    row = next(row for row in queries.board(secretary, localdate().year) if row.organization == house.east)
    assert (row.members, row.talked, row.total, row.left) == (4, 3, 2, ("李四",))
    assert row.counts == {"committee": 1, "mixed": 1, "members": 0}


def test_what_is_refused(house: factories.House, people: dict[str, Person], secretary: Actor) -> None:
    talk = record(secretary, house.east, people["王书记"], people["张三"])
    with pytest.raises(Refused, match="已经登记过"):
        record(secretary, house.east, people["张三"], people["王书记"])
    with pytest.raises(Refused, match="不能和自己谈"):
        record(secretary, house.east, people["张三"], people["张三"])
    with pytest.raises(Refused, match="晚于今天"):
        record(secretary, house.east, people["张三"], people["李四"], on=localdate() + timedelta(days=1))
    stranger = factories.person("外人", house.root)
    with pytest.raises(Refused, match="不是本支部的党员"):
        record(secretary, house.east, people["张三"], stranger)
    actions.perform(actions.get("talks.talk.withdraw"), secretary, uid=talk.uid, data=Why("日期错了"), key=uuid.uuid4())
    assert record(secretary, house.east, people["张三"], people["王书记"]).stands  # and then it may be entered rightly


def test_there_is_no_place_for_what_was_said() -> None:
    texts = {
        f.name for f in Talk._meta.concrete_fields if f.get_internal_type() in {"CharField", "TextField", "JSONField"}
    }
    assert texts == {"kind", "way", "withdrawn_why", "by_name"}


def test_the_pages(client: Client, house: factories.House, people: dict[str, Person]) -> None:
    client.force_login(factories.account("shuji", "branch_secretary", house.east, of=people["王书记"]))
    uids = [people["张三"].uid, people["李四"].uid]
    page = post(
        client, "talks.talk.record", house.east, on=localdate(), way="phone", first=people["王书记"].uid, seconds=uids
    )
    assert page.status_code == 302, page.content.decode()
    listed = client.get(reverse("talks")).content.decode()
    assert "王书记与张三" in listed
    assert reverse("action-on", args=["talks.talk.record", house.east.uid]) in listed  # the next one begins here
    assert "登记" in client.get(reverse("talks-board")).content.decode()
    assert client.get(reverse("talks-board"), {"year": "x"}).status_code == 200
    assert "王书记与李四" in client.get(reverse("me")).content.decode()
    client.force_login(factories.account("west", "branch_secretary", house.west))
    assert "王书记" not in client.get(reverse("talks")).content.decode()
    assert client.get(reverse("action-on", args=["talks.talk.record", house.east.uid])).status_code == 404
