"""Two clerks at one record: each keeps what they wrote, nobody's correction is put back by the other's old page."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from zhibu.kernel import audit

pytestmark = pytest.mark.django_db


def fields_of(page: Any) -> dict[str, str]:
    """What the form of a page would send again."""
    text = page.content.decode()
    found = dict(re.findall(r'<input[^>]*? name="(\w+)" value="([^"]*)"', text))
    for name, select in re.findall(r'<select[^>]*? name="(\w+)".*?>(.*?)</select>', text, re.S):
        found[name] = (re.findall(r'value="([^"]*)" selected', select) or [""])[0]
    return found


def opened(person: Any, **fields: str) -> dict[str, Any]:
    return {"rev": person.rev, "seen": audit.last_id(), "key": str(uuid.uuid4()), **fields}


def test_what_the_second_clerk_left_alone_is_not_put_back(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000000", address_living="旧街 1 号")
    url = reverse("action-on", args=["people.person.edit.contact", person.uid])
    first = opened(person, mobile="13811111111", address_living="旧街 1 号")
    second = opened(person, mobile="13800000000", address_living="新街 2 号")
    assert clerk.post(url, first).status_code == 302
    page = clerk.post(url, second)
    assert page.status_code == 409
    fields = fields_of(page)
    assert (fields["mobile"], fields["address_living"]) == ("13811111111", "新街 2 号")
    assert clerk.post(url, fields).status_code == 302
    person.refresh_from_db()
    assert (person.mobile, person.address_living) == ("13811111111", "新街 2 号")


def test_what_both_changed_stays_as_the_second_typed_it(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000000")
    url = reverse("action-on", args=["people.person.edit.contact", person.uid])
    first, second = opened(person, mobile="13811111111"), opened(person, mobile="13822222222")
    clerk.post(url, first)
    assert fields_of(clerk.post(url, second))["mobile"] == "13822222222"


def test_choices_and_dates_left_alone_follow_too(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, employment="active", position="科员")
    url = reverse("action-on", args=["people.person.edit.work", person.uid])
    first = opened(person, employment="retired", retired_on="2024-05-01", position="科员")
    second = opened(person, employment="active", position="科长")
    assert clerk.post(url, first).status_code == 302
    fields = fields_of(clerk.post(url, second))
    assert (fields["employment"], fields["retired_on"], fields["position"]) == ("retired", "2024-05-01", "科长")


def test_a_forged_place_in_the_trail_is_no_error(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000000")
    url = reverse("action-on", args=["people.person.edit.contact", person.uid])
    stale = {**opened(person, mobile="13822222222"), "rev": person.rev - 1, "seen": "9" * 5000}
    assert clerk.post(url, stale).status_code == 409
