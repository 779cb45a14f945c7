"""Merging organisations into one and splitting new ones off: people, posts, children, covers and roles go along."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.organizations.helpers import ALL, again, assert_consistent, do
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.organizations import rules
from zhibu.apps.organizations.events import OrganizationMerged, OrganizationSplit
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.organizations.services.joining import Merging, NewPart, Splitting
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.kernel import actions, audit
from zhibu.kernel.actions import Refused, perform
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, isolated, subscribe
from zhibu.kernel.scope import OutsideScope

pytestmark = pytest.mark.django_db

MERGE, SPLIT = "organizations.organization.merge", "organizations.organization.split"
DAY = date(2026, 6, 30)


@pytest.fixture
def chief(house: factories.House) -> Actor:
    return factories.actor((*ALL, "people.view"), house.root, account_id=9000)


def merge(actor: Actor, into: Organization, *sources: Organization, on: date = DAY, roles: str = "end") -> Any:
    data = Merging(sources, on, roles, "党委〔2026〕8 号")
    return perform(actions.get(MERGE), actor, uid=into.uid, data=data).result


def split(actor: Actor, one: Organization, *parts: NewPart, on: date = DAY, close: bool = False) -> Any:
    data = Splitting(on, "党委〔2026〕9 号", close, parts)
    return perform(actions.get(SPLIT), actor, uid=one.uid, data=data).result


def where(person: Person, kind: str) -> list[tuple[str, str]]:
    """Return (organisation, until) of a person's relations of a kind, in order."""
    rows = Affiliation.objects.system("test").filter(person=person, kind=kind).select_related("organization")
    return [(str(row.organization), str(row.until or "")) for row in rows.order_by("since", "pk")]


def test_two_branches_become_one_with_people_posts_groups_and_covers(house: factories.House, chief: Actor) -> None:
    group = factories.organization("第一党小组", "group", house.east)
    cover = Cover.objects.create(organization=house.station, covered=house.east, since=date(2020, 1, 1))
    Cover.objects.create(organization=house.east, covered=house.department, since=date(2020, 1, 1))
    term = Term.objects.create(organization=house.east, number=3, since=date(2024, 1, 1), until=date(2027, 1, 1))
    li = factories.person("李明", house.root, party=house.east)
    post = Post.objects.create(person=li, organization=house.east, kind="secretary", since=date(2024, 1, 1))
    merge(chief, house.west, house.east)
    gone = again(house.east)
    assert (gone.dissolved_on, gone.merged_into) == (DAY, house.west)
    assert where(li, "party") == [("东山支部", "2026-06-30"), ("西湾支部", "")]
    assert where(li, "home") == [("东江实业", "")]
    assert again(group).parent == house.west
    assert_consistent()
    post.refresh_from_db()
    term.refresh_from_db()
    cover.refresh_from_db()
    assert (post.until, term.closed_on, cover.until) == (DAY, DAY, DAY)
    open_covers = Cover.objects.system("test").filter(until=None).values_list("organization__name", "covered__name")
    assert set(open_covers) == {("江北工作站", "西湾支部"), ("西湾支部", "综合部")}


def test_the_trail_tells_it_on_every_page_it_touches(house: factories.House, chief: Actor) -> None:
    li = factories.person("李明", house.root, party=house.east)
    merge(chief, house.west, house.east)
    lines = [
        audit.history("organizations.Organization", str(house.west.pk))[0],
        audit.history("organizations.Organization", str(house.east.pk))[0],
        audit.history("people.Person", str(li.pk))[0],
    ]
    assert [line.summary for line in lines] == ["1 个组织并入西湾支部", "东山支部并入其他组织", "随组织合并转入：李明"]
    assert lines[2].changes[0].new == "西湾支部（2026-06-30起）"
    assert {line.reason for line in lines} == {"党委〔2026〕8 号"}


def test_who_is_served_by_both_stations_is_served_once_afterwards(house: factories.House, chief: Actor) -> None:
    south = factories.organization("江南工作站", "workstation", house.root)
    li = factories.person("李明", house.root)
    for station in (house.station, south):
        Affiliation.objects.create(person=li, organization=station, kind="service", since=date(2020, 1, 1))
    merge(chief, house.station, south)
    assert where(li, "service") == [("江北工作站", ""), ("江南工作站", "2026-06-30")]


def test_three_at_once_and_a_relation_that_ends_later_keeps_its_end(house: factories.House, chief: Actor) -> None:
    north = factories.organization("北关支部", "branch", house.committee)
    li, sun = factories.person("李明", house.root, party=house.east), factories.person("孙立", house.root, party=north)
    Affiliation.objects.system("test").filter(person=sun, kind="party").update(until=date(2026, 9, 1))
    merge(chief, house.west, house.east, north)
    assert where(li, "party")[-1] == ("西湾支部", "")
    assert where(sun, "party") == [("北关支部", "2026-06-30"), ("西湾支部", "2026-09-01")]


def test_a_relation_that_began_on_the_day_never_held_at_the_old_place(house: factories.House, chief: Actor) -> None:
    li = factories.person("李明", house.root, party=house.east)
    Affiliation.objects.system("test").filter(person=li, kind="party").update(since=DAY)
    merge(chief, house.west, house.east)
    rows = Affiliation.objects.system("test").filter(person=li, kind="party").order_by("pk")
    assert [(row.since, row.until) for row in rows] == [(DAY, DAY), (DAY, None)]


@pytest.mark.parametrize("what", ["relation", "post", "term", "cover"])
def test_what_began_after_the_day_forbids_it(house: factories.House, chief: Actor, what: str) -> None:
    later = DAY + timedelta(days=1)
    li = factories.person("李明", house.root, party=house.east)
    if what == "relation":
        Affiliation.objects.system("test").filter(person=li, kind="party").update(since=later)
    elif what == "post":
        Post.objects.create(person=li, organization=house.east, kind="member", since=later)
    elif what == "term":
        Term.objects.create(organization=house.east, number=1, since=later, until=date(2029, 1, 1))
    else:
        Cover.objects.create(organization=house.station, covered=house.east, since=later)
    with pytest.raises(Refused) as refused:
        merge(chief, house.west, house.east)
    assert refused.value.field == "on"
    assert again(house.east).dissolved_on is None


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [("branch", "000A", "join.self"), ("general_branch", "000B", "join.kind"), ("branch", "000A0001", "join.nested")],
)
def test_only_equals_that_do_not_contain_one_another_are_joined(kind: str, path: str, code: str) -> None:
    found = rules.joining(rules.Kind.BRANCH, "000A", rules.Kind(kind), path)
    assert [violation.code for violation in found] == [code]
    assert rules.joining(rules.Kind.BRANCH, "000A", rules.Kind.BRANCH, "000B") == []


def test_sources_inside_one_another_the_root_and_dates_that_cannot_be(house: factories.House, chief: Actor) -> None:
    inner = factories.organization("综合一科", "department", house.department)
    other = factories.organization("生产部", "department", house.root)
    with pytest.raises(Refused, match="有上下级关系的组织不能合并"):
        merge(chief, other, house.department, inner)
    with pytest.raises(Refused, match="日期不能晚于今天"):
        merge(chief, other, house.department, on=localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="在这一天还没有成立"):
        merge(chief, other, house.department, on=date(2009, 1, 1))
    with pytest.raises(Refused, match="请选择要并入的组织"):
        merge(chief, other)
    with pytest.raises(Refused, match="最高一级组织和已撤销的组织不能分设"):
        perform(actions.get(SPLIT), chief, uid=house.root.uid, data=Splitting(DAY, "试", False, (NewPart("甲"),)))


def test_what_lies_outside_ones_reach_is_not_taken_in(house: factories.House) -> None:
    with pytest.raises(OutsideScope):
        merge(factories.actor(ALL, house.east), house.east, house.west)


def test_a_merged_organisation_is_not_reopened(house: factories.House, chief: Actor) -> None:
    merge(chief, house.west, house.east)
    with pytest.raises(Refused, match="已并入别的组织，不能恢复"):
        do("organizations.organization.reopen", chief, again(house.east), reason="办错")


def test_whoever_has_something_open_there_may_forbid_it(house: factories.House, chief: Actor) -> None:
    with isolated():

        @subscribe(OrganizationMerged)
        def dues(event: OrganizationMerged) -> None:
            raise Veto("六月党费还没有上缴", next_step="请上缴后再合并。")

        with pytest.raises(Refused, match="六月党费还没有上缴"):
            merge(chief, house.west, house.east)
    assert again(house.east).dissolved_on is None


def test_roles_end_with_the_merged_branch(house: factories.House, chief: Actor) -> None:
    factories.account("shuji", "branch_secretary", house.east)
    merge(chief, house.west, house.east)
    row = RoleAssignment.objects.system("test").get()
    assert (row.organization, row.until) == (house.east, localdate())


def test_roles_move_when_the_one_who_merges_may_grant_them(house: factories.House) -> None:
    account = factories.account("shuji", "branch_secretary", house.east)
    manager = factories.actor((*ALL, "accounts.manage"), house.root, account_id=9000)
    merge(manager, house.west, house.east, roles="move")
    new = RoleAssignment.objects.system("test").get(organization=house.west)
    assert (new.account, new.role.code, new.since, new.until) == (account, "branch_secretary", localdate(), None)
    actor = actor_for(account)
    assert actor.may("people.view", house.west.path)
    assert not actor.may("people.view", house.east.path)


def test_nobody_raises_others_or_themselves_by_merging(house: factories.House, chief: Actor) -> None:
    account = factories.account("shuji", "branch_secretary", house.east)
    with pytest.raises(Refused, match="您不能在合并后的组织授予“支部书记”") as refused:
        merge(chief, house.west, house.east, roles="move")
    assert (refused.value.field, refused.value.code) == ("roles", "escalation")
    assert RoleAssignment.objects.system("test").get().until is None
    oneself = factories.actor((*ALL, "accounts.manage"), house.root, account_id=account.pk)
    merge(oneself, house.west, house.east, roles="move")
    assert not RoleAssignment.objects.system("test").filter(organization=house.west).exists()


def test_what_was_lent_ends_with_the_role_it_was_lent_from(house: factories.House, chief: Actor) -> None:
    factories.account("shuji", "branch_secretary", house.east)
    own = RoleAssignment.objects.system("test").get()
    deputy = factories.account("fushuji")
    lent = RoleAssignment.objects.create(
        account=deputy, role=own.role, organization=house.east, since=localdate(), until=localdate() + timedelta(days=9),
        delegated_from=own,
    )  # fmt: skip
    merge(chief, house.west, house.east)
    lent.refresh_from_db()
    assert lent.until == localdate()


def test_a_branch_is_split_by_people_and_groups_and_keeps_the_rest(house: factories.House, chief: Actor) -> None:
    group = factories.organization("第一党小组", "group", house.east)
    li, sun = (factories.person(name, house.root, party=house.east) for name in ("李明", "孙立"))
    post = Post.objects.create(person=li, organization=house.east, kind="member", since=date(2024, 1, 1))
    split(chief, house.east, NewPart("东山二支部", (group,), (li.uid.hex,)))
    new = Organization.objects.system("test").get(name="东山二支部")
    assert (new.kind, new.parent, new.founded_on, new.split_from) == ("branch", house.committee, DAY, house.east)
    assert where(li, "party") == [("东山支部", "2026-06-30"), ("东山二支部", "")]
    assert where(sun, "party") == [("东山支部", "")]
    assert again(group).parent == new
    assert again(house.east).dissolved_on is None
    post.refresh_from_db()
    assert post.until == DAY
    assert_consistent()


def test_the_old_one_ends_only_when_everybody_has_a_place_to_go(house: factories.House, chief: Actor) -> None:
    li, sun = (factories.person(name, house.root, party=house.east) for name in ("李明", "孙立"))
    factories.account("shuji", "branch_secretary", house.east)
    with pytest.raises(Refused, match="还有 1 条人员关系在本组织"):
        split(chief, house.east, NewPart("东山一支部", keys=(li.uid.hex,)), NewPart("东山二支部"), close=True)
    assert not Organization.objects.system("test").filter(name="东山一支部").exists()
    parts = (NewPart("东山一支部", keys=(li.uid.hex,)), NewPart("东山二支部", keys=(sun.uid.hex,)))
    split(chief, house.east, *parts, close=True)
    assert again(house.east).dissolved_on == DAY
    assert (where(li, "party")[-1], where(sun, "party")[-1]) == (("东山一支部", ""), ("东山二支部", ""))
    assert RoleAssignment.objects.system("test").get().until == localdate()


def test_a_person_goes_to_one_place_and_only_from_here(house: factories.House, chief: Actor) -> None:
    li = factories.person("李明", house.root, party=house.east)
    away = factories.person("孙立", house.root, party=house.west)
    twice = (NewPart("一支部", keys=(li.uid.hex,)), NewPart("二支部", keys=(li.uid.hex,)))
    with pytest.raises(Refused, match="选了两个去处"):
        split(chief, house.east, *twice)
    with pytest.raises(Refused, match="有人在这一天不属于原组织"):
        split(chief, house.east, NewPart("一支部", keys=(away.uid.hex,)))
    with pytest.raises(Refused, match="不认识的人"):
        split(chief, house.east, NewPart("一支部", keys=("x' OR 1=1",)))


def test_a_split_takes_the_permission_above(house: factories.House) -> None:
    with pytest.raises(Refused, match="您不能调整上级组织"):
        split(factories.actor(ALL, house.east), house.east, NewPart("东山二支部"))


def test_subscribers_learn_who_went_where(house: factories.House, chief: Actor) -> None:
    li = factories.person("李明", house.root, party=house.east)
    heard: list[OrganizationSplit] = []
    with isolated():
        subscribe(OrganizationSplit)(heard.append)
        split(chief, house.east, NewPart("东山二支部", keys=(li.uid.hex,)))
    new = Organization.objects.system("test").get(name="东山二支部")
    assert [(part.organization_id, part.keys) for part in heard[0].parts] == [(new.pk, (li.uid.hex,))]
    assert (heard[0].source_id, heard[0].dissolved, heard[0].actor) == (house.east.pk, False, chief)
