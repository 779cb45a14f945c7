"""Merging and splitting as a clerk does it, without a script."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.acting import post
from zhibu.apps.organizations import forms_joining
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation

pytestmark = pytest.mark.django_db

MERGE, SPLIT = "organizations.organization.merge", "organizations.organization.split"


def decree(client: Client, code: str, obj: Organization, **data: Any) -> Any:
    """Send a form with the document it goes by."""
    return post(client, code, obj, **{"reason": "8 号文", **data})


def test_the_form_offers_equals_only_and_the_record_tells_what_came_of_it(
    clerk: Client, house: factories.House
) -> None:
    text = clerk.get(reverse("action-on", args=[MERGE, house.west.uid])).content.decode()
    assert f'value="{house.east.uid}"' in text
    assert f'value="{house.committee.uid}"' not in text
    answer = decree(clerk, MERGE, house.west, sources=[house.east.uid], on="2026-06-30", roles="end")
    assert answer.url == house.west.get_absolute_url()
    assert "并入本组织的" in clerk.get(answer.url).content.decode()
    gone = clerk.get(house.east.get_absolute_url()).content.decode()
    assert "已撤销" in gone
    assert "西湾支部" in gone


def test_a_merger_without_sources_or_with_nonsense_says_what_to_mend(clerk: Client, house: factories.House) -> None:
    assert decree(clerk, MERGE, house.west, on="2026-06-30", roles="end").status_code == 422
    for wrong in ("’", str(uuid.uuid4()), str(house.committee.uid)):
        assert decree(clerk, MERGE, house.west, sources=[wrong], on="2026-06-30", roles="end").status_code == 422
    assert not Organization.objects.system("test").filter(dissolved_on__isnull=False).exists()


def test_a_split_lists_the_people_and_sends_them_where_the_clerk_says(clerk: Client, house: factories.House) -> None:
    li = factories.person("李明", house.root, party=house.east)
    factories.person("赵远", house.root, party=house.west)
    text = clerk.get(reverse("action-on", args=[SPLIT, house.east.uid])).content.decode()
    assert "李明" in text
    assert "赵远" not in text
    chosen = {"on": "2026-06-30", f"person_{li.uid.hex}": "2", "name_1": "东山二支部"}
    refused = decree(clerk, SPLIT, house.east, **chosen)
    assert refused.status_code == 422
    assert "请填写它的全称" in refused.content.decode()
    done = decree(clerk, SPLIT, house.east, **{**chosen, "name_2": "东山三支部"})
    assert done.status_code == 302, done.content.decode()
    here = Affiliation.objects.system("test").get(person=li, kind="party", until=None)
    assert here.organization.name == "东山三支部"
    assert "分设出的组织" in clerk.get(house.east.get_absolute_url()).content.decode()


def test_those_who_may_not_see_people_are_shown_none(client: Client, house: factories.House) -> None:
    li = factories.person("李明", house.root, party=house.east)
    form = forms_joining.SplitForm(actor=factories.actor(("organizations.restructure",), house.root), obj=house.east)
    assert f"person_{li.uid.hex}" not in form.fields


def test_too_many_people_are_not_listed_one_by_one(
    clerk: Client, house: factories.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_joining, "MOST_RESIDENTS", 1)
    for name in ("李明", "孙立"):
        factories.person(name, house.root, party=house.east)
    text = clerk.get(reverse("action-on", args=[SPLIT, house.east.uid])).content.decode()
    assert "本组织直属人员太多" in text
    assert "李明" not in text


def test_a_viewer_of_one_side_does_not_learn_the_other(client: Client, house: factories.House) -> None:
    chief = Client()
    chief.force_login(factories.account("zuzhibu", "organization_department", house.root))
    decree(chief, MERGE, house.west, sources=[house.east.uid], on="2026-06-30", roles="end")
    client.force_login(factories.account("dongshan", "auditor", house.east))
    for page in ("organizations-record", "organizations-history"):
        text = client.get(reverse(page, args=[house.east.uid])).content.decode()
        assert "西湾支部" not in text
