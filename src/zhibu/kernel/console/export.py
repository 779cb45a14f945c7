"""A list as an xlsx file. Text is written as text: what a cell holds is never a formula in the reader's Excel."""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate, make_naive
from django.views.decorators.http import require_GET

from zhibu.kernel import audit, files, jobs
from zhibu.kernel.actor import Actor
from zhibu.kernel.console.declare import Screen, screen
from zhibu.kernel.console.listing import cell, select, with_gates
from zhibu.kernel.files.models import Blob
from zhibu.kernel.jobs.models import Job

#: up to this many rows are answered at once; more become a job
INLINE = 2_000
MAX_ROWS = 100_000
BATCH = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def filename(declared: Screen) -> str:
    """Return the percent-encoded file name, e.g. 人员主档-2026-11-24.xlsx."""
    return quote(f"{declared.label}-{localdate().isoformat()}.xlsx")


def workbook(declared: Screen, rows: Iterable[Any], actor: Actor) -> bytes:
    """Return the xlsx of gated rows, and write the audit line that says who took what out."""
    columns = [c for c in declared.columns if c.where != "list"]
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(declared.label[:31])
    head = book.add_format({"bold": True, "bg_color": "#F3EFE9", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00"})
    for n, column in enumerate(columns):
        sheet.write_string(0, n, column.label, head)
        sheet.set_column(n, n, 14 if column.kind == "text" else 12)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, obj in enumerate(_completed(declared, rows, actor), start=1):
        for n, column in enumerate(columns):
            _write(sheet, count, n, cell(column, obj), day, money)
    book.close()
    with transaction.atomic():
        summary = f"导出{declared.label} {count} 行"
        audit.record(actor, "console.export", object_type=declared.model, object_id="*", summary=summary)
    return out.getvalue()


def _completed(declared: Screen, rows: Iterable[Any], actor: Actor) -> Iterator[Any]:
    """Yield the rows with all that their columns need, a thousand at a time."""
    waiting = iter(rows)
    while batch := declared.completed(actor, islice(waiting, BATCH)):
        yield from batch


def _write(sheet: Any, row: int, n: int, shown: Any, day: Any, money: Any) -> None:
    value = shown.value
    if shown.hidden or value is None or value == "":
        return
    if isinstance(value, datetime):  # workbooks know no time zones: the local time, as the list shows it
        sheet.write_datetime(row, n, make_naive(value), day)
    elif isinstance(value, date):
        sheet.write_datetime(row, n, value, day)
    elif isinstance(value, Decimal):
        sheet.write_number(row, n, value, money)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, n, value)
    else:
        sheet.write_string(row, n, "是" if value is True else "否" if value is False else str(value))


def start_export(declared: Screen, actor: Actor, query: str) -> Any:
    """Queue an export and return its job."""
    payload = {"screen": declared.slug, "query": query}
    with transaction.atomic():
        return jobs.enqueue("console.export", actor=actor, label=f"导出{declared.label}", payload=payload)


@jobs.handler("console.export", label="导出")
def export_step(job: Any, cursor: Any) -> jobs.Step:
    """Write the file in one step: it has no effect but the file, so a repeat after a kill is harmless."""
    declared = screen(job.payload["screen"])
    actor = jobs.actor_of(job)
    if not actor.may(declared.export_permission or declared.permission):
        raise jobs.JobFailed("您已没有导出的权限。")
    rows, _, _, _ = select(declared, actor, QueryDict(job.payload["query"]), again=True)
    content = workbook(declared, with_gates(declared, rows, actor)[:MAX_ROWS].iterator(2_000), actor)
    blob = files.store_made(content, mime=XLSX)
    result = {"url": reverse("export", args=[job.uid]), "label": "下载表格", "blob": blob.pk}
    return jobs.Step(cursor={}, done=1, total=1, finished=True, result=result)


@require_GET
def download(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """Send a finished export, to the one who asked for it and still may export."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = Job.objects.visible_to(actor).filter(
        kind="console.export", requested_by_id=actor.account_id, uid=uid, state="done"
    )
    job = mine.first()
    if job is None or actor.account_id is None:
        raise Http404
    declared = screen(job.payload["screen"])
    if not actor.may(declared.export_permission or declared.permission):
        raise Http404
    blob = Blob.objects.get(pk=job.result["blob"])
    return files.serve_blob(blob, name=f"{declared.label}-{localdate(job.finished_at).isoformat()}.xlsx")
