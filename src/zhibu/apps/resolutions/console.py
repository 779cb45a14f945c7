"""The declared list of resolutions, and what the page of one shows."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.resolutions import queries
from zhibu.apps.resolutions.models import FollowUp, Resolution
from zhibu.apps.resolutions.permissions import VIEW
from zhibu.apps.voting.subjects import record_of
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact, Happening

SECTION = "组织生活"


def search(rows: Any, text: str, actor: Actor) -> Any:
    """Keep what has the words in its number, title, text or the name of whoever is responsible."""
    return rows.filter(
        Q(title__icontains=text)
        | Q(number_text__icontains=text)
        | Q(text__icontains=text)
        | Q(responsible_name__icontains=text)
    )


def course(resolution: Resolution, done: list[FollowUp], today: Any) -> list[Happening]:
    """Return what happened, the latest first."""
    found = []
    if resolution.replaced_by_id and resolution.replaced_by is not None:
        found.append(Happening(f"由{resolution.replaced_by.number_text}取代", resolution.replaced_by.decided_on))
    if resolution.state == "following":
        found.append(Happening("落实期限", resolution.due_on, resolution.standing(today)[0], state="wait"))
    for one in done:
        by = f"{one.by_name}{'（负责人）' if one.by_responsible else ''}"
        found.append(Happening(one.words, one.on, by))
    if resolution.published_at:
        found.append(Happening("公布给本支部党员", resolution.published_at))
    found.append(Happening("通过", resolution.decided_on, resolution.basis))
    return found


def resolution_page(request: HttpRequest, resolution: Resolution) -> dict[str, Any]:
    """Return what the page of a resolution shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    words, tone = resolution.standing(today)
    meeting = record_of(resolution.meeting_type, resolution.meeting_id)
    motion, done = resolution.motion, queries.follow_ups(resolution)
    facts = [
        Fact("文号", resolution.number_text), Fact("党组织", resolution.organization), Fact("通过日期", resolution.decided_on),
        Fact("表决", motion, url=motion.get_absolute_url() if motion else ""),
        Fact("会议", meeting, url=meeting.get_absolute_url() if meeting is not None else ""),
        Fact("负责人", resolution.responsible_name if resolution.responsible_id else ("待定" if resolution.state == "following" else None)),
        Fact("落实期限", resolution.due_on), Fact("落实日期", resolution.done_on), Fact("公布时间", resolution.published_at),
        Fact("作废原因", resolution.void_why), Fact("登记人", resolution.by_name), Fact("形成经过", resolution.basis, wide=True),
    ]  # fmt: skip
    return {
        "facts": [fact for fact in facts if not fact.absent], "words": words, "tone": tone, "course": course(resolution, done, today),
        "replaces": list(queries.listed(actor).filter(replaced_by=resolution)),
        "papers": [paper for one in done for paper in files.attached(actor, one)],
    }  # fmt: skip


register(
    Screen(
        slug="resolutions", model="resolutions.Resolution", label="支部决议", permission=VIEW, rows=queries.listed, order="-decided_on",
        columns=(
            Column("title", "标题", "title", sort="title", primary=True),
            Column("number", "文号", "number_text", sort="number", kind="short"),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("on", "通过日期", "decided_on", sort="decided_on", kind="date"),
            Column("responsible", "负责人", lambda r: r.responsible_name if r.responsible_id else None, kind="short"),
            Column("due", "落实期限", "due_on", sort="due_on", kind="date"),
            Column("state", "状态", lambda r: r.standing(localdate())[0], sort="state", tone=lambda r: r.standing(localdate())[1]),
            Column("text", "决议内容", "text", where="export"),
            Column("basis", "形成经过", "basis", where="export"),
            Column("done", "落实日期", "done_on", kind="date", where="export"),
            Column("replaced", "取代它的决议", "replaced_by.number_text", where="export"),
        ),
        search=search, search_hint="标题、文号、内容、负责人", filterset="zhibu.apps.resolutions.filters.ResolutionFilter",
        head=("resolutions.resolution.record",), record="zhibu.apps.resolutions.console.resolution_page",
        record_template="resolutions/resolution.html",
        empty="还没有决议。表决通过以后，打开那次表决点“形成决议”。", section=SECTION, icon="document-check", position=48,
    ),
)  # fmt: skip
