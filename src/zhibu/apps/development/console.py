"""The declared lists of cases, plans and settings."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.development import console_special, queries  # noqa: F401 - its screens register themselves
from zhibu.apps.development.models import TONES, Case, Plan, Setting
from zhibu.apps.development.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION, F = "发展党员", "zhibu.apps.development.filters"


def searched(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the cases of the people meant."""
    return queries.of_people(rows, text, actor)


def due_words(case: Case) -> str:
    """Return by when the next thing is due, or from when it is possible."""
    if not case.is_open:
        return ""
    if case.next_due is not None:
        return f"{case.next_due.isoformat()}{'（逾期）' if case.next_due < localdate() else ''}"
    return f"{case.next_from.isoformat()} 起" if case.next_from and case.next_from > localdate() else ""


def due_tone(case: Case) -> str:
    """Return the colour of what is due: only one that was missed has any."""
    return "late" if case.is_open and case.next_due is not None and case.next_due < localdate() else ""


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    return [("发展党员概览", reverse("development-board"))]


def plan_page(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return what the page of a plan shows."""
    taken = queries.used(plan.organization_id, plan.year)
    facts = [
        Fact("党支部", plan.organization), Fact("年度", str(plan.year)), Fact("计划人数", str(plan.number)), Fact("已用", str(taken)),
        Fact("剩余", str(plan.number - taken) if plan.number >= taken else f"超出 {taken - plan.number}"), Fact("说明", plan.note),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent]}


def setting_page(request: HttpRequest, setting: Setting) -> dict[str, Any]:
    """Return what the page of a setting shows."""
    notices = "；".join(f"{Setting.EXTRA_STEPS[code]} {days} 个工作日" for code, days in setting.notices.items())
    facts = [
        Fact("组织", setting.organization), Fact("审批权限", setting.get_standing_display() or "按组织类别"),
        Fact("思想汇报", f"每 {setting.reports} 个月一次" if setting.reports else "不要求"), Fact("另外公示", notices or "不要求"),
        Fact("本地规定", setting.source),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent]}


def settings(actor: Actor) -> "QuerySet[Setting]":
    """Return the settings within reach."""
    rows: QuerySet[Setting] = Setting.objects.visible_to(actor).select_related("organization")
    return rows


register(
    Screen(
        slug="development", model="development.Case", label="发展党员", permission=VIEW, rows=queries.listed, order="next_due",
        columns=(
            Column("name", "姓名", lambda c: c.person.name, sort="person__name", primary=True),
            Column("staff_number", "工号", "person.staff_number", kind="short", where="export"),
            Column("stage", "阶段", "get_stage_display", sort="stage", kind="short"),
            Column("organization", "党支部", "organization", sort="organization__path", kind="short"),
            Column("next", "下一步", lambda c: c.next_label if c.is_open else None),
            Column("due", "期限", due_words, sort="next_due", tone=due_tone),
            Column("review", "应考察日期", "review_due", sort="review_due", kind="date", phone=False),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda c: TONES[c.state]),
            Column("closed", "结束日期", "closed_on", kind="date", where="export"),
            Column("imported", "旧案导入", lambda c: "是" if c.imported else "", kind="short", where="export"),
        ),
        search=searched, search_hint="姓名、拼音、首字母、工号", filterset=f"{F}.CaseFilter", head=("development.case.open",), links=links,
        record="zhibu.apps.development.record.page", record_template="development/case.html",
        empty="还没有发展党员的记录。收到入党申请书后，点“登记入党申请”。", section=SECTION, icon="star", position=31,
    ),
    Screen(
        slug="development-plans", model="development.Plan", label="发展计划", permission=VIEW, rows=queries.plans, order="-year",
        columns=(
            Column("organization", "党支部", "organization", sort="organization__path", primary=True),
            Column("year", "年度", lambda p: str(p.year), sort="year", kind="short"),
            Column("number", "计划人数", "number", kind="number"),
            Column("taken", "已用", "taken", kind="number"),
            Column("left", "剩余", lambda p: p.number - p.taken, kind="number", tone=lambda p: "late" if p.taken > p.number else ""),
            Column("note", "说明", "note", phone=False),
        ),
        filterset=f"{F}.PlanFilter", head=("development.plan.set",), links=links, record="zhibu.apps.development.console.plan_page",
        empty="还没有下达发展计划。", section=SECTION, icon="calendar-days", position=32,
    ),
    Screen(
        slug="development-settings", model="development.Setting", label="审批权限和本地要求", permission=VIEW, rows=settings,
        order="organization__path",
        columns=(
            Column("organization", "组织", "organization", sort="organization__path", primary=True),
            Column("standing", "审批权限", lambda s: s.get_standing_display() or "按组织类别"),
            Column("reports", "思想汇报", lambda s: f"每 {s.reports} 个月" if s.reports else "不要求", kind="short"),
            Column("notices", "另外公示", lambda s: "、".join(Setting.EXTRA_STEPS[code] for code in s.notices) or "不要求"),
            Column("source", "本地规定", "source", phone=False),
        ),
        record="zhibu.apps.development.console.setting_page", links=links,
        empty="没有另外设置：各组织按类别行使审批权限，没有本地附加要求。在组织的页面上点“发展党员设置”。", section=SECTION,
        icon="adjustments-horizontal", position=33,
    ),
)  # fmt: skip
