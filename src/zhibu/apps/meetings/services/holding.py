"""A meeting begins, ends, and what its list says is corrected afterwards with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.events import MeetingHeld
from zhibu.apps.meetings.models import Attendance, AttendanceState, How, Leave, Meeting, Standing, State, Study
from zhibu.apps.meetings.queries import figures, present_person_ids
from zhibu.apps.meetings.services import telling
from zhibu.apps.meetings.services.inviting import derive
from zhibu.apps.meetings.services.saving import copied, keep, lock, organizations, saved
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.errors import told_names
from zhibu.kernel.events import Veto, publish

STUDENTS = (Standing.ENTITLED, Standing.NO_VOTE)


@dataclass(frozen=True)
class Correct:
    """How it really was with somebody, and why it was written down otherwise."""

    state: str
    reason: str


def open_(act: Act, meeting: Meeting, data: None) -> Meeting:
    """Begin: from now on the list is not made anew any more."""
    if meeting.on > localdate():
        raise Refused(f"会议定在 {meeting.on.isoformat()}，还不能宣布开会", next_step="提前召开的，请先改期。")
    _refuse_stale(meeting)
    meeting.state, meeting.opened_at = State.UNDER_WAY, timezone.now()
    return saved(act, meeting, f"宣布开会：{meeting}")


def _refuse_stale(meeting: Meeting) -> None:
    """Refuse to begin with a list that is not of that day any more: how many should be there would be wrong."""
    rows = Attendance.objects.system("the list of a meeting in hand").filter(
        meeting=meeting, standing=Standing.ENTITLED
    )
    listed = dict(rows.filter(person__isnull=False).values_list("person_id", "name"))
    now = {one.person_id: one.name for one in derive(meeting) if one.standing == Standing.ENTITLED}
    if changed := [name for pk, name in (listed | now).items() if (pk in listed) != (pk in now)]:
        raise Refused(
            f"定下名单以后{told_names(changed)}有变动（转来、转走或党籍有变化），应到人数不对", next_step="请先点“重新核定名单”，再宣布开会。"
        )  # fmt: skip


def close(act: Act, meeting: Meeting, data: None) -> Meeting:
    """End: who did not come is absent and studies later, the figures stand, the quorum is judged with its article."""
    rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting)
    if not rows.filter(state=AttendanceState.PRESENT).exists():
        raise Refused("还没有人签到", next_step="请先代签到会的人；没有开成的，请取消会议。")
    meeting.state, meeting.closed_at = State.HELD, timezone.now()
    rows.filter(state=AttendanceState.INVITED).exclude(standing__in=[Standing.GUEST, Standing.OFF]).update(
        state=AttendanceState.ABSENT
    )
    count = judge(meeting)
    _to_study(meeting)
    words = f"{meeting}，应到 {count.entitled} 人，实到 {count.present} 人"
    if not count.reached:
        words += f"，少于规定的 {count.needed} 人（{rules.REGULATION}{count.article}）"
    saved(act, meeting, f"散会：{words}")
    publish(
        MeetingHeld(meeting.pk, meeting.organization_id, meeting.kind, meeting.on, organizations(meeting), act.actor)
    )
    return meeting


def admit_vote(meeting_id: int, present: Iterable[tuple[int, str]]) -> None:
    """Veto a vote before the meeting began, and with people there (person, name) whom its list does not show as there.

    Otherwise the minutes would say of one meeting two numbers of people.
    """
    rows = Meeting.objects.system("the meeting a vote is held at").select_for_update(of=("self",)).order_by()
    meeting = rows.get(pk=meeting_id)
    if meeting.state not in (State.UNDER_WAY, State.HELD):
        raise Veto(f"“{meeting}”还没有宣布开会，不能表决", next_step="请先在会议里点“宣布开会”，登记到会的人。")
    there = present_person_ids(meeting_id)
    if away := [name for person, name in present if person not in there]:
        raise Veto(
            f"{told_names(away)}没有在“{meeting}”签到，不能算作实到",
            next_step="请先在会议里签到或代签到，再开始表决；没有到会的不要勾选。",
        )


def judge(meeting: Meeting) -> rules.Count:
    """Write down how many with a vote should have been there and were, and whether that was enough."""
    rule = meeting.rule
    counted = figures(meeting, remote=bool(rule and rule.remote))
    count = rules.count(rule, counted.entitled, counted.present)
    meeting.entitled, meeting.present = count.entitled, count.present
    meeting.quorate = None if count.needed is None else count.reached
    return count


def _to_study(meeting: Meeting) -> None:
    if meeting.rule is None or not meeting.rule.study:
        return
    rows = Attendance.objects.system("the list of a meeting in hand").filter(
        meeting=meeting, standing__in=STUDENTS, state__in=[AttendanceState.ABSENT, AttendanceState.LEAVE], moved=""
    )
    absent = list(rows.exclude(person=None))
    due = max(meeting.on, localdate()) + timedelta(days=rules.STUDY_DAYS)
    rows.filter(pk__in=[row.pk for row in absent]).update(study=Study.OPEN, study_due_on=due)
    telling.to_study(meeting, absent, "1")


def correct(act: Act, attendance: Attendance, data: Correct) -> Attendance:
    """Say after the end how it really was; the figures are counted anew, the trail keeps both."""
    meeting = lock(attendance.meeting_id)
    if meeting.state != State.HELD:
        raise Refused("会议还没有结束，请直接签到或撤回签到")
    if data.state == attendance.state:
        raise Refused("与现在登记的一样", field="state")
    before = copied(attendance)
    attendance.state = data.state
    here = data.state == AttendanceState.PRESENT
    attendance.how, attendance.at = (How.HAND, meeting.starts_at) if here else ("", None)
    attendance.by_name = act.actor.name[:100] if here else ""
    if data.state == AttendanceState.LEAVE:
        attendance.leave = Leave.AGREED
    if here and attendance.study == Study.OPEN:
        attendance.study = Study.WAIVED
    keep(act, attendance, f"更正到会情况：{attendance.name}（{meeting}）", before, ("state", "how"))
    count = judge(meeting)
    saved(act, meeting, f"更正到会人数：{meeting}，实到 {count.present} 人")
    return attendance


def remind_study(act: Act, meeting: Meeting, data: None) -> Meeting:
    """Tell those who have not studied yet once more."""
    rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting, study=Study.OPEN)
    waiting = list(rows)
    if not waiting:
        raise Refused("没有待补学的人")
    telling.to_study(meeting, waiting, f"r{meeting.rev}")
    return saved(act, meeting, f"提醒补学：{meeting}，{len(waiting)} 人")


@dataclass(frozen=True)
class Studied:
    """What somebody studied, in their own words; may be left empty."""

    words: str = ""


def study(act: Act, attendance: Attendance, data: Studied) -> Attendance:
    """The absent one has studied."""
    attendance.study, attendance.study_at, attendance.study_words = Study.DONE, timezone.now(), data.words
    if attendance.state in (AttendanceState.ABSENT, AttendanceState.LEAVE):
        attendance.state = AttendanceState.MADE_UP
    keep(act, attendance, f"补学：{attendance.name}（{attendance.meeting}）")
    return attendance


def waive(act: Act, attendance: Attendance, data: Why) -> Attendance:
    """Ask no study of somebody (ill, of great age), or write down that it was done in another way."""
    attendance.study, attendance.study_words = Study.WAIVED, data.reason
    keep(act, attendance, f"免补学：{attendance.name}（{attendance.meeting}）")
    return attendance
