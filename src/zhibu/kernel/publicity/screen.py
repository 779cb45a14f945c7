"""The declared list of notices, for whoever may see them; and the paper that is hung up."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.kernel import files
from zhibu.kernel.actions import available
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.documents import Content, Document
from zhibu.kernel.documents import register as register_document
from zhibu.kernel.publicity import queries
from zhibu.kernel.publicity.models import READ, VIEW, Publicity, PublicityObjection, PublicityPlace, PublicityRun
from zhibu.kernel.ui.parts import Fact

TONES = {"running": "info", "closed": "ok", "withdrawn": "plain"}


def tone(publicity: Publicity) -> str:
    """Return the colour of its state; one that affected the matter is told apart."""
    return "late" if publicity.outcome == "affected" else TONES[publicity.state]


def page(request: HttpRequest, publicity: Publicity) -> dict[str, Any]:
    """Return what the page of a notice shows: the clock, the places, the earlier runs, the objections."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    state = publicity.clock(today)
    facts = [
        Fact("公示单位", publicity.organization), Fact("张贴日期", publicity.posted_on),
        Fact("公示期", f"不少于 {publicity.working_days} 个工作日，张贴当天不计"), Fact("届满日期", state.end),
        Fact("依据", publicity.article), Fact("意见受理", publicity.contact), Fact("记录结果日期", publicity.closed_on),
        Fact("结果", publicity.get_outcome_display()), Fact("说明", publicity.words, wide=True),
    ]  # fmt: skip
    of = {"publicity": publicity}
    objections = list(
        PublicityObjection.objects.visible_to(actor).filter(**of).select_related("publicity__organization")
    )
    waiting = [one for one in objections if one.handled_on is None]
    handling = available(actor, waiting[0]) if waiting else []
    return {
        "facts": [f for f in facts if not f.absent], "tone": tone(publicity), "clock_words": state.words(today),
        "blocked": state.blocked, "places": list(PublicityPlace.objects.visible_to(actor).filter(**of)),
        "runs": list(PublicityRun.objects.visible_to(actor).filter(**of)),
        "objections": objections, "handling": handling, "may_read": actor.may(READ, publicity.organization.path),
        "files": files.attached(actor, publicity),
    }  # fmt: skip


def build(actor: Actor, rows: Sequence[Publicity]) -> Content:
    """Return the notice as it is hung up."""
    one = rows[0]
    places = PublicityPlace.objects.visible_to(actor).filter(publicity=one)
    end = one.clock(localdate()).end
    data = {
        "title": one.title,
        "lines": [[str(label), str(text)] for label, text in one.lines],
        "places": [place.name for place in places],
        "posted": _day(one.posted_on),
        "end": _day(end) if end else "",
        "days": str(one.working_days),
        "contact": one.contact,
        "office": one.organization.name,
    }
    return Content(title=one.title, data={"notice": data}, organization="")


def _day(day: Any) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


register(
    Screen(
        slug="publicities", model="kernel.Publicity", label="公示", permission=VIEW, rows=queries.listed, order="-posted_on",
        columns=(
            Column("title", "标题", "title", sort="title", primary=True),
            Column("organization", "公示单位", "organization", sort="organization__path", kind="short"),
            Column("posted", "张贴日期", "posted_on", sort="posted_on", kind="date"),
            Column("ends", "届满日期", "ends_on", sort="ends_on", kind="date"),
            Column("state", "状态", lambda p: p.get_outcome_display() or p.get_state_display(), kind="short", tone=tone),
        ),
        record="zhibu.kernel.publicity.screen.page", record_template="publicity/record.html",
        empty="还没有公示。在发展党员的个人页面上办理公示，就会出现在这里。", section="党务公开", icon="megaphone", position=70,
    ),
)  # fmt: skip
register_document(
    Document(
        code="publicity.notice", label="公示（张贴用）", permission=VIEW, model="kernel.Publicity", template="kernel/notice.typ",
        builder="zhibu.kernel.publicity.screen.build", offered=("record",), large=False,
    )
)  # fmt: skip
