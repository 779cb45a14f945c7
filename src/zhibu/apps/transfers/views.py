"""Whom to call today, made for a telephone; and the figures of transfers and of members who are away."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import ContactPlan
from zhibu.apps.transfers.models.away import How
from zhibu.apps.transfers.permissions import CONTACT, VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Bar, Chip

#: people on one page of the telephone
MOST = 60
#: days ahead that count as soon
AHEAD = 7
FIRST_YEAR = 2000


@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    """Show whom the viewer's branches should be in touch with, the most overdue first, each with a form of one tap."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(CONTACT):
        raise Http404
    today, every = localdate(), request.GET.get("show") == "all"
    rows = ContactPlan.objects.visible_to(actor, CONTACT).filter(until__isnull=True)
    due = rows.filter(next_on__lte=today + timedelta(days=AHEAD))
    chosen = (rows if every else due).select_related("person", "organization", "keeper").order_by("next_on", "pk")
    plans = list(chosen[: MOST + 1])
    shown = [_line(plan, actor, today) for plan in plans[:MOST]]
    chips = [Chip("现在应联系", "?", on=not every), Chip("全部", "?show=all", on=every)]
    ways = [(How.PHONE.value, "打了电话"), (How.MESSAGE.value, "发了信息"), (How.VISIT.value, "上门看过")]
    context = {"lines": shown, "more": len(plans) > MOST, "chips": chips, "ways": ways, "today": today, "every": every}
    return render(request, "transfers/contact_list.html", context)


def _line(plan: ContactPlan, actor: Actor, today: date) -> dict[str, Any]:
    words, tone = plan.standing(today)
    phones: list[str] = []
    if actor.may("people.see.contact", plan.organization.path):
        phones = [number for number in (plan.person.mobile, plan.person.telephone) if number]
    return {"plan": plan, "state": words, "tone": tone, "phones": phones, "key": uuid.uuid4()}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show how many went and came in a year, and who is away, branch by branch; every figure leads to its list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    today = localdate()
    try:
        year = int(request.GET.get("year", today.year))
    except ValueError:
        year = today.year
    year = min(max(year, FIRST_YEAR), today.year)
    rows = queries.by_branch(actor, year)
    names = ("within_out", "within_in", "out", "come")
    whole = {name: sum(getattr(row, name) for row in rows) for name in names}
    context = {
        "year": year, "year_text": str(year), "before_text": str(year - 1), "after_text": str(year + 1), "before": year - 1 if year > FIRST_YEAR else None, "after": year + 1 if year < today.year else None,
        "rows": rows, "whole": whole, "away": queries.away_by_branch(actor, today), "now": queries.figures(actor, today),
        "bars": [
            Bar("平台内转出", whole["within_out"]), Bar("平台内转入", whole["within_in"]), Bar("转出平台外", whole["out"]),
            Bar("平台外转入", whole["come"]),
        ],
    }  # fmt: skip
    return render(request, "transfers/figures.html", context)
