"""A member is always in exactly one branch: rows appear by themselves and follow every way a relation may change."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import CLERK, reread
from tests.people.test_importing import NUMBER, apply
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.membership import queries, services
from zhibu.apps.membership.models import Member
from zhibu.apps.organizations.events import OrganizationMerged
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.services import bulk
from zhibu.apps.people.services.affiliations import Affiliate, EndAffiliation
from zhibu.apps.people.services.merge import MergeInto
from zhibu.apps.people.services.persons import GroupEdit
from zhibu.kernel.actions import Act, Refused, get, perform
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish

pytestmark = pytest.mark.django_db


def test_an_import_makes_members_of_those_with_a_branch_and_nobody_else(house: factories.House) -> None:
    apply(
        house,
        {"name": "陈桂芳", "identity_number": NUMBER, "party": "东山支部", "political_status": "01",
         "joined_party_on": date(2010, 7, 1), "full_member_on": date(2011, 7, 1)},
        {"name": "何群众", "party": "东山支部", "political_status": "13"},
        {"name": "吴党员", "political_status": "01"},
    )  # fmt: skip
    (made,) = Member.objects.system("test").select_related("person")
    assert (made.person.name, made.organization_id, made.kind) == ("陈桂芳", house.east.pk, "full")
    assert (made.admitted_on, made.full_on, made.rev) == (date(2010, 7, 1), date(2011, 7, 1), 1)


def test_an_import_costs_the_same_number_of_statements_for_many(house: factories.House) -> None:
    def rows(prefix: str, many: int) -> list[dict[str, Any]]:
        return [{"name": f"{prefix}{n}", "party": "东山支部", "political_status": "01"} for n in range(many)]

    with CaptureQueriesContext(
        connection,
    ) as few:
        apply(house, *rows("甲", 3))
    with CaptureQueriesContext(connection) as many:
        apply(house, *rows("乙", 60))
    assert Member.objects.system("test").count() == 63
    assert len(many) <= len(few) + 1


def test_undoing_the_import_takes_the_member_back_too(house: factories.House, office: Actor) -> None:
    row = {"name": "陈桂芳", "identity_number": NUMBER, "party": "东山支部", "political_status": "01"}
    effects = [
        SimpleNamespace(
            row=one.number, object_id=one.object_id, created=one.created, rev_after=one.rev_after, before={}
        )
        for one in apply(house, row)
    ]
    with transaction.atomic():
        assert bulk.undo(Act(office, "imports.undo"), effects) == []
    assert Member.objects.system("test").get().state == "withdrawn"


def test_a_new_relation_moves_the_member_with_posts_and_roles(
    house: factories.House, li: Member, office: Actor
) -> None:
    Post.objects.create(person=li.person, organization=house.east, kind="secretary", since=date(2020, 1, 1))
    Post.objects.create(person=li.person, organization=house.committee, kind="member", since=date(2020, 1, 1))
    account = factories.account("li", "branch_secretary", house.east, of=li.person)
    perform(
        get("people.person.affiliate"), office, uid=li.person.uid,
        data=Affiliate("party", house.west, date(2026, 5, 1)),
    )  # fmt: skip
    assert reread(li).organization_id == house.west.pk
    posts = Post.objects.system("test").order_by("pk").values_list("kind", "until")
    assert list(posts) == [("secretary", date(2026, 5, 1)), ("member", None)]
    assert not RoleAssignment.objects.system("test").filter(RoleAssignment.live(localdate()), account=account).exists()
    assert queries.branch_of(li.person_id, date(2026, 4, 30)) == house.east
    assert queries.branch_of(li.person_id, date(2026, 5, 1)) == house.west


def test_a_relation_does_not_end_by_itself_and_a_status_is_not_typed_away(li: Member, office: Actor) -> None:
    row = Affiliation.objects.system("test").get(person=li.person, kind="party")
    with pytest.raises(Refused, match="组织关系不能单独结束"):
        perform(get("people.affiliation.end"), office, uid=row.uid, data=EndAffiliation(date(2026, 5, 1)))
    values = {"political_status": "13", "joined_party_on": None, "full_member_on": None}
    with pytest.raises(Refused, match="不能直接改成非党员"):
        perform(get("people.person.edit.party"), office, uid=li.person.uid, data=GroupEdit("party", values))


def test_corrected_dates_of_the_person_are_those_of_the_member(li: Member, office: Actor) -> None:
    values = {"political_status": "01", "joined_party_on": date(1999, 6, 1), "full_member_on": date(2000, 6, 1)}
    perform(get("people.person.edit.party"), office, uid=li.person.uid, data=GroupEdit("party", values))
    assert (reread(li).admitted_on, reread(li).full_on) == (date(1999, 6, 1), date(2000, 6, 1))


def test_a_merger_of_branches_takes_the_members_along(house: factories.House, li: Member, wang: Member) -> None:
    with transaction.atomic():
        publish(OrganizationMerged(house.west.pk, (house.east.pk,), localdate(), "end", Actor(is_system=True), "合并"))
    assert {reread(li).organization_id, reread(wang).organization_id} == {house.west.pk}


def test_two_records_of_one_member_become_one(house: factories.House, li: Member, wang: Member) -> None:
    actor = factories.actor((*CLERK, "people.merge"), house.root)
    Person.objects.system("test").filter(pk=wang.person_id).update(joined_party_on=None)
    perform(get("people.person.merge"), actor, uid=li.person.uid, data=MergeInto(wang.person, reason="同一人"))
    rows = Member.objects.system("test").filter(person=li.person).order_by("pk").values_list("pk", "state")
    assert list(rows) == [(li.pk, "live"), (wang.pk, "merged")]


def test_a_person_without_branch_becomes_a_member_when_the_relation_begins(
    house: factories.House, office: Actor
) -> None:
    person = factories.person("吴党员", house.root, political_status="01", joined_party_on=date(1990, 1, 1))
    perform(
        get("people.person.affiliate"), office, uid=person.uid, data=Affiliate("party", house.east, date(2026, 1, 1))
    )
    assert Member.objects.system("test").get(person=person).organization_id == house.east.pk


def test_who_had_left_comes_back_with_a_new_relation_and_who_was_removed_does_not(
    house: factories.House, li: Member, wang: Member, office: Actor
) -> None:
    with transaction.atomic():
        services.leave(Act(office, "membership.test"), li, date(2026, 5, 1))
        services.cancel_probation(Act(office, "membership.test"), wang, date(2026, 5, 1))
    affiliate = get("people.person.affiliate")
    perform(affiliate, office, uid=li.person.uid, data=Affiliate("party", house.west, date(2026, 8, 1)))
    back = reread(li)
    assert (back.status, back.left_on, back.organization_id) == ("normal", None, house.west.pk)
    assert queries.members_on(house.west, date(2026, 7, 31)) == []
    assert [one.member_id for one in queries.members_on(house.west, date(2026, 8, 1))] == [li.pk]
    perform(affiliate, office, uid=wang.person.uid, data=Affiliate("party", house.west, date(2026, 8, 1)))
    values = {"political_status": "01", "joined_party_on": date(2026, 3, 10), "full_member_on": None}
    with pytest.raises(Refused, match="不能直接登记成党员"):
        perform(get("people.person.edit.party"), office, uid=wang.person.uid, data=GroupEdit("party", values))
