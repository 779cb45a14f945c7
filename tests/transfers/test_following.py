"""Deaths, mergers, splits and corrections that come from elsewhere: nobody is left between two branches."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.transfers.helpers import arrival, asked, branches, do, fresh, issued, letters, member
from tests.transfers.test_away import away
from zhibu.apps.membership.models import Member
from zhibu.apps.people.services.affiliations import Affiliate
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import Arrival, ContactPlan, Floating, Transfer
from zhibu.apps.transfers.services.arriving import Accept
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor


def everything(house: factories.House) -> Actor:
    from zhibu.apps.accounts.permissions import permissions

    return factories.actor(permissions(), house.root, account_id=77)


@pytest.mark.django_db
def test_with_a_death_the_letter_is_void_and_nothing_stays_open(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    do(east, "transfers.floating.register", li, away(house))
    transfer = issued(clerk, asked(east, li, house.west))
    do(everything(house), "people.life.die", li.person, LifeInput(on=localdate(), reason="病故"))
    assert fresh(transfer).state == "withdrawn"
    assert letters()[0][1] == "void"
    assert Floating.objects.system("test").get().until == localdate()
    assert ContactPlan.objects.system("test").get().until == localdate()
    with pytest.raises(Refused):
        do(west, "transfers.arrival.accept", arrival(transfer), Accept())


@pytest.mark.django_db
def test_moved_by_hand_to_where_the_letter_led_the_letter_is_void(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    transfer = issued(clerk, asked(east, li, house.west))
    do(everything(house), "people.person.affiliate", li.person, Affiliate("party", house.west, localdate()))
    assert (fresh(transfer).state, fresh(transfer).ended_words) == ("withdrawn", "组织关系已另行转到接收支部")
    assert letters()[0][1] == "void"
    assert branches(li) == [("东山支部", False), ("西湾支部", True)]


@pytest.mark.django_db
def test_with_the_transfer_participation_and_plan_end(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    do(east, "transfers.floating.register", li, away(house))
    transfer = issued(clerk, asked(east, li, house.west))
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert queries.guests_of(house.west, localdate()) == []
    assert ContactPlan.objects.system("test").filter(until__isnull=True).count() == 0


@pytest.mark.django_db
def test_the_branch_that_remains_receives_and_hosts(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    third = factories.organization("南岭支部", "branch", house.committee)
    wang, zhao = member(house, "王芳", at=third), member(house, "赵一", at=house.west)
    south = factories.actor(("transfers.ask", "transfers.floating", "membership.view", "people.view"), third)
    to_west = issued(clerk, asked(south, wang, house.west))
    lost = issued(clerk, asked(east, li, house.west))
    guest = do(south, "transfers.floating.register", wang, away(house))
    merged(house, house.west, house.east)
    assert fresh(lost).state == "withdrawn"  # from and to became one
    assert fresh(to_west).target == house.east
    assert fresh(guest).host == house.east
    assert [one.person_id for one in queries.guests_of(house.east, localdate())] == [wang.person_id]
    assert fresh(zhao).organization == house.east
    do(east, "transfers.arrival.accept", arrival(to_west), Accept())
    assert fresh(wang).organization == house.east


def merged(house: factories.House, source: object, survivor: object) -> None:
    from zhibu.apps.organizations.services.joining import Merging

    data = Merging((source,), localdate(), "end", "合并")  # type: ignore[arg-type]
    do(everything(house), "organizations.organization.merge", survivor, data)


@pytest.mark.django_db
def test_no_branch_is_dissolved_while_a_letter_leads_there(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    issued(clerk, asked(east, li, house.west))
    from zhibu.apps.organizations.services.closing import Dissolution

    with pytest.raises(Refused, match="正在转到这里"):
        do(everything(house), "organizations.organization.dissolve", house.west, Dissolution(localdate(), "不再需要"))


@pytest.mark.django_db
def test_two_records_of_one_person_have_one_of_each(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    from django.db import transaction

    from zhibu.apps.people.events import PersonMerging
    from zhibu.kernel.events import publish

    other = member(house, "李建国", birth_date=None)
    do(east, "transfers.floating.register", li, away(house))
    do(east, "transfers.floating.register", other, away(house))
    with transaction.atomic():
        publish(PersonMerging(li.person_id, other.person_id, clerk))
    assert Floating.objects.system("test").filter(until__isnull=True).count() == 1
    assert ContactPlan.objects.system("test").filter(until__isnull=True).count() == 1
    asked(east, li, house.west)
    Member.objects.system("test").filter(pk=other.pk).update(status="normal", state="live")
    asked(east, fresh(other), house.west)
    with pytest.raises(Refused, match="各有一项"), transaction.atomic():
        publish(PersonMerging(li.person_id, other.person_id, clerk))


@pytest.mark.django_db
def test_lists_cost_the_same_however_many_there_are(
    house: factories.House, east: Actor, clerk: Actor, django_assert_max_num_queries: object
) -> None:
    for name in ("赵一", "钱二", "孙三"):
        issued(clerk, asked(east, member(house, name), house.west))
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        rows = list(queries.listed(clerk))
        assert [(one.person.name, one.letter.code, one.target.name) for one in rows]
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        here = list(queries.listed_arrivals(factories.actor(["transfers.view"], house.west)))
        assert all(one.standing(localdate() + timedelta(days=1)) and one.waits for one in here)
    assert Arrival.objects.system("test").count() == Transfer.objects.system("test").count() == 3


@pytest.mark.django_db
def test_a_death_taken_back_brings_participation_and_plan_back_but_no_letter(
    house: factories.House, east: Actor, clerk: Actor, li: Member
) -> None:
    do(east, "transfers.floating.register", li, away(house))
    transfer = issued(clerk, asked(east, li, house.west))
    event = do(everything(house), "people.life.die", li.person, LifeInput(on=localdate(), reason="误报"))
    assert event is not None
    from zhibu.apps.people.models import LifeEvent
    from zhibu.kernel.actions import Why

    do(everything(house), "people.life.reverse", LifeEvent.objects.system("test").get(kind="die"), Why("不是本人"))
    assert fresh(li).status == "normal"
    assert fresh(transfer).state == "withdrawn"
    assert Floating.objects.system("test").get().until is None
    assert ContactPlan.objects.system("test").get().until is None


@pytest.mark.django_db
def test_with_a_split_the_transfer_follows_the_member(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    from zhibu.apps.organizations.models import Organization
    from zhibu.apps.organizations.services.joining import NewPart, Splitting

    transfer = issued(clerk, asked(east, li, house.west))
    member(house, "王芳")
    data = Splitting(localdate(), "人多", False, (NewPart("东山二支部", (), (str(li.person.uid),)),))
    do(everything(house), "organizations.organization.split", house.east, data)
    made = Organization.objects.system("test").get(name="东山二支部")
    assert fresh(li).organization == made
    assert (fresh(transfer).state, fresh(transfer).organization) == ("issued", made)
