"""From the assembly to full membership, and who votes on which day."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import member, reread
from zhibu.apps.membership import queries, services
from zhibu.apps.membership.events import MemberAdmitted, MemberLeft, MemberMadeFull, MemberMoved
from zhibu.apps.membership.models import Member, MemberChange
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.people.services.life_reversal import Reversal
from zhibu.kernel.actions import Act, Refused, get, perform
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import isolated, subscribe

pytestmark = pytest.mark.django_db
ON = date(2025, 6, 20)


@pytest.fixture
def sun(house: factories.House) -> Person:
    """An applicant without a party relation."""
    return factories.person("孙丽", house.root, political_status="13", birth_date=date(1998, 6, 1))


@pytest.fixture(autouse=True)
def one_transaction(db: None) -> object:
    with transaction.atomic():
        yield


def test_the_assembly_admits_and_a_year_later_makes_full(
    house: factories.House, sun: Person, li: Member, act: Act
) -> None:
    told: list[object] = []
    with isolated():
        for kind in (MemberAdmitted, MemberMadeFull):
            subscribe(kind)(told.append)
        made = services.admit(act, sun, house.east, ON, introducers=[li.person, "赵老师"])
        sun.refresh_from_db()
        assert (sun.political_status, sun.joined_party_on) == ("02", ON)
        assert (made.kind, made.organization_id, made.admitted_on) == ("probationary", house.east.pk, ON)
        with pytest.raises(Refused, match="2026-06-20 才满"):
            services.make_full(act, made, date(2026, 6, 19))
        services.make_full(act, made, date(2026, 6, 20))
    sun.refresh_from_db()
    assert (sun.political_status, sun.full_member_on) == ("01", date(2026, 6, 20))
    assert [type(one) for one in told] == [MemberAdmitted, MemberMadeFull]
    assert [row.name for row in made.introducers.system("test")] == ["李建国", "赵老师"]
    (before,) = (one for one in queries.members_on(house.east, date(2026, 6, 19)) if one.name == "孙丽")
    (after,) = (one for one in queries.members_on(house.east, date(2026, 6, 20)) if one.name == "孙丽")
    assert (before.has_vote, after.has_vote) == (False, True)
    assert before.ground.startswith("预备党员")


def test_nobody_is_admitted_too_young_or_tomorrow(house: factories.House, act: Act) -> None:
    young = factories.person("周小", house.root, birth_date=date(2007, 6, 21))
    with pytest.raises(Refused, match="未满 18 周岁"):
        services.admit(act, young, house.east, ON)
    grown = factories.person("周大", house.root, birth_date=date(1990, 1, 1))
    with pytest.raises(Refused, match="不能晚于今天"):
        services.admit(act, grown, house.east, localdate() + timedelta(days=1))


def test_introducers_are_full_members(house: factories.House, sun: Person, wang: Member, act: Act) -> None:
    with pytest.raises(Refused, match="不是正式党员"):
        services.admit(act, sun, house.east, date(2026, 6, 1), introducers=[wang.person])
    with pytest.raises(Refused, match="一个党支部或党小组"):
        services.admit(act, sun, house.committee, ON)


def test_a_probation_is_extended_once_by_half_a_year_to_a_year(wang: Member, act: Act) -> None:
    with pytest.raises(Refused, match="半年到一年"):
        services.extend_probation(act, wang, date(2027, 9, 9))
    made = services.extend_probation(act, wang, date(2027, 9, 10))
    assert made.probation_until == date(2027, 9, 10)
    with pytest.raises(Refused, match="已经延长过一次"):
        services.extend_probation(act, wang, date(2028, 3, 10))


def test_cancelled_probation_ends_the_relation(house: factories.House, wang: Member, act: Act) -> None:
    told: list[object] = []
    with isolated():
        subscribe(MemberLeft)(told.append)
        services.cancel_probation(act, wang, date(2026, 10, 1))
    wang.person.refresh_from_db()
    assert wang.person.political_status == "13"
    row = Affiliation.objects.system("test").get(person=wang.person, kind="party")
    assert (row.until, len(told)) == (date(2026, 10, 1), 1)
    assert [one.name for one in queries.members_on(house.east, date(2026, 9, 30))] == ["王小芳"]
    assert queries.members_on(house.east, date(2026, 10, 1)) == []


def test_moving_leaving_and_coming_back(house: factories.House, li: Member, act: Act) -> None:
    told: list[object] = []
    with isolated():
        subscribe(MemberMoved)(told.append)
        assert services.move(act, li, house.west, date(2026, 5, 1)).organization_id == house.west.pk
    assert [(one.from_id, one.to_id) for one in told] == [(house.east.pk, house.west.pk)]  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="已经在这里"):
        services.move(act, li, house.west, date(2026, 6, 1))
    gone = services.leave(act, li, date(2026, 7, 1))
    li.person.refresh_from_db()
    assert (gone.status, li.person.political_status) == ("transferred_out", "01")
    back = services.receive(act, li.person, house.east, date(2026, 8, 1), kind="full")
    assert (back.pk, back.status, back.organization_id) == (li.pk, "normal", house.east.pk)
    assert queries.members_on(house.west, date(2026, 7, 15)) == []


def test_a_branch_has_the_members_of_its_groups_and_a_committee_all(
    house: factories.House, li: Member, wang: Member, group: object
) -> None:
    zhao = member("赵东", house, at=group, full=date(2001, 6, 20))
    other = member("钱西", house, at=house.west, full=date(2001, 6, 20))
    asked = [house.east.pk, house.west.pk, house.committee.pk, group.pk]  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as few:
        found = queries.members_on_many(asked, localdate())
    names = {pk: {one.member_id for one in some} for pk, some in found.items()}
    assert names[house.east.pk] == {li.pk, wang.pk, zhao.pk}
    assert names[house.west.pk] == {other.pk}
    assert names[house.committee.pk] == {li.pk, wang.pk, zhao.pk, other.pk}
    assert names[group.pk] == {zhao.pk}  # type: ignore[attr-defined]
    assert len(few) <= 6
    assert queries.branch_of(zhao.person_id, localdate()) == house.east


def test_death_closes_the_membership_and_is_taken_back(li: Member, office: Actor) -> None:
    done = perform(get("people.life.die"), office, uid=li.person.uid, data=LifeInput(date(2026, 9, 1)))
    assert (reread(li).status, reread(li).left_on) == ("deceased", date(2026, 9, 1))
    perform(get("people.life.reverse"), office, uid=done.result.uid, data=Reversal("登记错了"))
    assert (reread(li).status, reread(li).left_on) == ("normal", None)
    assert MemberChange.objects.system("test").filter(kind="reversal").count() == 1
