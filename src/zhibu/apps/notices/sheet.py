"""The call list as a workbook, to be filled in away from the site."""

import io
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils.timezone import localtime

from zhibu.apps.notices.services import calls
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages.models import Notice

HEAD = ("党组织", "姓名", "电话", "亲属", "通知时间", "通知人", "结果")
WIDTHS = (24, 12, 26, 30, 18, 12, 30)


def workbook(actor: Actor, notice: Notice) -> bytes:
    """Return the xlsx, and write the audit line; text is never a formula."""
    rows = calls.rows(actor, notice)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet: Any = book.add_worksheet("电话通知单")
    bold = book.add_format({"bold": True, "bg_color": "#F3EFE9", "border": 1})
    for n, (words, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.write_string(0, n, words, bold)
        sheet.set_column(n, n, width)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        at = localtime(row.at).strftime("%Y-%m-%d %H:%M") if row.at else ""
        for n, text in enumerate((row.place, row.name, row.phones, row.kin, at, row.by, row.result)):
            sheet.write_string(line, n, text)
    book.close()
    with transaction.atomic():
        audit.record(
            actor, "messages.notice.sheet", notice, organization_id=notice.organization_id,
            summary=f"导出电话通知单“{notice.title}” {len(rows)} 行",
        )  # fmt: skip
    return out.getvalue()
