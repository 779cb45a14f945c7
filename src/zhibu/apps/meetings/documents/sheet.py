"""The attendance sheet (签到表): to sign on paper before, with what was signed after."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localtime

from zhibu.apps.meetings import queries
from zhibu.apps.meetings.documents import words
from zhibu.apps.meetings.models import Attendance, Meeting, Standing, State
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

#: rows for those who are not on the list
BLANK = 5


def people_on(actor: Actor, meetings: Sequence[Meeting]) -> int:
    """Return how many people the sheets name."""
    return sum(queries.attendances(meeting).count() for meeting in meetings)


def build(actor: Actor, meetings: Sequence[Meeting]) -> Content:
    """Return the content of the sheets of one or more meetings."""
    first = meetings[0]
    return Content(
        title=f"签到表-{first.title}" if len(meetings) == 1 else "签到表",
        data={"meetings": [_sheet(meeting) for meeting in meetings]},
        organization=str(first.organization),
        sensitive="人员名单",
        seats={meeting.pk: meeting.organization_id for meeting in meetings},
    )


def _sheet(meeting: Meeting) -> dict[str, Any]:
    over = meeting.state == State.HELD
    rows = [_row(n, one, over) for n, one in enumerate(queries.attendances(meeting).exclude(standing=Standing.OFF), 1)]
    if not over:
        rows += [[str(len(rows) + n), "", "", "", "", ""] for n in range(1, BLANK + 1)]
    return words.head(meeting) | {"rows": rows, "over": over, "entitled": meeting.entitled, "present": meeting.present}


def _row(number: int, one: Attendance, over: bool) -> list[str]:
    standing = one.get_standing_display() + (f"（{one.ground}）" if one.ground else "")
    signed = ""
    if one.at is not None:
        signed = f"{one.get_how_display()} {localtime(one.at):%H:%M}"
    elif one.state != "invited":
        signed = one.state_words + (f"：{one.leave_why}" if one.state == "leave" and one.leave_why else "")
    return [str(number), one.name, one.unit, standing, signed, ""]
