"""The page of an organisation: facts, its place, what is below it, covers, terms, and the panels of other apps."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.organizations import headcounts, panels, queries, rules
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.organizations.permissions import EDIT, RESTRUCTURE
from zhibu.kernel.actions import Action, available, get
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

#: how many children the page lists; the chart shows all
CHILDREN = 60


@dataclass(frozen=True)
class TermRow:
    """A term of office as shown: its state in words and colour, and what may be done with it."""

    term: Term
    label: str
    kind: str
    offered: list[Action]


def context(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """Return the context of the record page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    counts = headcounts.heads([organization.path])
    covers = queries.covers_of(actor, organization)
    may_edit = actor.may(EDIT, organization.path)
    children = queries.children(actor, organization, dissolved=True)
    return {
        "facts": [*facts(organization, counts.get(organization.path)), *lineage(actor, organization)],
        "crumbs": crumbs(actor, organization),
        "children": [(child, _words(counts, child)) for child in children[:CHILDREN]],
        "more_children": max(0, len(children) - CHILDREN),
        "chart_url": reverse("organization-chart-below", args=[organization.uid]),
        "may_restructure": actor.may(RESTRUCTURE, organization.path),
        "covers": covers,
        "covered_by": queries.covered_by(actor, organization),
        "cover_warnings": rules.joint_branch_size(rules.Kind(organization.kind), len(covers)),
        "terms": term_rows(actor, organization, may_edit),
        "may_edit": may_edit,
        "panels": panels.panels(request, organization),
    }


def facts(organization: Organization, heads: headcounts.Heads | None) -> list[Fact]:
    """Return the fields as labelled values."""
    return [
        Fact("全称", organization.name, wide=True),
        Fact("简称", organization.short_name),
        Fact("类别", organization.get_kind_display()),
        Fact("编码", organization.code),
        Fact("在册人数（含下级）", heads.words(organization.kind) if heads else ""),
        Fact("成立日期", _iso(organization.founded_on)),
        *([Fact("撤销日期", _iso(organization.dissolved_on))] if organization.dissolved_on else []),
        Fact("所在地区", organization.region),
        Fact("电话", organization.phone),
        Fact("地址", organization.address, wide=True),
        Fact("简介", organization.introduction, wide=True),
    ]


def lineage(actor: Actor, organization: Organization) -> list[Fact]:
    """Return what it became part of, what became part of it, and splits; others are named to those who may see them."""
    rows = Organization.objects.visible_to(actor).order_by("path")
    groups = (
        ("并入", rows.filter(pk=organization.merged_into_id)),
        ("并入本组织的", rows.filter(merged_into=organization)),
        ("由其分设", rows.filter(pk=organization.split_from_id)),
        ("分设出的组织", rows.filter(split_from=organization)),
    )
    named = ((label, "、".join(str(one) for one in found)) for label, found in groups)
    return [Fact(label, words, wide=True) for label, words in named if words]


def crumbs(actor: Actor, organization: Organization) -> list[dict[str, str]]:
    """Return the way from the root; ancestors the viewer may not open are named without a link."""
    found = [{"label": "组织机构", "url": reverse("organizations")}]
    for above in queries.breadcrumb(organization):
        url = above.get_absolute_url() if actor.may("organizations.view", above.path) else ""
        found.append({"label": str(above), "url": url})
    return [*found, {"label": str(organization), "url": ""}]


def term_rows(actor: Actor, organization: Organization, may_edit: bool) -> list[TermRow]:
    """Return the terms of office; what may be done is asked for the latest only, earlier ones can be corrected."""
    earlier = [get("organizations.term.correct")] if may_edit else []
    found = []
    for place, term in enumerate(queries.terms_of(actor, organization)):
        label, kind = term_state(term)
        found.append(TermRow(term, label, kind, available(actor, term) if place == 0 else earlier))
    return found


def term_state(term: Term) -> tuple[str, str]:
    """Return the state of a term in words and as a colour: closed, running, falling due, overdue."""
    today = localdate()
    due = term.due(today)
    if term.closed_on:
        return f"{term.closed_on} 结束", "plain"
    if due is None:
        return "任期内", "ok"
    return term.due_label(today), "late" if due == "overdue" else "due"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _words(counts: dict[str, headcounts.Heads], child: Organization) -> str:
    heads = counts.get(child.path)
    return heads.words(child.kind) if heads else ""
