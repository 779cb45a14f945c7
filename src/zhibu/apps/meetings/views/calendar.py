"""The calendar of a month: meetings and what is planned, by day."""

import re
from calendar import Calendar
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.meetings import queries
from zhibu.apps.meetings.documents.plan import PLAN
from zhibu.apps.meetings.documents.plan import content as plan_content
from zhibu.apps.meetings.forms import PARTY_KINDS
from zhibu.apps.meetings.models import Meeting, PlanLine
from zhibu.apps.meetings.permissions import MANAGE, VIEW
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.queries import choices
from zhibu.kernel import documents
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.documents.serving import is_large
from zhibu.kernel.scope import bind
from zhibu.kernel.tree import under

#: entries of one month that the page shows
MOST = 400
WEEK = "一二三四五六日"


class PlaceForm(forms.Form):
    """Whose calendar."""

    at = OrganizationField(label="党组织（含下级）", required=False, empty_label="管理范围内全部", to_field_name="uid")


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show a month: on a wide screen by weeks, on a phone by the days that have something."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    first = _month(request.GET.get("month", ""))
    form = PlaceForm(request.GET or None)
    field: Any = form.fields["at"]
    field.queryset = choices(actor, VIEW, kinds=PARTY_KINDS)
    bind(form, actor)
    place = form.cleaned_data.get("at") if form.is_bound and form.is_valid() else None
    entries, more = _entries(actor, first, place)
    weeks = [
        [(day, entries.get(day, []), day.month == first.month) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    at = f"&at={place.uid}" if place else ""
    context = {
        "title": f"{first.year} 年 {first.month} 月组织生活", "weeks": weeks, "week": WEEK, "today": localdate(), "more": more, "form": form,
        "before": f"?month={add_months(first, -1):%Y-%m}{at}", "after": f"?month={add_months(first, 1):%Y-%m}{at}",
        "month": f"{first:%Y-%m}", "may_manage": actor.may(MANAGE), "empty": not entries, "place": place, "year": str(first.year),
    }  # fmt: skip
    return render(request, "meetings/calendar.html", context)


def _month(text: str) -> date:
    if re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", text):
        return date.fromisoformat(f"{text}-01")
    return localdate().replace(day=1)


def _entries(actor: Actor, first: date, place: Organization | None) -> tuple[dict[date, list[Any]], bool]:
    days = {"on__gte": first, "on__lt": add_months(first, 1)}
    meetings, lines = (
        queries.listed(actor).filter(**days),
        queries.planned(actor).filter(**days, used=False, dropped_why=""),
    )
    if place is not None:
        within = under("organization__path", [place.path])
        meetings, lines = meetings.filter(within), lines.filter(within)
    found: dict[date, list[Any]] = {}
    held: list[Meeting] = list(meetings.exclude(state="cancelled").order_by("starts_at")[: MOST + 1])
    planned: list[PlanLine] = list(lines.order_by("on", "pk")[: MOST + 1])
    for one in held[:MOST]:
        found.setdefault(one.on, []).append(one)
    for line in planned[:MOST]:
        found.setdefault(line.on, []).append(line)
    return found, len(held) > MOST or len(planned) > MOST


@require_safe
def print_plan(request: HttpRequest, uid: Any) -> HttpResponse:
    """Print the plan of an organisation and what lies under it for a year (?year=2026, this one by default)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = Organization.objects.visible_to(actor, VIEW).filter(uid=uid).first()
    if place is None:
        raise Http404
    asked = request.GET.get("year", "")
    year = int(asked) if re.fullmatch(r"20\d\d", asked) else localdate().year
    large = is_large(request.GET)
    return documents.answer_with(request, PLAN, plan_content(actor, place, year), large=large)
