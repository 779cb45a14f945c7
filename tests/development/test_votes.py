"""The vote of an assembly: from the agenda over the paper ballot, counted by two, to the step; void, it goes with the vote."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from tests import factories
from tests.development.helpers import Branch, refused, reread
from tests.development.test_paths import standing, to_pre_examination
from zhibu.apps.development.services import balloting
from zhibu.apps.meetings.models import Attendance, Meeting
from zhibu.apps.membership import queries as membership
from zhibu.apps.voting import queries as voting
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.services import motions, paper, rolls
from zhibu.apps.voting.services.deciding import Figures
from zhibu.kernel.actions import Act, Why

pytestmark = pytest.mark.django_db
D = date


def called(branch: Branch, on: date, frozen: bool = True) -> Meeting:
    """Return an assembly that is under way, with its roll; everybody has signed in."""
    starts = timezone.make_aware(datetime(on.year, on.month, on.day, 9))
    meeting = Meeting.objects.create(
        organization=branch.house.east, kind="assembly", title="支部党员大会", starts_at=starts, state="under_way"
    )
    if frozen:
        act = Act(branch.secretary, "test")
        rows = [rolls.RollRow(one.pk, one.name, "正式党员", True) for one in branch.members]
        rolls.freeze(
            act, organization=branch.house.east, on=on, rule="assembly", rows=rows, subject=meeting, title="大会"
        )
        for one in branch.members:
            Attendance.objects.create(
                meeting=meeting, person=one, name=one.name, state="present", how="hand", at=starts
            )
    return meeting


def decided(branch: Branch, motion: Motion, present: int, yes: int) -> Motion:
    """Open the ballot, count by two, announce."""
    act = Act(branch.secretary, "test")
    there = list(voting.entitled(motion.roll))[:present]
    motion = motions.open_(act, motion, motions.Opening(there))
    count = paper.Count(present, present, present, 0, [Figures(yes, present - yes, 0)])
    first, second = factories.account("jipiao1"), factories.account("jipiao2")
    for account in (first, second):
        actor = factories.actor(("voting.count", "voting.view"), branch.house.east, account_id=account.pk)
        paper.enter_count(Act(actor, "test"), motion, count)
    motion.refresh_from_db()
    return motions.close(act, motion) if motion.state != "decided" else motion


def test_a_passed_ballot_completes_the_step(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 8, 3))
    bare = called(branch, D(2026, 8, 3), frozen=False)
    assert "冻结应到名册" in str(
        refused(branch.do, branch.secretary, "development.case.call_assembly", case, balloting.Call(bare))
    )
    meeting = called(branch, D(2026, 8, 3))
    branch.do(branch.secretary, "development.case.call_assembly", case, balloting.Call(meeting))
    (motion,) = voting.motions_about(case)
    assert (motion.rule, motion.method, motion.title) == ("development-2026", "paper", "接收王敏为预备党员")
    decided(branch, motion, present=3, yes=3)
    case = reread(case)
    step = standing(case)["assembly"]
    assert (step.ground, step.on) == ("motion", D(2026, 8, 3))
    assert step.facts["赞成"] == "3 票"
    motions.void(Act(branch.secretary, "test"), Motion.objects.system("test").get(pk=motion.pk), Why("票数有误"))
    assert "assembly" not in standing(reread(case))


def test_a_ballot_that_does_not_carry_is_told_and_led_up_to_anew(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 8, 3))
    meeting = called(branch, D(2026, 8, 3))
    branch.do(branch.secretary, "development.case.call_assembly", case, balloting.Call(meeting))
    (motion,) = voting.motions_about(case)
    decided(branch, motion, present=3, yes=2)  # 2 of 4 is no majority of those entitled
    case = reread(case)
    assert "assembly" not in standing(case)
    assert case.next_step == "committee_reviewed"
    assert membership.member_of(case.person_id) is None


def test_no_ballot_on_a_day_on_which_the_step_is_not_possible(branch: Branch) -> None:
    case = to_pre_examination(branch, D(2026, 8, 3))
    late = called(branch, D(2026, 9, 4))
    why = refused(branch.do, branch.secretary, "development.case.call_assembly", case, balloting.Call(late))
    assert "一个月内" in str(why)
