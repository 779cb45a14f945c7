"""The minutes: time, place, who was there and who not, agenda, votes and decisions from the records, the parts as written."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.meetings import queries
from zhibu.apps.meetings.documents import words
from zhibu.apps.meetings.models import Attendance, AttendanceState, How, Meeting, Standing
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

GONE = (AttendanceState.LEAVE, AttendanceState.ABSENT, AttendanceState.MADE_UP)


def build(actor: Actor, meetings: Sequence[Meeting]) -> Content:
    """Return the content of the minutes, each on a page of its own."""
    first = meetings[0]
    return Content(
        title=f"会议记录-{first.title}" if len(meetings) == 1 else f"会议记录（{len(meetings)} 份）",
        data={"meetings": [_minutes(meeting) for meeting in meetings]},
        organization=str(first.organization),
        sensitive="会议记录和人员名单",
        seats={meeting.pk: meeting.organization_id for meeting in meetings},
    )


def _minutes(meeting: Meeting) -> dict[str, Any]:
    people = list(queries.attendances(meeting).exclude(standing=Standing.OFF))
    last = meeting.minutes.system("minutes of a meeting in hand").order_by("-number").first()
    versions = "" if last is None or last.number == 1 else f"第 {last.number} 版，更正原因：{last.reason}"
    return words.head(meeting) | {
        "entitled": meeting.entitled, "present": meeting.present, "quorum": queries.quorum_words(meeting),
        "here": "、".join(_here(one) for one in people if one.state == AttendanceState.PRESENT and one.standing != Standing.GUEST),
        "guests": "、".join(one.name for one in people if one.state == AttendanceState.PRESENT and one.standing == Standing.GUEST),
        "away": "、".join(_away(one) for one in people if one.state in GONE),
        "agenda": words.agenda(meeting), "votes": [[m.title, m.get_method_display(), m.outcome or m.verdict_words] for m in queries.motions(meeting)],
        "parts": last.parts if last is not None else [], "version": versions,
    }  # fmt: skip


def _here(one: Attendance) -> str:
    return f"{one.name}（线上）" if one.how == How.REMOTE else one.name


def _away(one: Attendance) -> str:
    if one.leave_why and one.leave == "agreed":
        return f"{one.name}（请假：{one.leave_why}）"
    return f"{one.name}（{'缺席' if one.state == AttendanceState.MADE_UP else one.get_state_display()}）"
