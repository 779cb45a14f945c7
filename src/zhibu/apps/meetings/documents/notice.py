"""The notice of a meeting, for the board at the door and for those without a telephone."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.meetings.documents import words
from zhibu.apps.meetings.models import Meeting
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def build(actor: Actor, meetings: Sequence[Meeting]) -> Content:
    """Return the content of the notices, one a page."""
    first = meetings[0]
    return Content(
        title=f"会议通知-{first.title}",
        data={"meetings": [_notice(meeting) for meeting in meetings]},
        organization=str(first.organization),
    )


def _notice(meeting: Meeting) -> dict[str, Any]:
    day = meeting.called_at or meeting.created_at
    return words.head(meeting) | {
        "agenda": [[title, who] for title, who, _ in words.agenda(meeting)],
        "words": meeting.words,
        "link": meeting.link,
        "day": f"{day.year} 年 {day.month} 月 {day.day} 日",
    }
