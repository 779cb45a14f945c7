"""The vote of an assembly: put on the agenda of a meeting as a paper ballot on one person; its result completes the step."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules, rules_path
from zhibu.apps.development.models import Case, Proposal
from zhibu.apps.development.params import path
from zhibu.apps.development.services.admitting import Assembly, Votes, receive
from zhibu.apps.development.services.posting import local_hindrances
from zhibu.apps.development.services.probation import FullAssembly, discuss
from zhibu.apps.development.services.steps import Undo, hold, special, take_back
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.models import State as MeetingState
from zhibu.apps.meetings.services import agenda
from zhibu.apps.voting import queries as voting
from zhibu.apps.voting.events import MotionDecided, MotionVoided
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.services import motions
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.events import Veto

LABEL = Case._meta.label


def meetings_of(case: Case) -> "QuerySet[Meeting]":
    """Return the assemblies of the branch that are called or under way: their rolls are frozen."""
    rows: QuerySet[Meeting] = Meeting.objects.system("assemblies of the branch of a case in hand").filter(
        organization=case.organization, kind="assembly", state__in=[MeetingState.CALLED, MeetingState.UNDER_WAY]
    )
    return rows.order_by("on", "pk")


@dataclass(frozen=True)
class Call:
    """At which assembly; for a probationary member what is proposed."""

    meeting: Any
    proposal: str = ""
    months: int = 0


def step_of(case: Case) -> str:
    """Return which of the two votes the case waits for."""
    return "full_assembly" if case.stage == "probationary" else "assembly"


def call(act: Act, case: Case, data: Call) -> Case:
    """Put the case on the agenda of an assembly and prepare its ballot: secret, on paper, this person alone.

    Raises Refused where the step would not be possible on the day of the meeting, and without a frozen roll.
    """
    code, on = step_of(case), data.meeting.on
    edition = path().which(on)
    if temporary := rules.receiver(edition, queries.standing_of(case.organization), str(case.organization)):
        raise Refused(temporary.message, article=temporary.article)
    if code == "full_assembly":
        _propose(case, data, edition)
    local_hindrances(case, code)
    course = queries.course_of(case)
    found = rules_path.judge(code, on, course, max(on, localdate()), path(), work_calendar())
    hold(case, code, [*found, *special(case, code, on)])
    roll = voting.rolls_about(data.meeting).first()
    if roll is None:
        raise Refused("这次大会还没有冻结应到名册", field="meeting", next_step="请先在会议页面通知开会。")
    if any(motion.roll_id == roll.pk for motion in voting.motions_about(case)):
        raise Refused("这次大会已经有对本人的表决", field="meeting")
    title = title_of(case, data)
    agenda.put(act, data.meeting, title=title, subject_type=LABEL, subject_id=case.pk, url=case.get_absolute_url())
    rule = f"development-{edition.version}"
    motion = motions.draft(act, roll, motions.NewMotion(title=title, rule=rule, method="paper", subject=case))
    case.rev += 1
    case.save()
    act.log(case, summary=f"提交支部大会表决：{motion.title}（{on.isoformat()}）"[:200])
    return case


def _propose(case: Case, data: Call, edition: rules.Edition) -> None:
    if data.proposal not in Proposal.values:
        raise Refused("请选择提请讨论什么", field="proposal")
    if data.proposal == Proposal.EXTEND and (wrong := rules.extension(edition, data.months, case.extension > 0)):
        raise Refused(wrong.message, article=wrong.article, field="months", code=wrong.code)
    case.proposal, case.proposed_months = data.proposal, data.months or None


def title_of(case: Case, data: Call) -> str:
    """Return what is voted on, as it stands on the ballot."""
    name = case.person.name
    if case.stage != "probationary":
        return f"接收{name}为预备党员"
    months = f" {data.months} 个月" if data.proposal == Proposal.EXTEND else ""
    return {
        Proposal.FULL: f"{name}按期转为正式党员", Proposal.EXTEND: f"延长{name}的预备期{months}",
        Proposal.CANCEL: f"取消{name}的预备党员资格",
    }[Proposal(data.proposal)]  # fmt: skip


def follow(event: MotionDecided) -> None:
    """A vote on a case was decided: the step is done by it, or told as not carried."""
    if event.subject_type != LABEL:
        return
    case = _locked(event.subject_id)
    motion = Motion.objects.system("a decided vote in hand").get(pk=event.motion_id)
    poll = voting.result_of(motion).questions[0].poll
    votes = Votes(poll.entitled, poll.present, poll.yes, poll.no, poll.abstain, poll.written_yes, poll.written_no)
    ref = (motion._meta.label, str(motion.pk), motion.get_absolute_url())
    act = Act(event.actor, "development.vote.follow", "支部大会表决")
    if step_of(case) == "assembly":
        receive(act, case, Assembly(event.on, votes, ref=ref, ground="motion"))
        return
    discuss(
        act, case,
        FullAssembly(event.on, votes, case.proposal or Proposal.FULL, case.proposed_months or 0, ref=ref, ground="motion"),
    )  # fmt: skip


def unfollow(event: MotionVoided) -> None:
    """A decided vote was declared void: its step goes with it, unless later steps rest on it."""
    if event.subject_type != LABEL:
        return
    case = _locked(event.subject_id)
    for step in queries.steps_of(case):
        if step.stands and step.ref_type == Motion._meta.label and step.ref_id == str(event.motion_id):
            try:
                take_back(Act(event.actor, "development.vote.void", "表决作废"), case, Undo(step.code, "表决作废"))
            except Refused as refused:
                raise Veto(refused.message, next_step=refused.next_step) from refused


def _locked(pk: str) -> Case:
    rows = Case.objects.system("the case voted on").select_for_update(of=("self",))
    found: Case = rows.select_related("person", "organization").get(pk=int(pk))
    return found
