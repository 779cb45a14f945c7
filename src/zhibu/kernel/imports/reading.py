"""Opening a spreadsheet: sheets, their size, and rows of plain values with Excel's own row numbers.

Rows are lists of equal length; index 0 is row 1 of the sheet and column A. A blank cell is "". Numbers are floats, as
Excel keeps them; dates are `date` or `datetime`; formulas have become their last results and are never evaluated.
Error values ("#N/A") and formulas that were never calculated (`UNCALCULATED`) stay visible as text.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar, cast

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from zhibu.kernel.imports.coordinates import cell_name, column_letter
from zhibu.kernel.imports.delimited import read_delimited
from zhibu.kernel.imports.guard import check_upload, kind_of
from zhibu.kernel.imports.old_workbook import OldSheet, read_old_workbook
from zhibu.kernel.imports.refusal import SheetRefused
from zhibu.kernel.imports.workbook_xml import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    UNCALCULATED,
    SheetMarks,
    WorkbookFacts,
    cut,
    inspect_workbook,
)

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "UNCALCULATED",
    "Book",
    "Cell",
    "MergedRange",
    "Row",
    "SheetInfo",
    "SheetRefused",
    "cell_name",
    "column_letter",
    "is_blank",
    "open_book",
    "read_rows",
]

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]
# (first row, first column, last row, last column), counted from 0, both ends included
MergedRange = tuple[int, int, int, int]

_MAX_SHEETS = 100
T = TypeVar("T")
_UNREADABLE = "文件打不开，可能已损坏。请用 Excel 或 WPS 打开原文件，另存为新的 .xlsx 后再上传。"
_LOCKED = "文件已加密，请先取消密码：用 Excel 或 WPS 打开，取消打开密码，保存后重新上传。"


@dataclass(frozen=True)
class SheetInfo:
    """One worksheet. `rows` and `columns` count from A1 to the last value; both are 0 for an empty sheet."""

    name: str
    rows: int
    columns: int
    hidden: bool = False
    merged: tuple[MergedRange, ...] = ()
    load: Callable[[int | None], list[Row]] = field(repr=False, compare=False, default=lambda limit: [])


@dataclass(frozen=True)
class Book:
    """An opened file. `date1904` says from which day the serial dates of its unformatted numbers count."""

    name: str
    kind: str
    sheets: tuple[SheetInfo, ...]
    date1904: bool = False
    facts: WorkbookFacts | None = None

    def sheet(self, name: str) -> SheetInfo:
        """Return the sheet of that name; raises SheetRefused when the book has none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise SheetRefused(f"文件里没有名为“{name}”的工作表，请重新选择。")


def open_book(
    path: Path, name: str, *, checked: bool = False, facts: WorkbookFacts | None = None, head: bool = False
) -> Book:
    """Check and open the upload at `path`, called `name` by the clerk; raises SheetRefused, nothing else.

    checked: these very bytes have passed `check_upload` before; facts: what was found in them then (`Book.facts`).
    head: of long sheets the first rows are enough (KEPT_ROWS; a sheet still tells how many it has). Sheets come visible ones
    first. Limits: 200,000 rows, 300 columns, 8 million cells a sheet, 100 sheets.
    """
    if not checked:
        check_upload(path, name)
    kind = kind_of(name)
    if kind == "csv":
        rows = cast(list[Row], read_delimited(path))
        columns = len(rows[0]) if rows else 0
        sheet = SheetInfo(Path(name).stem, len(rows), columns, load=lambda limit: rows[:limit])
        return _book(name, kind, [sheet], False)
    if kind == "xls":
        return _book(name, kind, [_old_sheet(sheet) for sheet in read_old_workbook(path)], False)
    known = facts or inspect_workbook(path)
    return _book(name, kind, _guarded(lambda: _sheets(path, known, head)), known.date1904, known)


def read_rows(sheet: SheetInfo, limit: int | None = None) -> list[Row]:
    """Return the rows of a sheet from row 1 on, at most `limit`; a cell merged over rows repeats its value in each."""
    return _guarded(lambda: sheet.load(limit))


def is_blank(row: Sequence[Cell]) -> bool:
    """Tell whether a row holds nothing but blanks."""
    return all(value == "" or (isinstance(value, str) and value.isspace()) for value in row)


def _book(name: str, kind: str, sheets: list[SheetInfo], date1904: bool, facts: WorkbookFacts | None = None) -> Book:
    if not any(sheet.rows for sheet in sheets):
        raise SheetRefused("文件里没有任何内容。请检查是否选错了文件。")
    return Book(name, kind, tuple(sorted(sheets, key=lambda sheet: sheet.hidden)), date1904, facts)


def _guarded(work: Callable[[], T]) -> T:
    """Run calamine; whatever it makes of a broken file becomes a refusal."""
    try:
        return work()
    except SheetRefused:
        raise
    except PasswordError as error:
        raise SheetRefused(_LOCKED) from error
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise SheetRefused(_UNREADABLE) from error
    except BaseException as error:
        # a panic in Rust arrives as pyo3's PanicException, which is no Exception and cannot be imported
        if type(error).__name__ == "PanicException":
            raise SheetRefused(_UNREADABLE) from error
        raise


def _sheets(path: Path, facts: WorkbookFacts, head: bool) -> list[SheetInfo]:
    source = cut(path, facts) if head else None
    workbook = CalamineWorkbook.from_path(path) if source is None else CalamineWorkbook.from_filelike(source)
    metadata = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(metadata) > _MAX_SHEETS:
        raise SheetRefused(f"文件里有 {len(metadata)} 张工作表，太多了。请只留下要导入的，保存后再上传。")
    return [
        _sheet_info(
            workbook.get_sheet_by_name(sheet.name),
            sheet.visible != SheetVisibleEnum.Visible,
            facts.marks.get(sheet.name, SheetMarks()),
        )
        for sheet in metadata
    ]


def _sheet_info(sheet: CalamineSheet, hidden: bool, marks: SheetMarks) -> SheetInfo:
    rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    rows = max(rows, marks.last_row)
    if marks.texts:
        rows = max(rows, max(row for row, _ in marks.texts) + 1)
        columns = max(columns, max(column for _, column in marks.texts) + 1)
    _check_size(sheet.name, rows, columns)
    merged = _clip(sheet.name, sheet.merged_cell_ranges or [], rows, columns)

    def load(limit: int | None) -> list[Row]:
        found: list[Row] = sheet.to_python(skip_empty_area=False, nrows=limit)
        _restore(found, marks, columns, rows if limit is None else min(rows, limit))
        _fill_down(found, merged)
        return _trim(found)

    return SheetInfo(sheet.name, rows, columns, hidden, merged, load)


def _old_sheet(sheet: OldSheet) -> SheetInfo:
    content = cast(list[Row], sheet.rows)
    rows, columns = len(content), max(map(len, content), default=0)
    _check_size(sheet.name, rows, columns)
    merged = _clip(sheet.name, sheet.merged, rows, columns)
    _fill_down(content, merged)
    return SheetInfo(sheet.name, rows, columns, sheet.hidden, merged, lambda limit: _trim(content[:limit]))


def _clip(
    name: str, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]], rows: int, columns: int
) -> tuple[MergedRange, ...]:
    """Return the merged ranges cut to where the sheet has content (whole columns may be merged)."""
    merged = tuple(
        (top, left, min(bottom, rows - 1), min(right, columns - 1))
        for (top, left), (bottom, right) in ranges
        if top < rows and left < columns
    )
    if sum(bottom - top + 1 for top, _, bottom, _ in merged) > MAX_CELLS:
        raise SheetRefused(f"工作表“{name}”的合并单元格太多。请取消合并后再上传。")
    return merged


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise SheetRefused(f"工作表“{name}”有 {rows} 行，超过 {MAX_ROWS} 行的上限。请分成几个文件上传。")
    if columns > MAX_COLUMNS:
        raise SheetRefused(f"工作表“{name}”有 {columns} 列，超过 {MAX_COLUMNS} 列的上限。请删去用不到的列。")


def _restore(rows: list[Row], marks: SheetMarks, columns: int, height: int) -> None:
    """Put back the error values and uncalculated formulas that calamine reads as blanks."""
    if not marks.texts:
        return
    rows.extend([""] * columns for _ in range(height - len(rows)))
    for row in rows:
        row.extend([""] * (columns - len(row)))
    for (row_index, column), text in marks.texts.items():
        if row_index < len(rows) and rows[row_index][column] == "":
            rows[row_index][column] = text


def _fill_down(rows: list[Row], merged: Sequence[MergedRange]) -> None:
    """Repeat the value of a merged cell in each of its rows, in its first column only.

    Sideways it is repeated for headers alone (see headers.py): one value in two different fields would be a guess.
    """
    for top, left, bottom, _ in merged:
        if top < len(rows) and left < len(rows[top]):
            for row in range(top + 1, min(bottom + 1, len(rows))):
                rows[row][left] = rows[top][left]


def _trim(rows: list[Row]) -> list[Row]:
    """Drop blank rows at the end and blank columns at the right."""
    while rows and is_blank(rows[-1]):
        rows.pop()
    width = len(rows[0]) if rows else 0
    keep = width
    while keep and is_blank([row[keep - 1] for row in rows]):
        keep -= 1
    return rows if keep == width else [row[:keep] for row in rows]
