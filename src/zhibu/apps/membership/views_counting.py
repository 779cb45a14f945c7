"""Statistics, annual tables, 50 years of membership, political birthdays."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from zhibu.apps.membership import annual, counting, honours
from zhibu.apps.membership.documents import HONOURS
from zhibu.apps.membership.documents.honours import content
from zhibu.apps.membership.forms_counting import BirthdayForm, HonourForm, ScopeForm
from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import answer_with
from zhibu.kernel.ui.parts import Bar


def viewer(request: HttpRequest) -> Actor:
    """Return the actor, or raise Http404 for who sees no members."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        raise Http404
    return actor


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of today, drawn and as tables; each leads to the list behind it."""
    actor = viewer(request)
    form = ScopeForm(request.GET or None, actor=actor)
    below, year = form.chosen()
    today = localdate()
    total, tables = counting.tables(actor, today, below)
    charts = [(table, [Bar(line.label, line.number, url=line.url) for line in table.lines]) for table in tables]
    branches = counting.by_branch(actor, today, below)
    context = {
        "form": form, "below": below, "year": year, "today": today, "total": total, "charts": charts, "branches": branches,
        "columns": counting.COLUMNS, "sums": counting.sums(branches), "yearly": counting.of_year(actor, year, below),
        "query": request.GET.urlencode(), "wrong": [table.label for table in tables if not table.adds_up],
    }  # fmt: skip
    context["branch_rows"] = [(one, [one.numbers[code] for code in counting.COLUMNS]) for one in branches]
    context["branch_sums"] = [context["sums"][code] for code in counting.COLUMNS]
    return render(request, "membership/statistics.html", context, status=422 if form.errors else 200)


@require_POST
def annual_tables(request: HttpRequest) -> HttpResponse:
    """Send the annual tables; that they were taken out stands in the trail."""
    actor = viewer(request)
    form = ScopeForm(request.GET or None, actor=actor)
    below, year = form.chosen()
    today = localdate()
    made = annual.workbook(actor, today, year, below)
    with transaction.atomic():
        audit.record(
            actor, "membership.annual", object_type="membership.Member", object_id="*", summary=f"导出党员统计表（{year} 年）",
            organization_id=below.pk if below is not None else None,
        )  # fmt: skip
    return xlsx(made, f"党员统计表-{today.isoformat()}.xlsx")


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
