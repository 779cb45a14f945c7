"""The board of a committee, and the year of an organisation."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.compliance import queries
from zhibu.apps.compliance.permissions import VIEW
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import ancestors
from zhibu.kernel.ui.parts import Page

#: lines of the board a page; years back that the year's page offers
LINES, YEARS = 50, 6


def _place(actor: Actor, uid: UUID | None) -> Organization:
    """Return the organisation asked for within reach, or where the viewer's board begins. Raises Http404."""
    if not actor.may(VIEW):
        raise Http404
    rows = Organization.objects.system("an organisation whose board is asked for")
    found = rows.filter(uid=uid).first() if uid else queries.top(actor)
    if found is None or not actor.may(VIEW, found.path):
        raise Http404
    return found


@require_safe
def board(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Show how the organisations below stand; every figure leads to its list, every name further down."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = _place(actor, uid)
    if at.kind in ("branch", "group"):
        return redirect("compliance-branch", uid=at.uid)
    lines = queries.board(actor, at, localdate())
    duties = queries.in_force()
    shown, page = _page(request, [line for line in lines if line.path != at.path])
    sums = {code: sum((line.cells.get(code, queries.Cell()) for line in lines), queries.Cell()) for code in duties}
    above = Organization.objects.system("the way back up").filter(path__in=ancestors(at.path)).order_by("path")
    context = {
        "at": at, "duties": [duties[code] for code, cell in sums.items() if cell.all], "page": page,
        "lines": [(line, [(code, line.cells.get(code)) for code, cell in sums.items() if cell.all]) for line in shown],
        "own": queries.of_organization(at), "sums": [(duties[code], cell) for code, cell in sums.items() if cell.all],
        "above": [one for one in above if actor.may(VIEW, one.path)], "today": localdate(),
        "whole": sum(sums.values(), queries.Cell()),
    }  # fmt: skip
    return render(request, "compliance/board.html", context)


def _page(request: HttpRequest, lines: list[queries.Line]) -> tuple[list[queries.Line], Page]:
    """Return the lines of the page asked for (?from=), those with most missing first."""
    asked = request.GET.get("from", "")
    start = int(asked) // LINES * LINES if asked.isdecimal() and len(asked) < 7 else 0
    shown = lines[start : start + LINES]
    earlier = f"?from={start - LINES}" if start else ""
    later = f"?from={start + LINES}" if start + LINES < len(lines) else ""
    return shown, Page(len(shown), len(lines), earlier, later)


@require_safe
def branch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the year of an organisation: what was held in every month, quarter and year, what is missing, by which article."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = _place(actor, uid)
    today = localdate()
    asked = request.GET.get("year", "")
    of = int(asked) if asked.isdecimal() and today.year - YEARS < int(asked) <= today.year else today.year
    lights = queries.of_organization(at)
    context: dict[str, Any] = {
        "at": at, "year": of, "years": range(today.year, today.year - YEARS, -1), "today": today,
        "rows": queries.year(at, lights, of, today),
    }  # fmt: skip
    return render(request, "compliance/branch.html", context)
