"""Words that stand in more than one paper."""

from typing import Any

from django.utils import timezone

from zhibu.apps.meetings.models import Meeting

WEEK = "一二三四五六日"


def moment(meeting: Meeting) -> str:
    """Return e.g. `2026 年 11 月 30 日（星期一）9:30`."""
    starts = timezone.localtime(meeting.starts_at)
    text = f"{starts.year} 年 {starts.month} 月 {starts.day} 日（星期{WEEK[starts.weekday()]}）{starts.hour}:{starts.minute:02d}"
    if meeting.ends_at is None:
        return text
    ends = timezone.localtime(meeting.ends_at)
    return f"{text} 至 {ends.hour}:{ends.minute:02d}"


def place(meeting: Meeting) -> str:
    """Return the place, and that one could join from afar."""
    return "；".join(filter(None, (meeting.place, "线上参加" if meeting.link else "")))


def agenda(meeting: Meeting) -> list[list[str]]:
    """Return [title, reporter, decision] of each item."""
    rows = meeting.agenda.system("agenda of a meeting in hand").filter(withdrawn=False).order_by("place", "pk")
    return [[one.title, one.reporter, one.decision] for one in rows]


def head(meeting: Meeting) -> dict[str, Any]:
    """Return what every paper of a meeting begins with."""
    return {
        "title": meeting.title, "kind": meeting.kind_label, "office": str(meeting.organization), "moment": moment(meeting),
        "place": place(meeting), "host": meeting.host.name if meeting.host else "",
        "recorder": meeting.recorder.name if meeting.recorder else "",
    }  # fmt: skip
