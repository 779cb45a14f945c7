"""Calling a meeting, moving it, giving it up, making its list anew: everybody on the list is told."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from zhibu.apps.meetings.events import MeetingCalled, MeetingCancelled, MeetingMoved
from zhibu.apps.meetings.models import Meeting, PlanLine, State
from zhibu.apps.meetings.queries import unread
from zhibu.apps.meetings.services import inviting, telling
from zhibu.apps.meetings.services.arranging import check_kind, check_times
from zhibu.apps.meetings.services.saving import copied, organizations, saved
from zhibu.apps.voting.services import rolls
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish


@dataclass(frozen=True)
class Call:
    """Whether those invited are told now (not when an old meeting is entered afterwards)."""

    tell: bool = True


@dataclass(frozen=True)
class Move:
    """Another time and place, and why."""

    starts_at: datetime
    ends_at: datetime | None
    place: str
    link: str
    reason: str


def call(act: Act, meeting: Meeting, data: Call) -> Meeting:
    """Freeze the list and the roll as of the day of the meeting, and tell everybody on it."""
    check_kind(meeting.organization, meeting.kind, meeting.starts_at)
    number = inviting.freeze(act, meeting)
    if not number:
        raise Refused("那一天没有可以通知的人", next_step="请先核对这个党组织的党员，或先添加列席人员。")
    meeting.state, meeting.called_at = State.CALLED, timezone.now()
    if data.tell:
        telling.called(act, meeting)
    words = "通知开会" if data.tell else "定下名单（不发通知）"
    saved(act, meeting, f"{words}：{meeting}，{number} 人")
    publish(MeetingCalled(*_what(act, meeting)))
    return meeting


def move(act: Act, meeting: Meeting, data: Move) -> Meeting:
    """Put it on another time or place. On another day the list and the roll are made anew as of that day."""
    check_kind(meeting.organization, meeting.kind, data.starts_at)
    check_times(data.starts_at, data.ends_at)
    before = copied(meeting)
    names = ("starts_at", "ends_at", "place", "link")
    for name in names:
        setattr(meeting, name, getattr(data, name))
    meeting.save()
    if meeting.on != before.on:
        inviting.freeze(act, meeting)
    telling.moved(act, meeting, data.reason)
    saved(act, meeting, f"会议改期：{meeting}（{telling.moment(meeting)}）", before, names)
    publish(MeetingMoved(*_what(act, meeting), before=before.on))
    return meeting


def cancel(act: Act, meeting: Meeting, data: Why) -> Meeting:
    """Give it up; its line of the year plan waits again."""
    told = meeting.state != State.PLANNED
    if meeting.roll is not None and not meeting.roll.is_void:
        rolls.make_void(act, meeting.roll, Why(f"会议取消：{data.reason}"[:200]))
    meeting.state, meeting.cancelled_why = State.CANCELLED, data.reason
    if told:
        telling.cancelled(act, meeting, data.reason)
    saved(act, meeting, f"取消会议：{meeting}")
    PlanLine.objects.system("the line of a meeting in hand").filter(pk=meeting.plan_line_id or 0).update(used=False)
    publish(MeetingCancelled(*_what(act, meeting)))
    return meeting


def relist(act: Act, meeting: Meeting, data: Why) -> Meeting:
    """Make list and roll anew before the meeting begins: somebody died, joined or moved meanwhile."""
    number = inviting.freeze(act, meeting)
    return saved(act, meeting, f"重新核定应到名单：{meeting}，{number} 人")


def remind(act: Act, meeting: Meeting, data: None) -> Meeting:
    """Tell those who have not read the notice once more."""
    people = unread(meeting)
    if not people:
        raise Refused("名单上的人都已经读过通知")
    old = meeting.notice
    telling.announce(
        act, meeting, f"提醒：{meeting.title}", f"{telling.moment(meeting)}，{telling.where(meeting)}", people
    )
    meeting.notice = old  # the reminder does not replace the notice whose readers are told
    return saved(act, meeting, f"提醒 {len(people)} 名没有读通知的人：{meeting}")


def _what(act: Act, meeting: Meeting) -> tuple[int, int, str, date, tuple[int, ...], Actor]:
    return (meeting.pk, meeting.organization_id, meeting.kind, meeting.on, organizations(meeting), act.actor)
