"""A working life: one entry changes employment, dates, relations and posts together, and can be taken back."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.people import events
from zhibu.apps.people.models import Affiliation, LifeEvent, Person, Post
from zhibu.apps.people.services.affiliations import Affiliate
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.people.services.life_reversal import Reversal
from zhibu.apps.people.services.persons import GroupEdit, NewPerson
from zhibu.kernel import actions, audit
from zhibu.kernel.actions import Refused, perform
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto, isolated, subscribe
from zhibu.kernel.imports import spec
from zhibu.kernel.imports.cells import CellError, Context
from zhibu.kernel.scope import OutsideScope

pytestmark = pytest.mark.django_db

CLERK = (
    "people.view",
    "people.affiliate",
    "people.edit.work",
    "people.edit.contact",
    "people.see.work",
    "organizations.view",
)
DAY = date(2026, 3, 1)


@pytest.fixture
def clerk(house: factories.House) -> Actor:
    return factories.actor(CLERK, house.root)


@pytest.fixture
def chen(house: factories.House) -> Person:
    """Chen works in the department, belongs to the east branch and sits on its committee."""
    made = factories.person("陈桂芳", house.root, party=house.east, birth_date=date(1966, 2, 1), staff_number="1001")
    relate(made, "administrative", house.department)
    Post.objects.create(person=made, organization=house.department, kind="head", since=date(2020, 1, 1))
    Post.objects.create(person=made, organization=house.east, kind="member", since=date(2020, 1, 1))
    return made


def relate(
    person: Person, kind: str, at: Any, since: date = factories.LONG_AGO, until: date | None = None
) -> Affiliation:
    made: Affiliation = Affiliation.objects.create(person=person, organization=at, kind=kind, since=since, until=until)
    return made


def do(actor: Actor, code: str, person: Person, on: date = DAY, **data: Any) -> LifeEvent:
    outcome = perform(
        actions.get(f"people.life.{code}"), actor, uid=person.uid, data=LifeInput(on=on, reason="组织部文件", **data),
        key=uuid.uuid4(),
    )  # fmt: skip
    person.refresh_from_db()
    found: LifeEvent = outcome.result
    return found


def undo(actor: Actor, event: LifeEvent) -> Any:
    return perform(
        actions.get("people.life.reverse"), actor, uid=event.uid, data=Reversal("登记错误"), key=uuid.uuid4()
    )


def relations(person: Person) -> set[tuple[str, str, str]]:
    """Return (kind, organisation, until) of every relation that ever held."""
    rows = Affiliation.objects.system("test").filter(person=person).select_related("organization")
    return {(r.kind, str(r.organization), str(r.until or "")) for r in rows if r.until != r.since}


def posts(person: Person) -> set[tuple[str, str]]:
    return {(p.kind, str(p.until or "")) for p in Post.objects.system("test").filter(person=person)}


def test_one_retirement_ends_what_ends_and_leaves_the_branch_alone(clerk: Actor, chen: Person) -> None:
    do(clerk, "retire", chen)
    assert (chen.employment, chen.retired_on) == ("retired", DAY)
    assert relations(chen) == {
        ("home", "东江实业", ""), ("party", "东山支部", ""), ("administrative", "综合部", "2026-03-01"),
    }  # fmt: skip
    assert posts(chen) == {("head", "2026-03-01"), ("member", "")}
    line = audit.history("people.Person", str(chen.pk))[0]
    assert line.summary == "退休：陈桂芳"
    assert line.reason == "组织部文件"
    told = {(change.label, change.old, change.new) for change in line.changes}
    assert {("人员类别", "在职", "退休"), ("退休日期", "", "2026-03-01"), ("生效日期", "", "2026-03-01")} <= told


def test_care_is_served_by_the_chosen_station_until_it_ends(clerk: Actor, house: factories.House, chen: Person) -> None:
    do(clerk, "enter_care", chen, service=house.station)
    assert chen.employment == "in_care"
    assert ("service", "江北工作站", "") in relations(chen)
    do(clerk, "leave_care", chen, on=date(2026, 5, 1), employment="active", administrative=house.department)
    assert chen.employment == "active"
    assert {("service", "江北工作站", "2026-05-01"), ("administrative", "综合部", "")} <= relations(chen)


def test_somebody_from_an_agency_comes_stays_and_goes(clerk: Actor, house: factories.House) -> None:
    sun = factories.person("孙立", house.root, employment="external")
    do(clerk, "dispatch_in", sun, administrative=house.department, position="电工")
    assert (sun.employment, sun.joined_unit_on, sun.position) == ("dispatched", DAY, "电工")
    do(clerk, "dispatch_out", sun, on=date(2026, 9, 1))
    assert sun.employment == "left"
    assert relations(sun) == {("home", "东江实业", ""), ("administrative", "综合部", "2026-09-01")}
    do(clerk, "join", sun, on=date(2026, 10, 8), administrative=house.department)
    assert (sun.employment, sun.joined_unit_on) == ("active", date(2026, 10, 8))


def test_a_death_closes_everything_but_the_home_and_the_account(
    clerk: Actor, house: factories.House, chen: Person
) -> None:
    relate(chen, "service", house.station)
    account = factories.account("chenguifang", "branch_officer", house.east, of=chen)
    do(clerk, "die", chen)
    assert chen.employment == "deceased"
    assert {(kind, until) for kind, _, until in relations(chen)} == {
        ("home", ""), ("party", "2026-03-01"), ("administrative", "2026-03-01"), ("service", "2026-03-01"),
    }  # fmt: skip
    assert posts(chen) == {("head", "2026-03-01"), ("member", "2026-03-01")}
    assert not Account.objects.system("test").get(pk=account.pk).is_active
    assert audit.history("accounts.Account", str(account.pk))[0].summary.startswith("随去世登记停用账号")
    assert Person.objects.visible_to(clerk).filter(pk=chen.pk).exists()
    assert not Person.objects.visible_to(factories.actor(CLERK, house.east)).filter(pk=chen.pk).exists()


def test_the_last_administrator_is_followed_before_the_death_is_entered(
    clerk: Actor, house: factories.House, chen: Person
) -> None:
    factories.account("guanli", "admin", house.root, of=chen)
    with pytest.raises(Refused, match="最后一个能管理全部账号的管理员"):
        do(clerk, "die", chen)
    chen.refresh_from_db()
    assert chen.employment == "active"
    assert ("party", "东山支部", "") in relations(chen)


def test_whoever_left_or_died_is_not_called_back_by_editing_a_field(clerk: Actor, chen: Person) -> None:
    do(clerk, "die", chen)
    edit = actions.get("people.person.edit.work")
    with pytest.raises(Refused, match="离开、去世不能只改人员类别"):
        perform(edit, clerk, uid=chen.uid, data=GroupEdit("work", {"employment": "retired"}))


@pytest.mark.parametrize("employment", ["left", "deceased"])
def test_nobody_is_registered_as_gone(clerk: Actor, house: factories.House, employment: str) -> None:
    create = actions.get("people.person.create")
    maker = factories.actor(("people.create",), house.root)
    data = NewPerson(values={"name": "孙立", "employment": employment}, home=house.root, since=date(2020, 1, 1))
    with pytest.raises(Refused, match="登记时不能直接写成离开或去世"):
        perform(create, maker, data=data)
    parse = next(column for column in spec.get("people.people").columns if column.key == "employment").parse
    with pytest.raises(CellError):
        parse({"left": "已离开", "deceased": "已去世"}[employment], Context(localdate()))


@pytest.mark.parametrize(
    ("code", "on", "words"),
    [
        ("retire", date(2999, 1, 1), "生效日期不能晚于今天"),
        ("retire", date(2014, 12, 31), "生效日期早于进入本单位日期 2015-01-01"),
        ("retire", date(1966, 2, 1), "生效日期早于出生日期"),
        ("join", DAY, "当前状态|不能办理入职"),
        ("leave_care", DAY, "不能办理结束托养托管"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    clerk: Actor, chen: Person, code: str, on: date, words: str
) -> None:
    Person.objects.system("test").filter(pk=chen.pk).update(joined_unit_on=date(2015, 1, 1))
    before = relations(chen)
    with pytest.raises(Refused, match=words):
        do(clerk, code, chen, on=on)
    assert relations(chen) == before
    assert not LifeEvent.objects.system("test").exists()


def test_a_relation_that_began_later_is_never_overwritten(clerk: Actor, house: factories.House, chen: Person) -> None:
    workshop = factories.organization("一车间", "department", house.root)
    move = actions.get("people.person.affiliate")
    perform(move, clerk, uid=chen.uid, data=Affiliate("administrative", workshop, date(2026, 5, 1)))
    with pytest.raises(Refused, match="从 2026-05-01 起另有行政关系") as refused:
        do(clerk, "retire", chen, on=date(2026, 4, 30))
    assert refused.value.field == "on"
    do(clerk, "retire", chen, on=date(2026, 5, 1))
    assert ("administrative", "综合部", "2026-05-01") in relations(chen)
    assert all(place != "一车间" for _, place, _ in relations(chen))


def test_two_events_on_one_day_stand_in_the_order_of_their_entry(clerk: Actor, chen: Person) -> None:
    do(clerk, "off_post", chen)
    do(clerk, "retire", chen)
    assert (chen.employment, chen.left_post_on, chen.retired_on) == ("retired", DAY, DAY)
    with pytest.raises(Refused, match="此人在 2026-03-01 已有一次变动"):
        do(clerk, "die", chen, on=date(2026, 2, 28))


def test_a_change_of_post_that_changes_nothing_is_refused(clerk: Actor, house: factories.House, chen: Person) -> None:
    with pytest.raises(Refused, match="没有任何变动"):
        do(clerk, "change_post", chen, administrative=house.department)


def test_a_mistaken_retirement_is_taken_back_to_the_letter(clerk: Actor, chen: Person) -> None:
    before, held = relations(chen), posts(chen)
    event = do(clerk, "retire", chen)
    undo(clerk, event)
    chen.refresh_from_db()
    assert (chen.employment, chen.retired_on) == ("active", None)
    assert relations(chen) == before
    assert posts(chen) == held
    kinds = LifeEvent.objects.system("test").order_by("pk").values_list("kind", "reversed_by__kind")
    assert list(kinds) == [("retire", "reversal"), ("reversal", None)]
    with pytest.raises(Refused, match="这次变动已经撤销"):
        undo(clerk, event)


def test_what_an_event_began_is_void_once_it_is_taken_back(clerk: Actor, house: factories.House, chen: Person) -> None:
    event = do(clerk, "enter_care", chen, service=house.station)
    undo(clerk, event)
    assert ("administrative", "综合部", "") in relations(chen)
    assert all(kind != "service" for kind, _, _ in relations(chen))
    do(clerk, "enter_care", chen, service=house.station)
    assert ("service", "江北工作站", "") in relations(chen)


def test_only_the_latest_event_is_taken_back_then_the_one_before(clerk: Actor, chen: Person) -> None:
    first = do(clerk, "off_post", chen)
    second = do(clerk, "retire", chen, on=date(2026, 6, 1))
    with pytest.raises(Refused, match="只能撤销最近一次变动"):
        undo(clerk, first)
    undo(clerk, second)
    undo(clerk, first)
    chen.refresh_from_db()
    assert (chen.employment, chen.left_post_on) == ("active", None)


@pytest.mark.parametrize("touch", ["employment", "relation", "ended"])
def test_what_somebody_touched_since_is_not_taken_back(
    clerk: Actor, house: factories.House, chen: Person, touch: str
) -> None:
    event = do(clerk, "retire", chen)
    if touch == "employment":
        edit = actions.get("people.person.edit.work")
        perform(edit, clerk, uid=chen.uid, data=GroupEdit("work", {"employment": "retired_cadre"}))
    elif touch == "relation":
        data = Affiliate("administrative", house.department, date(2026, 8, 1))
        perform(actions.get("people.person.affiliate"), clerk, uid=chen.uid, data=data)
    else:
        Affiliation.objects.system("test").filter(person=chen, kind="administrative").update(rev=9)
    with pytest.raises(Refused, match="此后这些内容又有修改"):
        undo(clerk, event)


def test_a_change_of_the_telephone_does_not_stand_in_the_way(clerk: Actor, chen: Person) -> None:
    event = do(clerk, "retire", chen)
    edit = actions.get("people.person.edit.contact")
    perform(edit, clerk, uid=chen.uid, data=GroupEdit("contact", {"mobile": "13800000000"}))
    undo(clerk, event)
    chen.refresh_from_db()
    assert (chen.employment, chen.mobile) == ("active", "13800000000")


def test_subscribers_hear_of_it_may_forbid_it_and_hear_of_the_reversal(
    clerk: Actor, chen: Person, house: factories.House
) -> None:
    heard: list[Any] = []
    with isolated():
        subscribe(events.PersonRetired)(heard.append)
        subscribe(events.PersonChangeReversed)(heard.append)
        event = do(clerk, "retire", chen)
        undo(clerk, event)
        said = heard[0]
        assert (said.person_id, said.on, said.before, said.after) == (chen.pk, DAY, "active", "retired")
        assert (said.home_before, said.home_after, said.actor) == (house.root.pk, house.root.pk, clerk)
        assert (heard[1].event_id, heard[1].kind) == (event.pk, "retire")

        @subscribe(events.PersonRetired)
        def payroll_objects(event: events.PersonRetired) -> None:
            raise Veto("三月工资正在发放", next_step="请在发放完成后办理。")

        with pytest.raises(Refused, match="三月工资正在发放"):
            do(clerk, "retire", chen)
    chen.refresh_from_db()
    assert chen.employment == "active"


def test_a_transfer_hands_the_record_over_and_out_of_sight(house: factories.House) -> None:
    north = factories.organization("北江分公司", "unit", house.root)
    south = factories.organization("南江分公司", "unit", house.root)
    li = factories.person("李明", north)
    grants = factories.actor(("people.view", "people.affiliate", "people.edit.work"), north).grants
    overview = factories.actor(("organizations.view",), house.root).grants
    here = Actor(account_id=1, name="北江人事", grants=(*grants, *overview))
    event = do(here, "transfer", li, home=south)
    assert relations(li) == {("home", "北江分公司", "2026-03-01"), ("home", "南江分公司", "")}
    assert event.get_absolute_url() == "/people/"
    assert not Person.objects.visible_to(here).exists()
    with pytest.raises(Http404):
        undo(here, event)
    there = factories.actor(CLERK, house.root)
    undo(there, event)
    assert relations(li) == {("home", "北江分公司", "")}


def test_a_transfer_to_the_same_home_is_refused(clerk: Actor, house: factories.House, chen: Person) -> None:
    with pytest.raises(Refused, match="主档已经在这个单位"):
        do(clerk, "transfer", chen, home=house.root)


def test_whoever_reaches_a_person_through_the_branch_only_does_not_end_their_work(
    house: factories.House, chen: Person
) -> None:
    branch = factories.actor(CLERK, house.east)
    assert Person.objects.visible_to(branch).filter(pk=chen.pk).exists()
    with pytest.raises(Refused, match="主档由另一单位保管"):
        do(branch, "retire", chen)


def test_a_department_of_another_subtree_is_out_of_reach(house: factories.House) -> None:
    north = factories.organization("北江分公司", "unit", house.root)
    south = factories.organization("南江车间", "department", house.root)
    li = factories.person("李明", north)
    with pytest.raises(OutsideScope):
        do(factories.actor(CLERK, north), "change_post", li, administrative=south)


def test_nobody_enters_events_of_their_own_life(house: factories.House, chen: Person) -> None:
    oneself = factories.actor(CLERK, house.root, person_id=chen.pk)
    with pytest.raises(Refused, match="不能办理与本人有关"):
        do(oneself, "retire", chen)


def test_the_day_today_is_possible_and_tomorrow_is_not(clerk: Actor, chen: Person) -> None:
    with pytest.raises(Refused, match="不能晚于今天"):
        do(clerk, "retire", chen, on=localdate() + timedelta(days=1))
    do(clerk, "retire", chen, on=localdate())
    assert chen.employment == "retired"
