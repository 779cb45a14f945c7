"""Rates of collection by branch, and the list of a branch for a month with who has paid."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.dues import months, queries
from zhibu.apps.dues.permissions import ASSESS, BASE, BOOKS, RECORD, VIEW
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import as_uid
from zhibu.kernel.actor import Actor

#: months a page offers to look at
OFFERED = 18
#: people of a list that are shown at once
SHOWN = 500


def month_asked(request: HttpRequest) -> date:
    """Return the month the address asks for, this one by default."""
    now = months.first(localdate())
    try:
        asked = date.fromisoformat(request.GET.get("month", ""))
    except ValueError:
        return now
    return months.first(asked) if 2008 <= asked.year <= now.year + 1 else now


def months_offered(chosen: date) -> list[tuple[str, str, bool]]:
    """Return (value, label, chosen) of the months to choose from."""
    now = months.first(localdate())
    rows = {months.later(now, -n) for n in range(-6, OFFERED)} | {chosen}
    return [
        (month.isoformat(), f"{month.year} 年 {month.month} 月", month == chosen)
        for month in sorted(rows, reverse=True)
    ]


def place_asked(request: HttpRequest, permission: str = VIEW) -> Organization | None:
    """Return the organisation the address asks for, None for everything within reach. Raises Http404 outside it."""
    text = request.GET.get("below", "")
    if not text:
        return None
    actor: Actor = request.actor  # type: ignore[attr-defined]
    uid = as_uid(text)
    found = Organization.objects.visible_to(actor, permission).filter(uid=uid).first() if uid is not None else None
    if found is None:
        raise Http404
    place: Organization = found
    return place


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show how much of a month's dues each branch has collected; every figure leads to the list behind it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    month, place = month_asked(request), place_asked(request)
    rows = queries.collection(actor, month, place)
    if len(rows) == 1 and place is None and not actor.may(ASSESS):
        return branch_page(request, rows[0].organization, month)
    whole = {
        "people": sum(row.people for row in rows), "unpaid": sum(row.unpaid_people for row in rows),
        "owed": sum((row.owed for row in rows), Decimal("0.00")), "paid": sum((row.paid for row in rows), Decimal("0.00")),
    }  # fmt: skip
    context = {
        "rows": rows, "whole": whole, "month": month, "months": months_offered(month), "place": place,
        "missing": queries.unassessed(actor, month, [place.path] if place else ()).count(),
        "may_assess": actor.may(ASSESS), "may_books": actor.may(BOOKS), "may_base": actor.may(BASE),
        "asked": month.isoformat(), "waiting": queries.listed_incoming(actor).filter(state="open").count(),
        "cases": queries.listed_cases(actor).filter(closed_on__isnull=True).count(),
    }  # fmt: skip
    return render(request, "dues/board.html", context)


@require_safe
def branch(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show a branch's list of a month."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = Organization.objects.visible_to(actor, VIEW).filter(uid=uid).first() if actor.may(VIEW) else None
    if place is None:
        raise Http404
    return branch_page(request, place, month_asked(request))


def branch_page(request: HttpRequest, place: Organization, month: date) -> HttpResponse:
    """Return the page of a branch: this month's list with who has paid, and what is owed of earlier months."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    charges = queries.branch_month(actor, place, month)
    older = queries.arrears(actor, place, month)
    late: dict[int, dict[str, Any]] = {}
    for one in older:
        row = late.setdefault(one.person_id, {"person": one.person, "months": [], "sum": Decimal("0.00")})
        row["months"].append(one.month)
        row["sum"] += one.amount
    for row in late.values():
        row["words"] = months.words(row["months"])
    may = place.kind == "branch" and actor.may(RECORD, place.path)
    missing = list(queries.unassessed(actor, month, [place.path])[:SHOWN])
    context = {
        "place": place, "month": month, "months": months_offered(month), "charges": charges, "late": list(late.values()),
        "done": sum(one.settled for one in charges), "owed": sum((one.amount for one in charges), Decimal("0.00")),
        "paid": sum((one.amount for one in charges if one.settled), Decimal("0.00")), "missing": missing,
        "collect_url": reverse("action-on", args=["dues.payment.collect", place.uid]) if may else "",
        "may_record": may, "up_url": f"{reverse('action', args=['dues.handup.send'])}?organization={place.uid}",
        "list_url": f"{reverse('dues-list', args=[place.uid])}?month={month.isoformat()}",
        "asked": month.isoformat(), "may_books": actor.may(BOOKS, place.path),
        "may_base": place.kind == "branch" and actor.may(BASE, place.path),
        "waiting": queries.listed_incoming(actor).filter(organization=place, state="open").exists(),
    }  # fmt: skip
    return render(request, "dues/branch.html", context)


@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """Show the members nobody has worked out dues for: their base is not fixed, or the month has not been run."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    month, place = month_asked(request), place_asked(request)
    people = list(queries.unassessed(actor, month, [place.path] if place else ())[: SHOWN + 1])
    places = queries.branches_of_people([one.pk for one in people])
    rows = [(one, places.get(one.pk)) for one in people[:SHOWN]]
    context = {
        "rows": rows, "more": len(people) > SHOWN, "month": month, "months": months_offered(month), "place": place,
        "may_assess": actor.may(ASSESS), "asked": month.isoformat(),
    }  # fmt: skip
    return render(request, "dues/missing.html", context)
