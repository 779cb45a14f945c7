"""The organisation chart: on screen, as a fragment of a large tree, and on paper."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.organizations import chart
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.permissions import VIEW
from zhibu.kernel.actor import Actor


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    return actor


def _organization(actor: Actor, uid: Any) -> Organization:
    found: Organization | None = Organization.objects.visible_to(actor, VIEW).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def chart_page(request: HttpRequest, uid: Any = None) -> HttpResponse:
    """The chart of everything within reach, or of one organisation's subtree; `?print=1` for paper, `?q=` to search."""
    actor = _actor(request)
    top = _organization(actor, uid) if uid else None
    text = request.GET.get("q", "").strip()[:60]
    dissolved = request.GET.get("dissolved") == "1"
    on_paper = request.GET.get("print") == "1"
    nodes, hits = chart.chart(actor, below=top, text=text, dissolved=dissolved, whole=on_paper)
    here = reverse("organization-chart-below", args=[top.uid]) if top else reverse("organization-chart")
    crumbs = [{"label": "组织图", "url": reverse("organization-chart")}, {"label": str(top)}] if top else []
    context = {
        "nodes": nodes, "hits": hits, "q": text, "dissolved": dissolved, "top": top, "crumbs": crumbs, "here": here,
        "title": f"{top} 组织图" if top else "组织图", "today": localdate(), "back_url": here,
    }  # fmt: skip
    return render(request, "organizations/chart_print.html" if on_paper else "organizations/chart.html", context)


def chart_branch(request: HttpRequest, uid: Any) -> HttpResponse:
    """The children of one organisation, fetched when it is opened; without htmx the same as a page of its own."""
    actor = _actor(request)
    organization = _organization(actor, uid)
    if not request.headers.get("HX-Request"):
        return redirect("organization-chart-below", uid=organization.uid)
    dissolved = request.GET.get("dissolved") == "1"
    nodes = chart.branch(actor, organization, dissolved=dissolved)
    return render(request, "organizations/_nodes.html", {"nodes": nodes, "dissolved": dissolved})
