"""Statistics, annual tables, 50 years of membership, political birthdays."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.membership import annual, counting, honours, past
from zhibu.apps.membership.bands import DIMENSIONS
from zhibu.apps.membership.documents import HONOURS
from zhibu.apps.membership.documents.honours import content
from zhibu.apps.membership.forms_counting import BehindForm, BirthdayForm, HonourForm, ScopeForm
from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import answer_with
from zhibu.kernel.ui.parts import Bar

#: names on the page behind a figure of a past day
MOST = 300


def viewer(request: HttpRequest) -> Actor:
    """Return the actor, or raise Http404 for who sees no members."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    return actor


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of a day, normally today, drawn and as tables; each leads to the list behind it."""
    actor = viewer(request)
    form = ScopeForm(request.GET or None, actor=actor)
    day, below, year = form.chosen()
    found = _figures(form, actor, day, below)
    charts = [(table, [Bar(line.label, line.number, url=line.url) for line in table.lines]) for table in found.tables]
    context = {
        "form": form, "below": below, "year": year, "today": localdate(), "day": day, "total": found.total, "charts": charts,
        "branches": found.branches, "columns": counting.COLUMNS, "sums": counting.sums(found.branches),
        "yearly": counting.of_year(actor, year, below), "query": request.GET.urlencode(),
        "wrong": [table.label for table in found.tables if not table.adds_up],
    }  # fmt: skip
    context["branch_rows"] = [(one, [one.numbers[code] for code in counting.COLUMNS]) for one in found.branches]
    context["branch_sums"] = [context["sums"][code] for code in counting.COLUMNS]
    return render(request, "membership/statistics.html", context, status=422 if form.errors else 200)


def _figures(form: ScopeForm, actor: Actor, day: date, below: Any) -> past.Figures:
    """Return the figures; none where the form is wrong, or more people are within reach than are looked at at once."""
    try:
        return past.figures(actor, day, localdate(), below)
    except past.TooMany:
        form.add_error("below", f"以前的某一天一次最多统计 {past.MOST} 人，请选一个党组织")
    return past.Figures(0, [], [])


@require_safe
def on_day(request: HttpRequest) -> HttpResponse:
    """List the members behind a figure of a past day; whoever is out of reach today stands there by name alone."""
    actor = viewer(request)
    form = BehindForm(request.GET, actor=actor)
    day, below, _ = form.chosen()
    by, of, directly = form.value("by", ""), form.value("of", ""), form.value("directly", None)
    if not form.is_valid() or (by and DIMENSIONS[by].gate and not counting.sees(actor, DIMENSIONS[by].gate)):
        raise Http404
    try:
        found = past.members(actor, day, below, directly)
    except past.TooMany:
        raise Http404 from None
    rows = [one for one in found if not by or one.values[by] == of]
    what = f"{DIMENSIONS[by].label}：{DIMENSIONS[by].labels.get(of, of)}" if by else ""
    shown = past.shown(actor, rows[:MOST])
    context = {"day": day, "place": directly or below, "what": what, "number": len(rows), "rows": shown, "most": MOST}
    return render(request, "membership/on_day.html", context)


@require_POST
def annual_tables(request: HttpRequest) -> HttpResponse:
    """Send the annual tables; that they were taken out stands in the trail."""
    actor = viewer(request)
    form = ScopeForm(request.GET or None, actor=actor)
    day, below, year = form.chosen()
    try:
        found = past.figures(actor, day, localdate(), below)
    except past.TooMany:
        raise Http404 from None
    made = annual.workbook(actor, day, found, year, below)
    with transaction.atomic():
        audit.record(
            actor, "membership.annual", object_type="membership.Member", object_id="*", summary=f"导出党员统计表（{day.isoformat()}，{year} 年变动）",
            organization_id=below.pk if below is not None else None,
        )  # fmt: skip
    return xlsx(made, f"党员统计表-{day.isoformat()}.xlsx")


def xlsx(content_: bytes, name: str) -> HttpResponse:
    """Send a workbook under a Chinese name, kept by nobody on the way."""
    response = HttpResponse(content_, content_type=annual.XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def honour_list(request: HttpRequest) -> HttpResponse:
    """Show who has 50 years of membership on a day, normally the coming 1 July."""
    actor = viewer(request)
    form = HonourForm(request.GET or None, actor=actor)
    day, below, new = form.chosen()
    found = honours.honoured(actor, day, below, new=new)
    context = {
        "form": form, "day": day, "new": new, "found": found, "query": request.GET.urlencode(),
        "unsure": sum(one.estimated for one in found),
    }  # fmt: skip
    return render(request, "membership/honours.html", context, status=422 if form.errors else 200)


@require_POST
def honour_file(request: HttpRequest) -> HttpResponse:
    """Send the list as xlsx, or as PDF to print."""
    actor = viewer(request)
    form = HonourForm(request.GET or None, actor=actor)
    day, below, new = form.chosen()
    found = honours.honoured(actor, day, below, new=new)
    if request.POST.get("as") == "pdf":
        return answer_with(request, HONOURS, content(day, found, str(below) if below else ""))
    with transaction.atomic():
        audit.record(
            actor, "membership.honours", object_type="membership.Member", object_id="*",
            summary=f"导出党龄满 50 年的党员 {len(found)} 人（{day.isoformat()}）",
        )  # fmt: skip
    return xlsx(_sheet(day, found), f"光荣在党50年-{day.isoformat()}.xlsx")


def _sheet(day: date, found: list[honours.Honoured]) -> bytes:
    import io

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, head = (
        book.add_worksheet("光荣在党50年"),
        book.add_format({"bold": True, "bg_color": "#F3EFE9", "border": 1}),
    )
    for n, words in enumerate(
        ("序号", "姓名", "性别", "所在支部", "入党日期", "党龄起算", "党龄（年）", "本年新达到", "说明")
    ):
        sheet.write_string(0, n, words, head)
    for row, one in enumerate(found, 1):
        member = one.member
        values: list[Any] = [
            row, member.person.name, member.person.get_sex_display(), str(one.branch), _iso(member.admitted_on), _iso(one.since),
            one.years, "是" if one.new else "", "按入党时预备期推算，请核对" if one.estimated else "",
        ]  # fmt: skip
        for n, value in enumerate(values):
            sheet.write(row, n, value)
    sheet.set_column(1, 8, 14)
    book.close()
    return out.getvalue()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@require_safe
def birthday_list(request: HttpRequest) -> HttpResponse:
    """Show the political birthdays of a month."""
    actor = viewer(request)
    form = BirthdayForm(request.GET or None, actor=actor)
    month, below = form.chosen()
    found = honours.birthdays(actor, month, below)
    context = {"form": form, "month": month, "found": found, "today": localdate()}
    return render(request, "membership/birthdays.html", context, status=422 if form.errors else 200)
