"""The form that loads a year: pasted lines, or a sheet with the same three columns."""

from typing import Any

from django import forms

from zhibu.kernel.actions import ActionForm
from zhibu.kernel.calendar.announcement import YEARS, read_announcement, row_text
from zhibu.kernel.calendar.services import LoadInput
from zhibu.kernel.files import lent
from zhibu.kernel.imports.reading import SheetRefused, open_book, read_rows

MAX_SHEET = 1024 * 1024  # bytes
MAX_LINES = 400
SHOWN_FAULTS = 10


class LoadYearForm(ActionForm):
    """Takes the announcement in one of two ways; every fault is named by its line."""

    year = forms.IntegerField(label="年份", min_value=YEARS[0], max_value=YEARS[-1])
    source = forms.CharField(label="依据", max_length=200, help_text="公布这一年安排的通知名称和文号")
    lines = forms.CharField(
        label="放假和调休上班的日期",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="每行一天或一段，例如：2027-01-01 放假 元旦；2月5日至2月11日 放假 春节；2027-02-14 上班 春节调休",
    )
    sheet = forms.FileField(
        label="或者上传表格",
        required=False,
        help_text="xlsx 或 csv，三列：日期、放假或上班、说明。填了上面的就不用传",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the days; exactly one of the two ways must be used."""
        data = self.cleaned_data
        if "year" not in data or "lines" in self.errors or "sheet" in self.errors:
            return data
        name = "sheet" if data.get("sheet") else "lines"
        if data.get("sheet") and data.get("lines"):
            self.add_error("sheet", "上面已经填了日期，请只用一种方式：清空上面的内容，或不选文件")
            return data
        try:
            lines = _sheet_lines(data["sheet"]) if name == "sheet" else data["lines"].splitlines()
        except SheetRefused as refused:
            self.add_error("sheet", str(refused))
            return data
        data["days"], faults = read_announcement(lines[: MAX_LINES + 1], data["year"])
        if len(lines) > MAX_LINES:
            faults = [f"共 {len(lines)} 行，一年的安排不会超过 {MAX_LINES} 行，请核对"]
        for fault in faults[:SHOWN_FAULTS]:
            self.add_error(name, fault)
        if len(faults) > SHOWN_FAULTS:
            self.add_error(name, f"另有 {len(faults) - SHOWN_FAULTS} 处不对，请一并核对")
        return data

    def to_input(self) -> LoadInput:
        """Return what the service takes."""
        data = self.cleaned_data
        return LoadInput(year=data["year"], source=data["source"], days=tuple(data["days"]))


def _sheet_lines(upload: Any) -> list[str]:
    """Return the rows of the first sheet that has any, as lines numbered like Excel's rows. Raises SheetRefused."""
    if upload.size > MAX_SHEET:
        raise SheetRefused("文件超过 1 MB，不像一年的放假安排，请核对")
    with lent(upload.read()) as path:
        book = open_book(path, upload.name)
        sheet = next(sheet for sheet in book.sheets if sheet.rows)
        return [row_text(row) for row in read_rows(sheet, limit=MAX_LINES + 1)]
