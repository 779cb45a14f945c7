"""The first page: whose it is decides what is on it, and every figure is the list behind it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests import factories
from tests.demo.loaded import account
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.organizations import headcounts
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.persons import GroupEdit
from zhibu.apps.workbench import figures, queries
from zhibu.apps.workbench.views import greeting
from zhibu.kernel import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

STAFF = ["admin", "zuzhibu", "lingdao", "shuji", "weiyuan", "gongzuozhan", "renshi", "caiwu", "xinxiyuan"]
STAFF += ["shenji", "dangan"]


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    """Demo accounts may be used in a demonstration only."""
    settings.DEMO = True


def bench(client: Client, username: str) -> Any:
    """The workbench of a demo account."""
    client.force_login(account(username))
    page = client.get("/")
    assert page.status_code == 200
    return page


def test_signed_out_leads_to_the_log_in_page(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/")


@pytest.mark.parametrize("username", STAFF)
def test_every_figure_is_the_number_of_rows_of_the_list_behind_it(client: Client, username: str) -> None:
    page = bench(client, username)
    heads = page.context["heads"]
    shown = [*page.context["kpis"], *page.context["organizations"], *(heads.by_kind if heads else ())]
    assert shown, "somebody with permissions sees figures"
    for figure in shown:
        assert (figure.label, client.get(figure.url).context["page"].total) == (figure.label, figure.value)


@pytest.mark.parametrize("username", STAFF)
def test_every_button_of_a_workbench_opens(client: Client, username: str) -> None:
    page = bench(client, username)
    links = [act.url for act in page.context["quick"]] + [line.url for line in page.context["recent"]]
    links += [item.url for item in page.context["todo"]]
    assert links
    assert {url: client.get(url).status_code for url in links} == dict.fromkeys(links, 200)


def test_a_secretary_counts_the_own_branch_only(client: Client) -> None:
    own = bench(client, "shuji").context["heads"].total
    other = bench(client, "shuji2").context["heads"].total
    everybody = bench(client, "zuzhibu").context["heads"].total
    assert everybody == 300
    assert 0 < own < everybody
    assert 0 < other < everybody


def test_who_left_or_died_is_counted_nowhere_and_the_list_agrees(client: Client) -> None:
    before = bench(client, "zuzhibu").context["heads"].total
    root = Organization.objects.system("test").get(parent=None)
    heads = headcounts.heads([root.path])[root.path]
    counted, members = heads.people, heads.members
    there = Affiliation.objects.system("test").filter(kind="party", until=None).values("person_id")
    for person, employment in zip(
        Person.objects.system("test").filter(pk__in=there, employment="active")[:2], ("left", "deceased"), strict=True
    ):
        Person.objects.system("test").filter(pk=person.pk).update(employment=employment)
    page = bench(client, "zuzhibu")
    assert page.context["heads"].total == before - 2
    assert "不含已离开、已去世" in page.content.decode()
    assert client.get(page.context["kpis"][0].url).context["page"].total == before - 2
    heads = headcounts.heads([root.path])[root.path]
    assert (heads.people, heads.members) == (counted - 2, members - 2)
    row = headcounts.with_heads(Organization.objects.system("test").filter(pk=root.pk)).get()
    assert row.heads == counted - 2
    assert "不含已离开、已去世" in client.get("/organizations/chart/").content.decode()


def test_who_is_a_member_is_counted_only_for_those_who_may_know(client: Client) -> None:
    assert "中共党员" in bench(client, "shuji").content.decode()
    assert "中共党员" not in bench(client, "caiwu").content.decode()


def test_the_organisation_department_finds_what_is_overdue_and_what_to_begin(client: Client) -> None:
    page = bench(client, "zuzhibu")
    assert page.context["todo"][0].urgency == "late"
    assert [act.label for act in page.context["quick"]][:2] == ["登记人员", "导入花名册"]
    assert "看数据表" in page.content.decode()


def test_a_secretary_sees_what_they_did_last_and_who_leads_with_them(client: Client) -> None:
    page = bench(client, "shuji")
    assert len(page.context["recent"]) == 5
    assert page.context["branch"].posts[0].person_id == account("shuji").person_id
    assert "东山二支部 支部书记" in page.content.decode()


def test_what_left_ones_reach_is_not_named_any_more(client: Client) -> None:
    secretary = actor_for(account("shuji"))
    mate = Person.objects.visible_to(secretary, "people.edit.contact").exclude(pk=secretary.person_id).first()
    assert mate is not None
    edit = GroupEdit("contact", {"mobile": "13700001111"})
    actions.perform(actions.get("people.person.edit.contact"), secretary, uid=mate.uid, data=edit)
    before = bench(client, "shuji").context["recent"]
    assert client.get(before[0].url).context["obj"] == mate
    rows = Affiliation.objects.system("test").filter(person=mate, until__isnull=True)
    elsewhere = Organization.objects.system("test").get(short_name="江北三支部")
    rows.update(organization=elsewhere)
    after = bench(client, "shuji").context["recent"]
    assert after[0].summary == before[1].summary
    assert before[0].summary not in [line.summary for line in after]


def test_a_member_sees_the_own_record_the_branch_and_whom_to_call(client: Client) -> None:
    page = bench(client, "dangyuan")
    text = page.content.decode()
    branch = page.context["branch"]
    assert branch.organization.kind == "branch"
    assert branch.url == "", "a member may not open the page of the organisation"
    assert f'href="tel:{branch.organization.phone}"' in text
    assert all(post.person.name in text for post in branch.posts)
    assert page.context["person"].mobile in text
    assert "人员主档" not in text


def test_somebody_without_a_branch_has_a_page_too(client: Client) -> None:
    page = bench(client, "zhigong")
    assert page.context["branch"] is None
    assert "看我的主档" in page.content.decode()


def test_an_account_without_anything_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(factories.account("nobody"))
    assert "请本单位管理员为您授予角色" in client.get("/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_data(client: Client) -> None:
    bench(client, "zuzhibu")

    def measured() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        return len(seen)

    few = measured()
    root = Organization.objects.system("test").get(parent__isnull=True)
    committee = Organization.objects.system("test").get(kind="committee")
    for number in range(5):
        path = f"{committee.path}00Z{number}"
        branch = Organization.objects.create(
            name=f"新{number}支部", kind="branch", parent=committee, path=path, code=f"Q{number}"
        )
        Term.objects.create(organization=branch, number=1, since=factories.LONG_AGO, until=localdate())
        factories.person(f"新人{number}", root, party=branch, political_status="01")
    assert measured() == few


def test_the_branch_of_a_group_member_is_the_branch() -> None:
    branch = queries.own_branch(actor_for(account("shuji")))
    assert branch is not None
    assert (branch.organization.short_name, branch.organization.kind) == ("东山二支部", "branch")
    assert branch.group is not None
    assert branch.group.parent_id == branch.organization.pk


@pytest.mark.parametrize(
    ("hour", "words"), [(3, "晚上好"), (7, "早上好"), (9, "上午好"), (12, "中午好"), (15, "下午好"), (18, "晚上好")]
)
def test_the_greeting_fits_the_hour(hour: int, words: str) -> None:
    assert greeting(datetime(2026, 11, 24, hour, 30)) == words


def test_members_are_not_counted_where_the_right_to_know_covers_a_part_only() -> None:
    east = Organization.objects.system("test").get(short_name="东山二支部")
    root = Organization.objects.system("test").get(parent__isnull=True)
    wide = factories.actor(["people.view"], root)
    both = type(wide)(account_id=1, grants=wide.grants + factories.actor(["people.see.party"], east).grants)
    heads = figures.heads(both)
    assert heads is not None
    assert heads.members == ()
