"""A database that already holds people: the migration gives their members a row; the doctor sees who is not in step."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.membership.helpers import member
from zhibu.apps.membership.doctor import in_step
from zhibu.apps.membership.models import Member
from zhibu.apps.people.models import Person

pytestmark = pytest.mark.django_db


def fill() -> None:
    """Run the data migration as an upgrade does, with the models of that time."""
    state = MigrationExecutor(connection).loader.project_state(("membership", "0001_initial"))
    import_module("zhibu.apps.membership.migrations.0002_existing_members").fill(state.apps, None)


def test_an_upgrade_gives_rows_to_the_members_there_are_once(house: factories.House) -> None:
    factories.person(
        "老党员", house.root, party=house.east, political_status="01", joined_party_on=date(1999, 1, 1), full_member_on=date(2000, 1, 1)
    )  # fmt: skip
    factories.person("预备", house.root, party=house.west, political_status="02", joined_party_on=date(2026, 1, 1))
    factories.person("群众", house.root, party=house.west, political_status="13")
    factories.person("无支部", house.root, political_status="01")
    assert "2 人是党员" in in_step(full=True).message
    for _ in range(2):
        fill()
    rows = (
        Member.objects.system("test").order_by("pk").values_list("person__name", "organization_id", "kind", "full_on")
    )
    assert list(rows) == [
        ("老党员", house.east.pk, "full", date(2000, 1, 1)),
        ("预备", house.west.pk, "probationary", None),
    ]
    assert "2 名党员都在自己的支部里" in in_step(full=True).message


def test_the_doctor_names_who_is_not_in_step(house: factories.House, li: Member) -> None:
    Person.objects.system("test").filter(pk=li.person_id).update(political_status="13")
    assert "政治面貌写的不是党员" in in_step(full=False).message
    Member.objects.system("test").filter(pk=li.pk).update(organization=house.west)
    assert "与组织关系不一致" in in_step(full=False).message


def test_who_is_in_no_branch_is_listed(clerk: Client, house: factories.House) -> None:
    member("陈在册", house, full=date(2001, 6, 20))
    factories.person("无支部", house.root, political_status="01")
    html = clerk.get(reverse("members-unplaced")).content.decode()
    assert "无支部" in html
    assert "陈在册" not in html
