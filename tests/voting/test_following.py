"""What happens elsewhere: branches that end, records that merge, ballots past their term; rolls of members and of committees."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import member
from tests.voting.helpers import act, branch, cast, online_motion, open_sums, open_with, opened
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Post
from zhibu.apps.voting import evidence, handlers, queries, registries
from zhibu.apps.voting.models import Motion, RollEntry, Voter
from zhibu.apps.voting.retention import old_ballots
from zhibu.apps.voting.services import motions, online
from zhibu.apps.voting.services.motions import Opening
from zhibu.kernel.actions import Why
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.events import Veto, publish

pytestmark = pytest.mark.django_db


def test_a_branch_comes_to_a_result_before_it_ends(house: factories.House) -> None:
    made = opened(branch(house.east, 3).roll(), 3)
    ending = OrganizationDissolving(house.east.pk, localdate(), SYSTEM, "合并")
    with pytest.raises(Veto, match="1 项表决没有结果"):
        handlers.refuse_while_a_vote_is_under_way(ending)
    motions.void(act(), made, Why("不开了"))
    handlers.refuse_while_a_vote_is_under_way(ending)


def test_two_records_of_one_person_do_not_vote_twice(house: factories.House) -> None:
    east = branch(house.east, 3)
    roll = east.roll()
    made = opened(roll, 3)
    merging = PersonMerging(east.people[0].pk, east.people[1].pk, SYSTEM)
    with pytest.raises(Veto, match="正在进行的表决"):
        publish(merging)
    motions.void(act(), made, Why("名册有误"))
    publish(merging)
    # the frozen rolls take it: both entries may come to point at one person
    RollEntry.objects.system("test").filter(person=east.people[1]).update(person=east.people[0])
    assert queries.entries(roll).count() == 3


def test_sealed_ballots_are_erased_after_their_term_and_the_result_stays(house: factories.House) -> None:
    east = branch(house.east, 3)
    made, codes = online_motion(east.roll(), east.people[:2])
    open_with(made, 3)
    for voter in Voter.objects.system("test").filter(motion=made).select_related("motion"):
        cast(voter, "yes")
    online.stop(act(), made)
    open_sums(made, codes)
    motions.close(act(), made)
    assert evidence.recheck(queries.evidence(made)).holds
    late = timezone.now() + timedelta(days=1)
    rows = old_ballots(late)
    assert rows.count() == 3
    assert rows.erase is not None
    assert rows.erase(SYSTEM, 100) == 3
    assert old_ballots(late).count() == 0
    voter = Voter.objects.system("test").filter(motion=made).first()
    assert (voter.has_voted, voter.ballot, len(voter.receipt)) == (True, "", 24)
    assert queries.result_of(Motion.objects.system("test").get(pk=made.pk)).passed


def test_a_roll_is_filled_from_the_members_of_that_day(house: factories.House) -> None:
    member("李建国", house, at=house.east, full=date(2001, 6, 20))
    member("王新", house, at=house.east)
    rows = registries.roster(house.east, localdate(), "assembly")
    assert [(row.name, row.kind, row.entitled) for row in rows] == [
        ("李建国", "正式党员", True), ("王新", "预备党员", False),
    ]  # fmt: skip
    assert "预备" in rows[1].ground
    assert registries.roster(house.west, localdate(), "assembly") == []


def test_a_committee_votes_by_its_posts(house: factories.House) -> None:
    li = member("李建国", house, at=house.east, full=date(2001, 6, 20)).person
    for kind, until in (("secretary", None), ("organization", None), ("publicity", date(2020, 1, 1))):
        Post.objects.create(person=li, organization=house.east, kind=kind, since=date(2015, 1, 1), until=until)
    rows = registries.roster(house.east, localdate(), "committee")
    assert len(rows) == 1
    assert rows[0].entitled
    assert "宣传" not in rows[0].kind


def test_the_sums_are_checked_before_a_scrutineer_opens_them(house: factories.House) -> None:
    """Whoever writes into the database cannot have a single ballot opened by putting his own in the place of the others."""
    from zhibu.apps.voting.forms_online import OpenSumsForm
    from zhibu.apps.voting.models import Trustee

    east = branch(house.east, 3)
    made, codes = online_motion(east.roll(), east.people[:2])
    motions.open_(act(), made, Opening(list(queries.entitled(made.roll))))
    first = Voter.objects.system("test").filter(motion=made).select_related("motion").first()
    cast(first, "yes")
    Voter.objects.system("test").filter(motion=made, has_voted=False).update(has_voted=True, ballot=first.ballot)
    online.stop(act(), made)
    trustee = Trustee.objects.system("test").filter(motion=made).select_related("motion").first()
    form = OpenSumsForm({"typed": codes[trustee.pk]}, actor=SYSTEM, obj=trustee)
    assert not form.is_valid()
    assert "不能开票" in str(form.errors)
