"""双重组织生活: a guest at the host's meetings, a member with a vote at home; what becomes of it when somebody moves or leaves."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from tests import factories
from tests.acting import post
from tests.transfers.helpers import arrival, asked, do, fresh, issued, member
from tests.transfers.test_following import everything
from tests.transfers.test_pages import browser, text
from zhibu.apps.meetings import guests
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.queries import members_on
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.transfers.models import Twofold
from zhibu.apps.transfers.services.arriving import Accept
from zhibu.apps.transfers.services.foreseeing import foresee
from zhibu.apps.transfers.services.twofold import Ends, Joins
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db


def joined(actor: Actor, made: Member, host: object, **more: object) -> Twofold:
    data = Joins(host, "leader", more.pop("since", localdate()), **more)  # type: ignore[arg-type]
    return do(actor, "transfers.twofold.register", made, data)  # type: ignore[no-any-return]


def invited(house: factories.House, days: int = 0) -> list[tuple[str, str, str]]:
    found = guests.collect([house.west.pk], localdate() + timedelta(days=days))
    return [(one.name, one.unit, one.ground) for one in found]


def test_a_guest_there_and_a_member_with_a_vote_at_home(house: factories.House, east: Actor, li: Member) -> None:
    one = joined(east, li, house.west, since=localdate() + timedelta(days=2))
    assert invited(house, 1) == []
    assert invited(house, 2) == [("李建国", "东山支部", "双重组织生活")]
    assert [row.has_vote for row in members_on(house.east, localdate()) if row.person_id == li.person_id] == [True]
    assert li.person_id not in {row.person_id for row in members_on(house.west, localdate() + timedelta(days=2))}
    do(east, "transfers.twofold.end", one, Ends(localdate() + timedelta(days=9), "任期结束"))
    assert invited(house, 8) == [("李建国", "东山支部", "双重组织生活")]
    assert invited(house, 9) == []


def test_what_cannot_be_is_refused_at_its_field(house: factories.House, east: Actor, li: Member) -> None:
    with pytest.raises(Refused, match="本人所在的支部"):
        joined(east, li, house.east)
    with pytest.raises(Refused, match="最多提前一年"):
        joined(east, li, house.west, since=localdate() + timedelta(days=400))
    with pytest.raises(Refused, match="早于入党日期"):
        joined(east, li, house.west, since=factories.LONG_AGO - timedelta(days=9000))
    one = joined(east, li, house.west)
    with pytest.raises(Refused, match="已登记在那里"):
        joined(east, li, house.west)
    with pytest.raises(Refused, match="早于开始日期"):
        do(east, "transfers.twofold.end", one, Ends(localdate() - timedelta(days=1), "写错"))


def test_it_follows_the_member_and_ends_where_it_leads_home(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    third = factories.organization("南岭支部", "branch", house.committee)
    there, elsewhere = joined(east, li, house.west), joined(east, li, third)
    told = foresee(clerk, li.person_id, house.east, house.west)
    assert "在西湾支部的双重组织生活当天结束，那里成为本人所在的支部" in told
    assert any("在南岭支部的双重组织生活由接收支部接着登记" in line for line in told)
    transfer = issued(clerk, asked(east, li, house.west))
    do(west, "transfers.arrival.accept", arrival(transfer), Accept())
    assert (fresh(there).until, fresh(there).ended_why) == (localdate(), "组织关系已转到这里")
    assert fresh(elsewhere).until is None
    assert fresh(elsewhere).organization == house.west  # the new home looks after it
    do(everything(house), "people.life.die", li.person, LifeInput(on=localdate(), reason="病故"))
    assert fresh(elsewhere).until == localdate()


def test_of_two_records_that_become_one_nothing_stays_twice_or_leads_home(
    house: factories.House, east: Actor, west: Actor, clerk: Actor, li: Member
) -> None:
    from zhibu.apps.people.events import PersonMerging
    from zhibu.kernel.events import publish

    third = factories.organization("南岭支部", "branch", house.committee)
    twin = member(house, "李建国", at=house.west)
    kept, same, home = joined(east, li, third), joined(west, twin, third), joined(west, twin, house.east)
    with transaction.atomic():
        publish(PersonMerging(li.person_id, twin.person_id, clerk))
    assert fresh(kept).until is None
    assert (fresh(same).until, fresh(home).until) == (localdate(), localdate())


def test_a_branch_where_somebody_takes_part_does_not_end(house: factories.House, east: Actor, li: Member) -> None:
    from zhibu.apps.transfers.services import following
    from zhibu.kernel.events import Veto

    joined(east, li, house.west)
    with pytest.raises(Veto, match="双重组织生活"):
        following.refuse_dissolving(house.west.pk)


def test_the_secretary_registers_it_in_the_browser_and_the_neighbour_finds_nothing(
    house: factories.House, li: Member
) -> None:
    east, west = browser("branch_secretary", house.east), browser("branch_secretary", house.west)
    missing = post(east, "transfers.twofold.register", li, host="没有的支部", ground="link", since=localdate())
    assert missing.status_code == 422
    assert "没有找到这个党组织" in text(missing)
    sent = post(east, "transfers.twofold.register", li, host="西湾支部", ground="link", since=localdate().isoformat())
    assert sent.status_code == 302
    one = Twofold.objects.system("test").get()
    assert "列席组织生活，没有表决权" in text(east.get(one.get_absolute_url()))
    assert "另外参加 西湾支部" in text(east.get(li.get_absolute_url()))
    assert "李建国" in text(east.get("/twofold/?state=open"))
    assert west.get(one.get_absolute_url()).status_code == 404
    assert post(west, "transfers.twofold.end", one, on=localdate(), reason="试").status_code == 404
    own = browser("branch_officer", house.station)
    own.force_login(factories.account("li", of=li.person))
    assert "另外参加 西湾支部 的组织生活" in text(own.get("/me/"))
