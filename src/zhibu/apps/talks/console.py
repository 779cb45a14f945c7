"""The declared list of talks."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.apps.talks import queries
from zhibu.apps.talks.models import Talk
from zhibu.apps.talks.permissions import RECORD, VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact


def search_talks(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the talks of the people meant."""
    people = search.matching(Person.objects.visible_to(actor), text, actor).order_by().values("pk")
    return rows.filter(Q(first__in=people) | Q(second__in=people))


def page(request: HttpRequest, talk: Talk) -> dict[str, Any]:
    """Return what the page of a talk shows: all there is."""
    facts = [
        Fact("谈话人", talk.first.name), Fact("谈话对象", talk.second.name), Fact("日期", talk.on), Fact("方式", talk.get_way_display()),
        Fact("种类", talk.get_kind_display()), Fact("党组织", talk.organization), Fact("登记人", talk.by_name),
        Fact("状态", "有效" if talk.stands else "已撤回"), Fact("撤回原因", talk.withdrawn_why),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent]}


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list; whoever records for one branch alone begins here."""
    found = [("按支部统计", reverse("talks-board"))]
    if actor.may(RECORD):
        rows = Organization.objects.visible_to(actor, RECORD).filter(kind="branch", dissolved_on=None)
        own = list(rows.order_by("path").values_list("uid", flat=True)[:2])
        if len(own) == 1:
            found.append(("登记谈心谈话", reverse("action-on", args=["talks.talk.record", own[0]])))
    return found


register(
    Screen(
        slug="talks", model="talks.Talk", label="谈心谈话", permission=VIEW, rows=queries.listed, order="-on",
        columns=(
            Column("who", "谁和谁", str, sort="first__name", primary=True),
            Column("on", "日期", "on", sort="on", kind="date"),
            Column("kind", "种类", "get_kind_display", sort="kind", kind="short"),
            Column("way", "方式", "get_way_display", kind="short", phone=False),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short", phone=False),
            Column("by", "登记人", "by_name", kind="short", phone=False),
            Column("state", "状态", lambda t: "有效" if t.stands else "已撤回", kind="short", tone=lambda t: "ok" if t.stands else "plain"),
        ),
        search=search_talks, search_hint="姓名、拼音、首字母、工号", filterset="zhibu.apps.talks.filters.TalkFilter", links=links,
        record="zhibu.apps.talks.console.page",
        empty="还没有登记谈心谈话。点“按支部统计”，在支部一行点“登记”。", section="组织生活", icon="chat-bubble-left-right", position=56,
    ),
)  # fmt: skip
