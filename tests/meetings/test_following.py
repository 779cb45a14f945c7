"""Lists and plans follow what happens to people, rolls and organisations."""

from datetime import date

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from tests import factories
from tests.meetings.helpers import Branch, do, place, reread
from tests.membership.helpers import member
from zhibu.apps.meetings import queries
from zhibu.apps.meetings.handlers import refuse_while_a_meeting_is_called
from zhibu.apps.meetings.models import Attendance, PlanLine
from zhibu.apps.meetings.services.signing import Ticked
from zhibu.apps.organizations.events import OrganizationDissolving
from zhibu.apps.people.events import PersonMerging
from zhibu.apps.people.models import Affiliation
from zhibu.apps.transfers.events import TransferForeseen
from zhibu.apps.voting import queries as voting
from zhibu.apps.voting import registries
from zhibu.apps.voting.events import MotionDecided
from zhibu.apps.voting.models import RollEntry
from zhibu.apps.voting.services import motions
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.events import Veto, publish

pytestmark = pytest.mark.django_db


def test_of_two_records_of_one_person_the_one_that_says_more_stays(branch: Branch) -> None:
    twice = member("陈党员", branch.house, full=date(2001, 6, 20)).person
    first = branch.people[2]
    meeting = branch.open()
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, twice).uid)}, set()))
    with transaction.atomic():
        publish(PersonMerging(first.pk, twice.pk, SYSTEM))
    assert place(meeting, first).state == "present"
    rows = Attendance.objects.system("test").filter(meeting=meeting, name="陈党员")
    assert sorted(rows.values_list("standing", flat=True)) == ["entitled", "off"]


def test_whom_the_assembly_leaves_out_is_not_waited_for(branch: Branch) -> None:
    meeting, ding = branch.open(), branch.people[3]
    roll = RollEntry.objects.system("test").filter(roll=meeting.roll, person=ding)
    roll.update(entitled=False, ground="长期卧床")
    with transaction.atomic():
        publish(MotionDecided(1, "meetings.Meeting", str(meeting.pk), "exclusion", True, True, localdate(), SYSTEM))
    assert (place(meeting, ding).standing, place(meeting, ding).ground) == ("no_vote", "长期卧床")
    an = str(place(meeting, branch.people[0]).uid)
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({an}, set()))
    closed = do(branch.secretary, "meetings.meeting.close", meeting)
    assert (closed.entitled, closed.present) == (3, 1)


def test_a_vote_begins_with_who_has_signed_in(branch: Branch) -> None:
    meeting = branch.open()
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked({str(place(meeting, branch.people[1]).uid)}, set()))
    assert registries.attending(reread(meeting).roll) == {branch.people[1].pk}


def test_a_meeting_begins_with_the_list_of_its_day(branch: Branch) -> None:
    """Somebody moved away after the list was made: they no longer count among those who should be there."""
    meeting = branch.meeting()
    relation = Affiliation.objects.system("test").filter(person=branch.people[3], kind="party")
    relation.update(until=localdate())
    with pytest.raises(Refused, match="丁党员有变动"):
        do(branch.secretary, "meetings.meeting.open", meeting)
    do(branch.secretary, "meetings.meeting.relist", meeting, Why("丁党员转走"))
    do(branch.secretary, "meetings.meeting.open", meeting)
    assert queries.figures(meeting, remote=False).entitled == 3


def test_a_vote_is_held_while_the_meeting_meets_and_by_who_signed_in(branch: Branch) -> None:
    """Nobody counts as there whom the list does not show as there; nor before the meeting was opened."""
    meeting = branch.meeting()
    act = Act(branch.secretary, "test.act", "测试")
    made = motions.draft(act, reread(meeting).roll, motions.NewMotion("表决", "ordinary", "hands"))
    everybody = motions.Opening(list(voting.entitled(made.roll)))
    with pytest.raises(Veto, match="还没有宣布开会"), transaction.atomic():
        motions.open_(act, made, everybody)
    do(branch.secretary, "meetings.meeting.open", meeting)
    here = {str(place(meeting, person).uid) for person in branch.people[:3]}
    do(branch.secretary, "meetings.sign.hand", meeting, Ticked(here, set()))
    with pytest.raises(Veto, match="丁党员没有在“东山支部党员大会”签到"), transaction.atomic():
        motions.open_(act, made, everybody)
    do(branch.secretary, "meetings.meeting.close", meeting)  # written down after the meeting
    with transaction.atomic():
        opened = motions.open_(act, made, motions.Opening([one for one in everybody.present if one.name != "丁党员"]))
    assert (opened.entitled, opened.present) == (4, 3)


def test_an_organisation_ends_once_its_meetings_are_held_or_called_off(branch: Branch) -> None:
    east = branch.house.east
    line = PlanLine.objects.create(organization=east, year=localdate().year, kind="lecture", on=localdate())
    meeting = branch.meeting(days=1)
    ends = OrganizationDissolving(east.pk, localdate(), SYSTEM, "合并")
    with pytest.raises(Veto, match="1 次会议没有开完"):
        refuse_while_a_meeting_is_called(ends)
    do(branch.secretary, "meetings.meeting.cancel", meeting, Why("合并"))
    refuse_while_a_meeting_is_called(ends)
    line.refresh_from_db()
    assert line.dropped_why == "党组织撤销"


def test_whoever_decides_on_a_transfer_hears_of_the_meeting(branch: Branch) -> None:
    branch.meeting(days=1)
    asked = TransferForeseen(branch.people[2].pk, branch.house.east.pk, None, localdate(), branch.secretary)
    with transaction.atomic():
        publish(asked)
    assert ["东山支部党员大会" in words for words in asked.answers] == [True]
    neighbour = factories.actor(("meetings.view",), branch.house.west)
    silent = TransferForeseen(branch.people[2].pk, branch.house.east.pk, None, localdate(), neighbour)
    with transaction.atomic():
        publish(silent)
    assert silent.answers == []
