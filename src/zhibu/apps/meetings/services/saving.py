"""What every service of a meeting ends with: the row saved, the line in the trail."""

import copy
from collections.abc import Sequence
from typing import Any

from zhibu.apps.meetings.models import AgendaItem, Attendance, Meeting, Participant
from zhibu.kernel.actions import Act, diff
from zhibu.kernel.audit import Change


def saved(
    act: Act, meeting: Meeting, summary: str, before: Meeting | None = None, names: Sequence[str] = ()
) -> Meeting:
    """Save a meeting with its next revision and log what changed of the named fields."""
    changes: list[Change] = diff(before, meeting, names) if before is not None else []
    meeting.rev += 1
    meeting.save()
    act.log(meeting, changes=changes, summary=summary)
    return meeting


def logged(act: Act, row: Any, summary: str, changes: Sequence[Change] = ()) -> None:
    """Log something about a row that hangs on a meeting, where the meeting is seen."""
    act.log(row, changes=changes, organization_id=row.meeting.organization_id, summary=summary)


def keep(act: Act, row: Any, summary: str, before: Any = None, names: Sequence[str] = ()) -> Any:
    """Save a row that hangs on a meeting with its next revision, and log it."""
    row.rev += 1
    row.save()
    logged(act, row, summary, diff(before, row, names) if before is not None else ())
    return row


def copied(row: Any) -> Any:
    """Return the row as it is before the change."""
    return copy.copy(row)


def organizations(meeting: Meeting) -> tuple[int, ...]:
    """Return the ids of those who hold it: who calls it first, then those together with it."""
    rows = Participant.objects.system("who holds a meeting in hand").filter(meeting=meeting).order_by("pk")
    return (meeting.organization_id, *rows.values_list("organization_id", flat=True))


def lock(meeting_id: int) -> Meeting:
    """Return a meeting, locked, with who calls it: for acts on what hangs on it."""
    rows = Meeting.objects.system("the meeting of a row in hand").select_for_update(of=("self",))
    found: Meeting = rows.select_related("organization").get(pk=meeting_id)
    return found


__all__ = ["AgendaItem", "Attendance", "copied", "keep", "lock", "logged", "organizations", "saved"]
