"""The agenda: items in their order, what each is about, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhibu.apps.meetings.models import AgendaItem, Meeting, State
from zhibu.apps.meetings.services.saving import copied, keep, lock, logged
from zhibu.kernel.actions import Act, Refused, Why

#: items of one agenda
MOST = 30
LIVE = (State.PLANNED, State.CALLED, State.UNDER_WAY)


@dataclass(frozen=True)
class Item:
    """An item: what is dealt with, and who reports."""

    title: str
    reporter: str = ""


@dataclass(frozen=True)
class Placed:
    """The item as it is to read, and where it stands (1 is first)."""

    title: str
    reporter: str
    place: int


@dataclass(frozen=True)
class Decided:
    """What was decided of an item."""

    decision: str


def place_items(meeting: Meeting, items: Sequence[tuple[str, str]]) -> None:
    """Put the items of a new meeting on its agenda."""
    rows = [AgendaItem(meeting=meeting, place=n, title=title, reporter=who) for n, (title, who) in enumerate(items, 1)]
    AgendaItem.objects.bulk_create(rows)


def put(
    act: Act,
    meeting: Meeting,
    *,
    title: str,
    subject_type: str = "",
    subject_id: Any = "",
    url: str = "",
    reporter: str = "",
) -> AgendaItem:
    """Put an item on the agenda of a meeting that is not over, behind the others; the same subject stands there once."""
    if meeting.state not in LIVE:
        raise Refused(f"“{meeting}”{meeting.get_state_display()}，不能再加议题", next_step="请另选一次会议。")
    rows = list(AgendaItem.objects.system("agenda of a meeting in hand").filter(meeting=meeting))
    if len([row for row in rows if not row.withdrawn]) >= MOST:
        raise Refused(f"一次会议最多 {MOST} 项议题", field="title")
    same: list[AgendaItem] = [
        r
        for r in rows
        if subject_type and (r.subject_type, r.subject_id) == (subject_type, str(subject_id)) and not r.withdrawn
    ]
    if same:
        return same[0]
    made: AgendaItem = AgendaItem.objects.create(
        meeting=meeting, place=max((row.place for row in rows), default=0) + 1, title=title[:200], reporter=reporter[:50],
        subject_type=subject_type, subject_id=str(subject_id), url=url,
    )  # fmt: skip
    logged(act, made, f"加入议题：{made.title}（{meeting}）")
    return made


def add(act: Act, meeting: Meeting, data: Item) -> Meeting:
    """Add an item by hand."""
    put(act, meeting, title=data.title, reporter=data.reporter)
    return meeting


def change(act: Act, item: AgendaItem, data: Placed) -> AgendaItem:
    """Change the words of an item, or move it; the others close up."""
    meeting = lock(item.meeting_id)
    if meeting.state not in LIVE:
        raise Refused("会议已经结束，议题不能再改", next_step="需要更正的，请更正会议记录。")
    before = copied(item)
    item.title, item.reporter = data.title, data.reporter
    rows = AgendaItem.objects.system("agenda of a meeting in hand").filter(meeting=meeting, withdrawn=False)
    others = [row for row in rows.order_by("place", "pk") if row.pk != item.pk]
    others.insert(min(max(data.place, 1), len(others) + 1) - 1, item)
    for number, row in enumerate(others, 1):
        if row.place != number:
            row.place = number
            if row is not item:
                row.save(update_fields=["place"])
    keep(act, item, f"修改议题：{item.title}（{meeting}）", before, ("title", "reporter", "place"))
    return item


def withdraw(act: Act, item: AgendaItem, data: Why) -> AgendaItem:
    """Take an item off the agenda; what it was stays to be read in the trail."""
    meeting = lock(item.meeting_id)
    if meeting.state not in LIVE:
        raise Refused("会议已经结束，议题不能再撤下")
    item.withdrawn = True
    keep(act, item, f"撤下议题：{item.title}（{meeting}）")
    return item


def decide(act: Act, item: AgendaItem, data: Decided) -> AgendaItem:
    """Note what was decided of an item, while the meeting is held or until its minutes stand."""
    meeting = lock(item.meeting_id)
    if meeting.state not in (State.UNDER_WAY, State.HELD) or meeting.minutes_at is not None:
        raise Refused("会议进行中和会议记录完成之前，才能写议定事项", next_step="记录已完成的，请更正会议记录。")
    before = copied(item)
    item.decision = data.decision
    keep(act, item, f"议定事项：{item.title}（{meeting}）", before, ("decision",))
    return item
