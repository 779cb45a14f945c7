"""The leading group on the page of an organisation."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from zhibu.apps.people.models import Post

pytestmark = pytest.mark.django_db


def page(role: str, at: Any, organization: Any) -> str:
    client = Client()
    client.force_login(factories.account(role, role, at))
    return client.get(organization.get_absolute_url()).content.decode()


def test_who_was_appointed_stands_on_the_page_of_the_branch(client: Client, house: factories.House) -> None:
    secretary = factories.person("陈桂芳", house.root, party=house.east, staff_number="C1")
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    url = reverse("action-on", args=["people.post.appoint", house.east.uid])
    answer = client.post(
        url, {"key": str(uuid.uuid4()), "rev": "1", "person": "C1", "kind": "secretary", "since": "2024-01-01"}
    )
    assert answer.status_code == 302, answer.content.decode()
    text = client.get(house.east.get_absolute_url()).content.decode()
    assert "陈桂芳" in text
    assert secretary.get_absolute_url() in text
    assert "还没有登记领导班子" not in text
    assert "结束任职" in text


def test_nobody_holds_a_post_before_the_branch_was_founded(client: Client, house: factories.House) -> None:
    factories.person("陈桂芳", house.root, party=house.east, staff_number="C1")
    house.east.founded_on = date(2005, 7, 1)
    house.east.save()
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    url = reverse("action-on", args=["people.post.appoint", house.east.uid])
    for since, words in (("2005-06-30", "任职日期早于组织成立日期 2005-07-01"), ("2005-07-01", "")):
        fields = {"key": str(uuid.uuid4()), "rev": "1", "person": "C1", "kind": "secretary", "since": since}
        answer = client.post(url, fields)
        assert (answer.status_code, words in answer.content.decode()) == (422 if words else 302, True)


def test_a_post_is_shown_without_a_name_to_who_may_see_no_people(house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, party=house.east)
    Post.objects.create(person=person, organization=house.east, kind="secretary", since=date(2024, 1, 1))
    text = page("information_officer", house.root, house.east)
    assert "书记" in text
    assert "陈桂芳" not in text
    assert "结束任职" not in text


def test_nobody_is_appointed_to_a_dissolved_organisation(client: Client, house: factories.House) -> None:
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    address = house.east.get_absolute_url()
    assert "people.post.appoint" in client.get(address).content.decode()
    house.east.dissolved_on = date(2026, 1, 1)
    house.east.save()
    assert "people.post.appoint" not in client.get(address).content.decode()
