"""Leave: asked for on the telephone, decided by somebody else, or told to the secretary."""

from dataclasses import dataclass

from zhibu.apps.meetings.models import Attendance, AttendanceState, Leave, State
from zhibu.apps.meetings.services import telling
from zhibu.apps.meetings.services.saving import keep, lock
from zhibu.kernel.actions import Act, Refused

OVER = (State.HELD, State.CANCELLED)


@dataclass(frozen=True)
class Ask:
    """Why somebody cannot come."""

    why: str


@dataclass(frozen=True)
class Decide:
    """Whether leave is given, and what is said to it."""

    agree: bool
    answer: str = ""


def ask(act: Act, attendance: Attendance, data: Ask) -> Attendance:
    """Ask for leave before the meeting is over."""
    _check(attendance)
    attendance.leave, attendance.leave_why, attendance.leave_answer = Leave.ASKED, data.why, ""
    keep(act, attendance, f"请假：{attendance.name}（{attendance.meeting}）")
    return attendance


def withdraw(act: Act, attendance: Attendance, data: None) -> Attendance:
    """Come after all."""
    _check(attendance)
    attendance.leave = Leave.WITHDRAWN
    if attendance.state == AttendanceState.LEAVE:
        attendance.state = AttendanceState.INVITED
    keep(act, attendance, f"撤回请假：{attendance.name}（{attendance.meeting}）")
    return attendance


def decide(act: Act, attendance: Attendance, data: Decide) -> Attendance:
    """Give leave or not. After the meeting an absence becomes leave; whoever came stays there."""
    meeting = lock(attendance.meeting_id)
    attendance.leave = Leave.AGREED if data.agree else Leave.REFUSED
    attendance.leave_answer, attendance.leave_by = data.answer, act.actor.name[:100]
    before_the_end = meeting.state in (State.CALLED, State.UNDER_WAY)
    waiting = AttendanceState.INVITED if before_the_end else AttendanceState.ABSENT
    if data.agree and attendance.state == waiting:
        attendance.state = AttendanceState.LEAVE
    keep(act, attendance, f"{attendance.get_leave_display()}：{attendance.name}（{meeting}）")
    telling.answered(attendance, str(attendance.get_leave_display()))
    return attendance


def record(act: Act, attendance: Attendance, data: Ask) -> Attendance:
    """Write down leave that was asked for and given by word of mouth."""
    _check(attendance)
    attendance.leave, attendance.leave_why, attendance.leave_by = Leave.AGREED, data.why, act.actor.name[:100]
    attendance.state = AttendanceState.LEAVE
    keep(act, attendance, f"登记请假：{attendance.name}（{attendance.meeting}）")
    return attendance


def _check(attendance: Attendance) -> None:
    meeting = lock(attendance.meeting_id)
    if meeting.state in OVER:
        raise Refused(f"会议{meeting.get_state_display()}，不能再请假")
    if attendance.state == AttendanceState.PRESENT:
        raise Refused("已经签到，不用请假")
