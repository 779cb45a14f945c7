"""The plan of a year, by month."""

from typing import Any

from zhibu.apps.meetings import queries
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.documents import Content, Document
from zhibu.kernel.tree import under

PLAN = Document(code="meetings.plan", label="年度计划", permission=VIEW, template="meetings/plan.typ", offered=())
#: lines of one paper
MOST = 2_000


def content(actor: Actor, organization: Any, year: int) -> Content:
    """Return the plan of an organisation and of what lies under it, as far as the actor sees it."""
    planned = queries.planned(actor).filter(under("organization__path", [organization.path]), year=year, dropped_why="")
    lines = list(planned.order_by("on", "organization__path", "pk")[:MOST])
    held = (
        Meeting.objects.visible_to(actor).filter(plan_line__in=[line.pk for line in lines]).exclude(state="cancelled")
    )
    state = {meeting.plan_line_id: meeting.get_state_display() for meeting in held}
    rows = [
        [
            f"{line.on.month} 月 {line.on.day} 日",
            line.kind_label,
            line.title,
            str(line.organization),
            state.get(line.pk, ""),
            "",
        ]
        for line in lines
    ]
    sources = (
        [[row.label, row.frequency, row.source] for row in in_force(kinds(), lines[0].on).values() if row.every]
        if lines
        else []
    )
    return Content(
        title=f"{organization} {year} 年组织生活计划",
        data={"title": f"{year} 年组织生活计划", "office": str(organization), "rows": rows, "sources": sources},
        organization=str(organization),
    )
