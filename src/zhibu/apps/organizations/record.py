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
from zhibu.kernel.actions import Action, available
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
        "facts": facts(organization, counts.get(organization.path)),
        "crumbs": crumbs(actor, organization),
        "children": [(child, _words(counts, child)) for child in children[:CHILDREN]],
        "more_children": max(0, len(children) - CHILDREN),
        "chart_url": reverse("organization-chart-below", args=[organization.uid]),
        "may_restructure": actor.may(RESTRUCTURE, organization.path),
        "covers": covers,
        "covered_by": queries.covered_by(actor, organization),
        "cover_warnings": rules.joint_branch_size(rules.Kind(organization.kind), len(covers)),
        "terms": [term_row(actor, term) for term in queries.terms_of(actor, organization)],
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
        Fact("人数（含下级）", heads.words(organization.kind) if heads else ""),
        Fact("成立日期", _iso(organization.founded_on)),
        *([Fact("撤销日期", _iso(organization.dissolved_on))] if organization.dissolved_on else []),
        Fact("所在地区", organization.region),
        Fact("电话", organization.phone),
        Fact("地址", organization.address, wide=True),
        Fact("简介", organization.introduction, wide=True),
    ]


def crumbs(actor: Actor, organization: Organization) -> list[dict[str, str]]:
    """Return the way from the root; ancestors the viewer may not open are named without a link."""
    found = [{"label": "组织机构", "url": reverse("organizations")}]
    for above in queries.breadcrumb(organization):
        url = above.get_absolute_url() if actor.may("organizations.view", above.path) else ""
        found.append({"label": str(above), "url": url})
    return [*found, {"label": str(organization), "url": ""}]


def term_row(actor: Actor, term: Term) -> TermRow:
    """Return a term with its state: closed, running, falling due, overdue."""
    today = localdate()
    due = term.due(today)
    if term.closed_on:
        label, kind = f"{term.closed_on} 结束", "plain"
    elif due == "overdue":
        label, kind = term.due_label(today), "late"
    elif due:
        label, kind = term.due_label(today), "due"
    else:
        label, kind = "任期内", "ok"
    return TermRow(term, label, kind, available(actor, term))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _words(counts: dict[str, headcounts.Heads], child: Organization) -> str:
    heads = counts.get(child.path)
    return heads.words(child.kind) if heads else ""
