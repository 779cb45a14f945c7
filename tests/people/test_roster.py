"""Rosters on paper: of an organisation with what lies under it, and of a list; each cell as the viewer may see it."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.reading import pdf_text
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.documents import roster
from zhibu.apps.people.models import Post
from zhibu.kernel import documents
from zhibu.kernel.audit.models import AuditEntry
from zhibu.kernel.documents import declare
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db
OF_BRANCH = "people.roster.organization"


@pytest.fixture
def group(house: factories.House) -> Organization:
    made = factories.organization("一组", "group", house.east)
    more: dict[str, Any] = {
        "political_status": "01",
        "joined_party_on": date(1999, 7, 1),
        "birth_date": date(1970, 5, 2),
    }
    factories.person("张组员", house.department, party=made, mobile="13900000001", **more)
    head = factories.person("李书记", house.department, party=house.east, mobile="13900000002", **more)
    Post.objects.create(person=head, organization=house.east, kind="secretary", since=date(2020, 1, 1))
    factories.person("西湾人", house.department, party=house.west)
    return made


def secretary(house: factories.House, client: Client) -> Client:
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    return client


def test_a_secretary_prints_the_roster_of_the_branch_with_its_groups(
    house: factories.House, group: Organization, client: Client
) -> None:
    browser = secretary(house, client)
    address = reverse("print", args=[OF_BRANCH, house.east.uid])
    chosen = reverse("print-choose", args=["organizations", house.east.uid])
    assert chosen in browser.get(house.east.get_absolute_url()).content.decode()
    assert address in browser.get(chosen).content.decode()
    text = pdf_text(browser.get(address).content)
    for word in ("东山支部花名册", "共2人", "书记：李书记", "张组员", "一组", "中共党员", "1999.07", "13900000002"):
        assert word in text, word
    assert "西湾人" not in text
    assert "1970.05" not in text  # birth dates belong to the identity group; the age stands instead
    assert "年龄" in text
    line = AuditEntry.objects.system("test").get(action="documents.print")
    assert (line.object_type, line.object_id, line.organization_id) == (
        "organizations.Organization",
        "*",
        house.east.pk,
    )


def test_another_branch_and_a_role_without_export_get_none(
    house: factories.House, group: Organization, client: Client
) -> None:
    browser = secretary(house, client)
    assert browser.get(reverse("print", args=[OF_BRANCH, house.west.uid])).status_code == 404
    client.force_login(factories.account("weiyuan", "branch_officer", house.east))
    assert client.get(reverse("print", args=[OF_BRANCH, house.east.uid])).status_code == 404
    choice = client.get(reverse("print-choose", args=["organizations", house.east.uid]))
    assert OF_BRANCH not in choice.content.decode()


def test_a_list_prints_as_a_roster_in_its_order(house: factories.House, group: Organization, client: Client) -> None:
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    answer = client.post(
        f"{reverse('print-list', args=['people'])}?q=人", {"document": "people.roster", "which": "all", "size": "large"}
    )
    text = pdf_text(answer.content)
    assert "人员花名册" in text
    assert "西湾人" in text
    assert "李书记" not in text
    assert "1970.05" not in text


def test_where_nothing_of_a_column_may_be_seen_the_column_is_left_out(
    house: factories.House, group: Organization
) -> None:
    actor = factories.actor(["people.view", "people.export"], house.root)
    data = roster.of_organization(actor, [house.root]).data
    assert data["head"] == ["序号", "姓名", "性别", "年龄", "人员类别", "所在组织", "备注"]


def test_a_cell_that_may_not_be_seen_is_a_dash(house: factories.House, group: Organization) -> None:
    here = factories.actor(["people.view", "people.export"], house.root)
    there = factories.actor(["people.see.contact"], house.east)
    actor = dataclasses.replace(here, grants=(*here.grants, *there.grants))
    data = roster.of_organization(actor, [house.root]).data
    phones = {row[1]: row[data["head"].index("手机")] for row in data["rows"]}
    assert phones == {"张组员": "13900000001", "李书记": "13900000002", "西湾人": "—"}


def test_a_large_organisation_is_printed_by_a_job(
    house: factories.House, group: Organization, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(documents.get(OF_BRANCH), inline=1)
    monkeypatch.setitem(declare._DOCUMENTS, OF_BRANCH, few)
    browser = secretary(house, client)
    answer = browser.get(reverse("print", args=[OF_BRANCH, house.east.uid]))
    job = run_now(Job.objects.system("test").get())
    assert answer["Location"] == reverse("job", args=[job.uid])
    assert (job.state, job.done_count) == ("done", 2), job.error
    made = browser.get(reverse("print-made", args=[job.uid]))
    assert "李书记" in pdf_text(b"".join(made.streaming_content))


def test_many_people_take_no_more_queries_than_few(house: factories.House, group: Organization) -> None:
    actor = factories.actor(["people.view", "people.export", "organizations.view"], house.root)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            roster.of_organization(actor, [house.root])
        counts.append(len(queries))
        for n in range(30):
            factories.person(f"新人{n}", house.department, party=group)
    assert counts[0] == counts[1]


def test_an_empty_organisation_prints_an_empty_roster(house: factories.House, client: Client) -> None:
    text = pdf_text(secretary(house, client).get(reverse("print", args=[OF_BRANCH, house.east.uid])).content)
    assert "共0人" in text
