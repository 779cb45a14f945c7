"""The declared lists of what stands beside the ordinary path."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.development.models import Analysis, SpecialAdmission
from zhibu.apps.development.params import edition
from zhibu.apps.development.permissions import VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "发展党员"


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    return [("发展党员概览", reverse("development-board"))]


def admissions(actor: Actor) -> "QuerySet[SpecialAdmission]":
    """Return the members received otherwise within reach."""
    rows: QuerySet[SpecialAdmission] = SpecialAdmission.objects.visible_to(actor)
    return rows.select_related("person", "organization")


def analyses(actor: Actor) -> "QuerySet[Analysis]":
    """Return the analyses within reach."""
    rows: QuerySet[Analysis] = Analysis.objects.visible_to(actor).select_related("organization")
    return rows


def admission_page(request: HttpRequest, made: SpecialAdmission) -> dict[str, Any]:
    """Return what the page of a member received otherwise shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reachable = Person.objects.visible_to(actor).filter(pk=made.person_id).exists()
    rules = edition(made.version)
    facts = [
        Fact("姓名", made.person.name, url=made.person.get_absolute_url() if reachable else ""), Fact("方式", made.get_kind_display()),
        Fact("党组织", made.organization), Fact("批准机关", made.organ), Fact("文号", made.number), Fact("批准日期", made.on),
        Fact("接收为", made.get_became_display()), Fact("依据", rules.cited(rules.limits[made.kind].article)),
        Fact("事由", made.words, wide=True), Fact("登记人", made.by_name), Fact("撤销原因", made.withdrawn_why, wide=True),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "files": files.attached(actor, made)}


def analysis_page(request: HttpRequest, analysis: Analysis) -> dict[str, Any]:
    """Return what the page of an analysis shows."""
    facts = [
        Fact("党委", analysis.organization), Fact("年度", str(analysis.year)), Fact("分析日期", analysis.on),
        Fact("存在的问题", analysis.problems, wide=True), Fact("改进措施", analysis.measures, wide=True), Fact("登记人", analysis.by_name),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "figures": analysis.figures}


register(
    Screen(
        slug="development-special", model="development.SpecialAdmission", label="直接接收和追认", permission=VIEW, rows=admissions,
        order="-on", columns=(
            Column("name", "姓名", lambda s: s.person.name, sort="person__name", primary=True),
            Column("kind", "方式", "get_kind_display", sort="kind", kind="short"),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("on", "批准日期", "on", sort="on", kind="date"),
            Column("organ", "批准机关", "organ"),
            Column("stands", "状态", lambda s: "有效" if s.stands else "已撤销", kind="short", tone=lambda s: "ok" if s.stands else "plain"),
        ),
        head=("development.special.record",), links=links, record="zhibu.apps.development.console_special.admission_page",
        record_template="development/special.html",
        empty="没有直接接收和追认的党员。党中央、省级党委直接接收的，或者经省一级党委批准追认的，凭批准文件在这里登记。", section=SECTION,
        icon="document-check", position=34,
    ),
    Screen(
        slug="development-analyses", model="development.Analysis", label="积极分子分析", permission=VIEW, rows=analyses, order="-year",
        columns=(
            Column("organization", "党委", "organization", sort="organization__path", primary=True),
            Column("year", "年度", lambda a: str(a.year), sort="year", kind="short"),
            Column("on", "分析日期", "on", sort="on", kind="date"),
            Column("problems", "存在的问题", "problems", phone=False),
            Column("by", "登记人", "by_name", kind="short"),
        ),
        head=("development.analysis.write",), links=links, record="zhibu.apps.development.console_special.analysis_page",
        record_template="development/analysis.html",
        empty="还没有登记。县级党委组织部门和基层党委每年对入党积极分子队伍状况作一次分析（第十一条）。", section=SECTION,
        icon="chart-bar", position=35,
    ),
)  # fmt: skip
