"""Files of an import: the empty template and the list of errors. Text is written as text, never as a formula."""

import io
from typing import Any

import xlsxwriter

from zhibu.kernel.imports.models import ImportBatch
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec
from zhibu.kernel.imports.staging import ERROR, Staging

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {"text": "文字", "date": "日期，如 1958-03-12", "integer": "整数", "decimal": "数字"}


def _workbook(out: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def template(spec: ImportSpec) -> bytes:
    """Return an xlsx with the headers and one example row, and a second sheet that explains every column."""
    out = io.BytesIO()
    book = _workbook(out)
    head = book.add_format({"bold": True, "bg_color": "#F3EFE9", "border": 1, "num_format": "@"})
    needed = book.add_format({"bold": True, "bg_color": "#F6D9D6", "border": 1, "num_format": "@"})
    # text cells, or Excel would make 1.1E+17 of an identity number
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(spec.label[:31])
    for place, column in enumerate(spec.columns):
        sheet.set_column(place, place, max(12, 2 * len(column.label) + 4), text)
        sheet.write_string(0, place, _title(column), needed if column.required else head)
        sheet.write_string(1, place, column.example, text)
    sheet.freeze_panes(1, 0)
    _explain(book.add_worksheet("填写说明"), spec, head)
    book.close()
    return out.getvalue()


def _title(column: ImportColumn) -> str:
    return f"{column.label}（必填）" if column.required else column.label


def _explain(sheet: Any, spec: ImportSpec, head: Any) -> None:
    lines = ["第一张表的第 2 行是示例，请先删去再填写。", "列的先后可以变，用不到的列可以删。", spec.intro]
    lines = [line for line in lines if line]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    top = len(lines) + 1
    for place, title in enumerate(("列", "必填", "内容", "示例", "也认得这些名称")):
        sheet.write_string(top, place, title, head)
    for row, column in enumerate(spec.columns, start=top + 1):
        wanted = column.help or _KINDS[column.kind]
        cells = (column.label, "必填" if column.required else "", wanted, column.example, "、".join(column.synonyms))
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell)
    for place, width in enumerate((18, 8, 48, 24, 48)):
        sheet.set_column(place, place, width)


def errors(batch: ImportBatch) -> bytes:
    """Return an xlsx with one line for each bad cell. Raises NotStaged."""
    out = io.BytesIO()
    book = _workbook(out)
    head = book.add_format({"bold": True, "bg_color": "#F3EFE9", "border": 1})
    sheet = book.add_worksheet("需要改正的地方")
    for place, (title, width) in enumerate((("行", 8), ("单元格", 10), ("列", 18), ("现在的内容", 30), ("怎么改", 80))):
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    line = 0
    with Staging(batch.uid) as staged:
        for row in staged.page((ERROR,)):
            for issue in row.issues:
                line += 1
                sheet.write_number(line, 0, row.number)
                cell = f"{issue.letter}{row.number}" if issue.letter else ""
                for place, value in enumerate((cell, issue.label or "整行", issue.value, issue.message), start=1):
                    sheet.write_string(line, place, value)
    book.close()
    return out.getvalue()
