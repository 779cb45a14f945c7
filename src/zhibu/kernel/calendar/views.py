"""The page 工作日历: which days of a year are worked, by which announcement, and who may load one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.kernel.actions.history import visible_history
from zhibu.kernel.calendar.actions import LOAD, PERMISSION
from zhibu.kernel.calendar.announcement import YEARS, SpecialDay
from zhibu.kernel.calendar.models import HolidayYear
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.calendar.work import BUILT_IN_YEARS, CalendarMissing
from zhibu.kernel.calendar.year import built_in_days, months, spans
from zhibu.kernel.ui.parts import Change, Entry


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    """Go to the page of the year we are in."""
    return redirect("work-calendar-year", year=localdate().year)


@require_safe
def year_page(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year: the special days in a list, the twelve months, and for whoever may load them the history."""
    if year not in YEARS:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    may_load = actor.may_everywhere(PERMISSION)
    loaded = HolidayYear.objects.filter(year=year).first()
    special = _special_days(year, loaded)
    try:
        grid = months(year, work_calendar(), {day.day for day in special if not day.works})
    except CalendarMissing:
        grid = []
    context = {
        "title": f"{year} 年工作日历",
        "year": year,
        "loaded": loaded,
        "built_in": loaded is None and year in BUILT_IN_YEARS,
        "spans": spans(special),
        "months": grid,
        "workdays": sum(month.workdays for month in grid),
        "weekdays": "一二三四五六日",
        "previous": year - 1 if year - 1 in YEARS else None,
        "next": year + 1 if year + 1 in YEARS else None,
        "load_url": f"{reverse('action', args=[LOAD])}?year={year}&next={request.path}" if may_load else "",
        "history": _history(actor, loaded) if may_load and loaded else [],
    }
    return render(request, "calendar/year.html", context)


def _special_days(year: int, loaded: HolidayYear | None) -> list[SpecialDay]:
    if loaded is None:
        return built_in_days(year)
    return [SpecialDay(row.day, row.is_workday, row.note) for row in loaded.days.order_by("day")]


def _history(actor: Any, loaded: HolidayYear) -> list[Entry]:
    return [
        Entry(
            line.summary, line.actor_name, line.at, [Change(c.label, c.old, c.new) for c in line.changes], line.reason
        )
        for line in visible_history(actor, loaded)
    ]
