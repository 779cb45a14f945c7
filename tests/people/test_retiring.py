"""Who is due to retire, many retired at once, and one retirement's whole story."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.people import retiring
from zhibu.apps.people.models import Affiliation, LifeEvent, Person
from zhibu.apps.people.rules_retirement import ages, retirement
from zhibu.kernel import audit
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db
ACT = "people.life.retire_many"
TODAY = date(2026, 11, 24)


@pytest.fixture
def clerk(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("renshi", "hr_clerk", house.root))
    return client


def man(name: str, house: factories.House, born: date, **more: Any) -> Person:
    made = factories.person(name, house.root, sex="1", birth_date=born, **more)
    Affiliation.objects.create(
        person=made, organization=house.department, kind="administrative", since=factories.LONG_AGO
    )
    return made


def send(client: Client, people: list[Person], **data: Any) -> Any:
    body = {"key": str(uuid.uuid4()), "people": [p.uid.hex for p in people], "reason": "批文 8 号", **data}
    return client.post(reverse("action", args=[ACT]) + "?next=/people/retiring/", body)


def test_the_list_goes_by_the_rule_and_tells_both_months_of_a_woman(house: factories.House) -> None:
    soon = man("快退休", house, date(1964, 1, 5))
    assert retirement(date(1964, 1, 5), ages()["male60"]).month == date(2024, 1, 1)
    later = man("以后退休", house, date(1966, 5, 9))
    assert retirement(date(1966, 5, 9), ages()["male60"]).month == date(2026, 10, 1)
    man("还年轻", house, date(1970, 1, 1))
    woman = factories.person("女职工", house.root, sex="2", birth_date=date(1975, 3, 3))
    man("已退休", house, date(1960, 1, 1), employment="retired")
    actor = factories.actor(("people.edit.work", "people.see.identity"), house.root)
    found = retiring.due(actor, TODAY, 3)
    assert [one.person for one in found] == [soon, woman, later]
    assert found[0].overdue(TODAY)
    assert found[1].unsure
    branch = factories.actor(("people.edit.work", "people.see.identity"), house.east)
    assert retiring.due(branch, TODAY, 12) == []


def test_many_retire_after_the_clerk_saw_what_each_changes(clerk: Client, house: factories.House) -> None:
    people = [man(f"老人{n}", house, date(1962, 1, 1 + n)) for n in range(3)]
    day = localdate().isoformat()
    page = clerk.get(reverse("people-retiring")).content.decode()
    assert "老人1" in page
    first = send(clerk, people, on=day)
    assert first.status_code == 422
    assert f"行政关系“{house.department}”从 {day} 起不再有效" in first.content.decode()
    assert LifeEvent.objects.system("test").count() == 0
    mark = f"{day} 3"
    assert send(clerk, people, on=day, foreseen=mark).url == "/people/retiring/"
    assert LifeEvent.objects.system("test").filter(kind="retire").count() == 3
    lines = [audit.history("people.Person", str(p.pk))[0].summary for p in people]
    assert lines == [f"退休：老人{n}" for n in range(3)]
    assert "老人1" not in clerk.get(reverse("people-retiring")).content.decode()


def test_one_who_cannot_retire_stops_all_of_them(clerk: Client, house: factories.House) -> None:
    fine, late = man("可以", house, date(1962, 1, 1)), man("不行", house, date(1962, 1, 2))
    Person.objects.system("test").filter(pk=late.pk).update(joined_unit_on=localdate())
    day = (localdate() - timedelta(days=40)).isoformat()
    answer = send(clerk, [fine, late], on=day, foreseen=f"{day} 2")
    assert answer.status_code == 422
    assert "不行" in answer.content.decode()
    assert LifeEvent.objects.system("test").count() == 0


def test_above_the_limit_a_job_enters_them_and_leaves_out_who_is_refused(
    clerk: Client, house: factories.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhibu.apps.people.services.retiring.AT_ONCE", 2)
    people = [man(f"老人{n}", house, date(1962, 1, 1 + n)) for n in range(4)]
    Person.objects.system("test").filter(pk=people[3].pk).update(joined_unit_on=localdate())
    day = (localdate() - timedelta(days=40)).isoformat()
    assert send(clerk, people, on=day, foreseen=f"{day} 4").status_code == 302
    job = run_now(Job.objects.system("test").get(kind="people.retire_many"))
    assert job.state == "done", job.error
    assert "已办理 3 人；1 人没有办理：老人3" in job.message
    assert LifeEvent.objects.system("test").count() == 3


def test_neither_list_nor_act_is_for_those_without_the_permission(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    assert client.get(reverse("people-retiring")).status_code == 404
    assert client.get(reverse("action", args=[ACT])).status_code == 404
