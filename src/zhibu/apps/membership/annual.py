"""The annual tables (年报) as a workbook: the same figures as on the page, with the check that they add up."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from zhibu.apps.membership import counting
from zhibu.apps.membership.past import Figures
from zhibu.kernel.actor import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(actor: Actor, day: date, found: Figures, year: int, below: Any = None) -> bytes:
    """Return the annual tables as xlsx: by branch, by each dimension, and what happened in the year."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    pen = _Pen(book, str(below) if below is not None else "全部", day)
    pen.by_branch(found.branches, found.total)
    for table in found.tables:
        pen.table(table.label, [(line.label, line.number) for line in table.lines], table.total)
    pen.table(f"{year} 年变动", [(line.label, line.number) for line in counting.of_year(actor, year, below)], None)
    book.close()
    return out.getvalue()


class _Pen:
    """Writes the sheets in one hand."""

    def __init__(self, book: Any, where: str, today: date) -> None:
        self.book, self.where, self.today = book, where, today
        self.head = book.add_format(
            {"bold": True, "bg_color": "#F3EFE9", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.cell = book.add_format({"border": 1})
        self.sum = book.add_format({"border": 1, "bold": True})

    def sheet(self, name: str) -> Any:
        """Begin a sheet with its title and what it is about."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.write_string(0, 0, f"党员统计：{name}", self.title)
        sheet.write_string(1, 0, f"统计范围：{self.where}    统计日期：{self.today.isoformat()}    单位：人")
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 20, 11)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def by_branch(self, branches: Sequence[counting.Branch], total: int) -> None:
        """Write the figures branch by branch, their sum, and whether it is the total."""
        sheet = self.sheet("各支部党员情况")
        codes = list(counting.COLUMNS)
        sheet.write_string(3, 0, "党组织", self.head)
        for n, code in enumerate(codes, 1):
            sheet.write_string(3, n, counting.COLUMNS[code][0], self.head)
        for row, one in enumerate(branches, 4):
            sheet.write_string(row, 0, f"{one.organization}{'（直接）' if one.direct else ''}", self.cell)
            for n, code in enumerate(codes, 1):
                sheet.write_number(row, n, one.numbers[code], self.cell)
        last, whole = 4 + len(branches), counting.sums(branches)
        sheet.write_string(last, 0, "合计", self.sum)
        for n, code in enumerate(codes, 1):
            sheet.write_number(last, n, whole[code], self.sum)
        self._checked(sheet, last + 1, whole["total"], total)
        sheet.freeze_panes(4, 1)
        sheet.repeat_rows(3)

    def table(self, name: str, lines: Sequence[tuple[str, int]], total: int | None) -> None:
        """Write one dimension; `total` None where the lines are no parts of a whole."""
        sheet = self.sheet(name)
        sheet.write_string(3, 0, name, self.head)
        sheet.write_string(3, 1, "人数", self.head)
        for row, (label, number) in enumerate(lines, 4):
            sheet.write_string(row, 0, label, self.cell)
            sheet.write_number(row, 1, number, self.cell)
        if total is None:
            return
        last = 4 + len(lines)
        sheet.write_string(last, 0, "合计", self.sum)
        sheet.write_number(last, 1, total, self.sum)
        self._checked(sheet, last + 1, sum(number for _, number in lines), total)

    def _checked(self, sheet: Any, row: int, added: int, total: int) -> None:
        words = (
            f"各项相加 {added} 人，与党员总数一致"
            if added == total
            else f"各项相加 {added} 人，与党员总数 {total} 人不一致，请核对"
        )
        sheet.write_string(row, 0, f"核对：{words}")
