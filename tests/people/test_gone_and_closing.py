"""Records of those who left or died are in nobody's way when an organisation is split, merged or dissolved."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit

pytestmark = pytest.mark.django_db

SPLIT, DISSOLVE = "organizations.organization.split", "organizations.organization.dissolve"


@pytest.fixture
def clerk(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    return client


@pytest.fixture
def unit(house: factories.House) -> Any:
    return factories.organization("北江分公司", "unit", house.root)


def gone(name: str, place: Any, employment: str, **more: Any) -> Person:
    made = factories.person(name, place, **more)
    Person.objects.system("test").filter(pk=made.pk).update(employment=employment)
    return made


def home(person: Person) -> str:
    rows = Affiliation.objects.system("test").filter(person=person, kind="home", until=None)
    return str(rows.get().organization)


def test_a_split_offers_the_living_who_are_there(clerk: Client, unit: Any) -> None:
    factories.person("在职人", unit)
    gone("亡故人", unit, "deceased")
    gone("离开人", unit, "left")
    page = clerk.get(reverse("action-on", args=[SPLIT, unit.uid])).content.decode()
    assert "在职人" in page
    assert "亡故人" not in page
    assert "离开人" not in page


def test_whose_party_relation_is_still_here_goes_along_though_they_left(clerk: Client, house: factories.House) -> None:
    gone("已离单位的党员", house.root, "left", party=house.east)
    page = clerk.get(reverse("action-on", args=[SPLIT, house.east.uid])).content.decode()
    assert "已离单位的党员" in page


def test_the_old_unit_ends_with_a_split_and_the_parent_keeps_the_records(clerk: Client, unit: Any) -> None:
    here, dead = factories.person("在职人", unit), gone("亡故人", unit, "deceased")
    body = {
        "name_1": "北江一公司", "on": localdate().isoformat(), "close": "on", "reason": "批复 5 号",
        f"person_{here.uid.hex}": "1",
    }  # fmt: skip
    answer = post(clerk, SPLIT, unit, **body)
    assert answer.status_code == 302, answer.content.decode()
    assert home(here) == "北江一公司"
    assert home(dead) == str(unit.parent)
    line = audit.history("people.Person", str(dead.pk))[0]
    assert line.summary == "原归属单位撤销，主档转由上级保管：亡故人"


def test_a_unit_in_which_only_records_of_the_gone_are_kept_is_dissolved(clerk: Client, unit: Any) -> None:
    dead, left = gone("亡故人", unit, "deceased"), gone("离开人", unit, "left")
    body = {"on": localdate().isoformat(), "reason": "批复 6 号"}
    answer = post(clerk, DISSOLVE, unit, **body)
    assert answer.status_code == 302, answer.content.decode()
    assert {home(dead), home(left)} == {str(unit.parent)}
    assert clerk.get(dead.get_absolute_url()).status_code == 200


def test_somebody_who_belongs_still_forbids_it(clerk: Client, unit: Any) -> None:
    gone("亡故人", unit, "deceased")
    factories.person("在职人", unit)
    answer = post(clerk, DISSOLVE, unit, on=localdate().isoformat(), reason="批复 7 号")
    assert answer.status_code == 422
    assert "还有 1 条人员关系在本组织" in answer.content.decode()
