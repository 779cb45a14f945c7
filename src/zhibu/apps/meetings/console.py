"""The declared lists of meetings and of year plans."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from zhibu.apps.meetings import queries
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.params import labels
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register

SECTION = "组织生活"
F = "zhibu.apps.meetings.filters"


def search_meetings(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the meetings whose name or place holds the text."""
    return rows.filter(Q(title__icontains=text) | Q(place__icontains=text) | Q(organization__name__icontains=text))


def search_plans(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the lines whose subject, kind or organisation holds the text."""
    kinds = [code for code, label in labels().items() if text in label]
    return rows.filter(Q(title__icontains=text) | Q(kind__in=kinds) | Q(organization__name__icontains=text))


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    return [("月历", reverse("meetings-calendar"))]


def came(meeting: Meeting) -> str:
    """Return e.g. `18 / 22`, of those with a vote; "" before it was held."""
    return f"{meeting.present} / {meeting.entitled}" if meeting.entitled is not None else ""


register(
    Screen(
        slug="meetings", model="meetings.Meeting", label="会议", permission=VIEW, rows=queries.listed, order="-starts_at",
        columns=(
            Column("title", "名称", "title", sort="title", primary=True),
            Column("starts", "时间", lambda m: f"{localtime(m.starts_at):%Y-%m-%d %H:%M}", sort="starts_at", kind="short"),
            Column("kind", "类别", "kind_label", sort="kind", kind="short"),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("place", "地点", "place", phone=False),
            Column("host", "主持人", lambda m: str(m.host) if m.host_id else None, where="export"),
            Column("came", "实到 / 应到", came, kind="short"),
            Column("minutes", "会议记录", lambda m: "已完成" if m.minutes_at else ("待写" if m.state == "held" else ""), kind="short",
                   tone=lambda m: "due" if m.state == "held" and not m.minutes_at else ""),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda m: m.tone),
        ),
        search=search_meetings, search_hint="名称、地点、党组织", filterset=f"{F}.MeetingFilter",
        head=("meetings.meeting.create",), links=links, record="zhibu.apps.meetings.page.show", record_template="meetings/record.html",
        empty="还没有会议。先生成年度计划，再把到期的一项“安排会议”；也可以直接“安排会议”。", section=SECTION, icon="calendar-days", position=41,
    ),
    Screen(
        slug="meeting-plans", model="meetings.PlanLine", label="年度计划", permission=VIEW, rows=queries.planned, order="on",
        columns=(
            Column("title", "主题", lambda p: p.title or p.kind_label, sort="title", primary=True),
            Column("on", "计划日期", "on", sort="on", kind="date"),
            Column("kind", "类别", "kind_label", sort="kind", kind="short"),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("state", "状态", lambda p: p.state[0], kind="short", tone=lambda p: p.state[1]),
            Column("why", "取消原因", "dropped_why", where="export"),
        ),
        search=search_plans, search_hint="主题、类别、党组织", filterset=f"{F}.PlanFilter", head=("meetings.plan.generate", "meetings.plan.add"), links=links,
        record="zhibu.apps.meetings.page.plan_page", record_template="meetings/plan_line.html",
        empty="还没有年度计划。点“生成年度计划”，按规定的次数一次列好全年的会议。", section=SECTION, icon="calendar", position=42,
    ),
)  # fmt: skip
