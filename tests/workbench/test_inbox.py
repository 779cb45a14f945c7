"""The inbox: what the declared actions say waits for somebody, and nothing else."""

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.factories import House
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.organizations.models import Organization, Term
from zhibu.kernel import actions, audit, inbox
from zhibu.kernel.actor import ANONYMOUS, SYSTEM
from zhibu.kernel.inbox import counting

RENEW, EXTEND = "organizations.term.renew", "accounts.assignment.extend"
#: what a term that falls due waits for
ELECT = "elections.election.begin"
EDIT = "organizations.edit"


def day(number: int) -> date:
    return localdate() + timedelta(days=number)


def term(organization: Organization, ends: int) -> Term:
    """A term of office that ends in so many days."""
    made: Term = Term.objects.create(organization=organization, number=3, since=day(ends - 1000), until=day(ends))
    return made


def titles(actor: Any, **more: Any) -> list[str]:
    return [item.title for item in inbox.items(actor, **more)]


def test_a_term_that_ends_within_six_months_waits_for_who_may_renew_it(house: House) -> None:
    term(house.east, 100)
    term(house.west, 400)
    assert titles(factories.actor([EDIT, "elections.manage"], house.root)) == ["东山支部 换届"]
    assert titles(factories.actor(["organizations.view"], house.root)) == []


def test_only_the_own_subtree_waits(house: House) -> None:
    term(house.east, 10)
    term(house.west, 10)
    secretary = factories.actor([EDIT, "elections.manage"], house.east)
    assert titles(secretary) == ["东山支部 换届"]
    assert inbox.count(secretary) == 1


def test_overdue_comes_first_and_each_says_how_near_it_is(house: House) -> None:
    term(house.west, 20)
    term(house.east, -4)
    term(house.committee, 90)
    found = inbox.items(factories.actor([EDIT, "elections.manage"], house.root))
    assert [(item.urgency, item.state) for item in found] == [
        ("late", "逾期 4 天"),
        ("due", "还剩 20 天"),
        ("info", f"{day(90).isoformat()} 到期"),
    ]


def test_what_is_due_today_is_said(house: House) -> None:
    term(house.east, 0)
    assert inbox.items(SYSTEM)[0].state == "今天到期"


def test_the_nearest_rows_are_fetched_where_there_are_more(house: House) -> None:
    for number in range(6):
        term(factories.organization(f"{number}支部", "branch", house.committee), 60 - number)
    assert titles(factories.actor([EDIT, "elections.manage"], house.root), limit=2) == ["5支部 换届", "4支部 换届"]


def test_what_concerns_oneself_waits_for_somebody_else(house: House) -> None:
    """Separation of duties: nobody is asked to extend a role of their own."""
    person = factories.person("王管理", house.department)
    own = factories.account("own", "admin", house.root, of=person)
    other = factories.account("other", "admin", house.root)
    RoleAssignment.objects.system("test").filter(account=own).update(until=day(9))
    assert inbox.counts(actor_for(own)) == {}
    assert inbox.counts(actor_for(other)) == {EXTEND: 1}


def test_counts_are_capped_and_cost_one_statement(
    house: House, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(counting, "CAP", 2)
    for number in range(5):
        term(factories.organization(f"{number}支部", "branch", house.committee), 9)
    clerk = factories.actor([EDIT, "elections.manage", "accounts.manage"], house.root)
    with django_assert_num_queries(1):
        assert inbox.counts(clerk) == {ELECT: 3}


def test_who_may_do_nothing_is_asked_nothing(house: House, django_assert_num_queries: Any) -> None:
    term(house.east, 3)
    with django_assert_num_queries(0):
        assert inbox.count(ANONYMOUS) == 0
        assert inbox.items(factories.actor([], house.root)) == []


def test_every_action_with_an_inbox_can_be_asked(house: House) -> None:
    """A wrong column in `when`, `not_by`, `related` or `order` shows here before a user meets it."""
    declared = {action.code for action in actions.all_actions() if action.inbox}
    somebody = factories.actor({actions.get(code).permission for code in declared}, house.root, person_id=1)
    asked = {action.code for action, _ in inbox.waiting(somebody)}
    assert declared == asked
    assert inbox.items(somebody, known=dict.fromkeys(declared, 1)) == []


def test_done_is_gone(house: House) -> None:
    ending = term(house.east, 5)
    clerk = factories.actor([EDIT, "elections.manage", "organizations.view"], house.root)
    from zhibu.apps.organizations.services.terms import NewTerm

    actions.perform(actions.get(RENEW), clerk, uid=ending.uid, data=NewTerm(number=4, since=localdate()))
    assert inbox.count(clerk) == 0


@pytest.fixture
def office(house: House, client: Client) -> Client:
    """The browser of somebody in the organisation department."""
    client.force_login(factories.account("office", "organization_department", house.root))
    return client


def test_the_page_leads_to_the_act(house: House, office: Client) -> None:
    term(house.east, -1)
    page = office.get("/inbox/")
    (item,) = page.context["todo"]
    assert "逾期 1 天" in page.content.decode()
    act = office.get(item.url)
    assert act.status_code == 200
    assert act.context["action"].code == ELECT


def test_an_empty_inbox_says_what_will_come(office: Client) -> None:
    page = office.get("/inbox/").content.decode()
    assert "没有待办" in page
    assert "换届到期" in page


def test_the_page_shows_one_kind_or_all_and_ignores_an_unknown_one(house: House, client: Client) -> None:
    chief = factories.account("chief", "admin", house.root)
    RoleAssignment.objects.create(
        account=chief, role=factories_role("organization_department"), organization=house.root, since=day(-9)
    )
    clerk = factories.account("clerk", "auditor", house.root)
    RoleAssignment.objects.system("test").filter(account=clerk).update(until=day(3))
    term(house.east, 40)
    client.force_login(chief)
    assert {item.action.code for item in client.get("/inbox/").context["todo"]} == {ELECT, EXTEND}
    assert {i.action.code for i in client.get("/inbox/", {"kind": EXTEND}).context["todo"]} == {EXTEND}
    assert len(client.get("/inbox/", {"kind": "<b>"}).context["todo"]) == 2


def factories_role(code: str) -> Any:
    from zhibu.apps.accounts.models import Role

    return Role.objects.system("test").get(code=code)


def test_the_menu_shows_the_number(house: House, office: Client) -> None:
    term(house.east, 12)
    menu = office.get("/me/").context["nav"]
    (entry,) = [link for section in menu for link in section.items if link.label == "待办"]
    assert entry.count == 1


def test_the_menu_counts_anew_only_when_something_new_stands_in_the_trail(
    house: House, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(counting, "BELIEVED_SECONDS", 60)
    grants = [EDIT, "elections.manage"]
    # numbers no other test has: what is believed outlives the rows of a test
    clerk = dataclasses.replace(factories.actor(grants, house.root), account_id=987_654)
    term(house.east, 10)
    assert inbox.badge(clerk) == 1
    with django_assert_num_queries(1):  # the newest line of the trail
        assert inbox.badge(dataclasses.replace(clerk)) == 1
    term(house.west, 20)
    audit.record(SYSTEM, "organizations.term.renew", house.west, summary="新一届")
    assert inbox.badge(dataclasses.replace(clerk)) == 2
