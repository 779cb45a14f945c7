"""Which sheet, which header and which column is which: proposed by the platform, corrected by the clerk, remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from zhibu.kernel.files import Damaged, lent, open_content
from zhibu.kernel.imports.headers import (
    ColumnSpec,
    HeaderMatch,
    apply_mapping,
    choose_sheet,
    match_at,
    match_headers,
)
from zhibu.kernel.imports.models import ImportBatch, RememberedHeader
from zhibu.kernel.imports.reading import Book, MergedRange, SheetRefused, open_book, read_rows
from zhibu.kernel.imports.spec import ImportSpec
from zhibu.kernel.imports.staging import Staging, seen
from zhibu.kernel.imports.workbook_xml import SheetMarks, WorkbookFacts

#: so many rows of each sheet are kept for the matching page
HEAD_ROWS = 40


@dataclass(frozen=True)
class SheetHead:
    """A sheet's size and its first rows, as JSON keeps them."""

    name: str
    rows: int
    columns: int
    hidden: bool
    merged: tuple[MergedRange, ...]
    top: list[list[Any]]

    def samples(self, column: int, after: int, count: int = 3) -> list[str]:
        """Return the first different values of a column from row `after` (counted from 0) on."""
        found = dict.fromkeys(seen(row[column]) for row in self.top[after:] if column < len(row) and row[column] != "")
        return list(found)[:count]


def column_specs(spec: ImportSpec) -> list[ColumnSpec]:
    """Return the columns as the header matcher wants them."""
    return [ColumnSpec(c.key, c.label, c.synonyms, c.required) for c in spec.columns]


def heads_of_book(book: Book) -> list[dict[str, Any]]:
    """Return what is kept of each sheet in the staging file."""
    return [
        {
            "name": sheet.name,
            "rows": sheet.rows,
            "columns": sheet.columns,
            "hidden": sheet.hidden,
            "merged": [m for m in sheet.merged if m[0] < HEAD_ROWS],
            "top": [[_kept(value) for value in row] for row in read_rows(sheet, HEAD_ROWS)],
            "facts": _facts(book, sheet.name),
        }
        for sheet in book.sheets
    ]


def _facts(book: Book, sheet: str) -> dict[str, Any] | None:
    """Return what the scan of an xlsx has found, as JSON keeps it, so that the check need not scan it again."""
    if book.facts is None:
        return None
    marks = book.facts.marks.get(sheet, SheetMarks())
    texts = [[*place, text] for place, text in marks.texts.items()]
    return {"date1904": book.facts.date1904, "texts": texts, "hidden_rows": marks.hidden}


def _known_facts(batch: ImportBatch) -> WorkbookFacts | None:
    """Return what the upload's scan has found, None when it is not there any more."""
    with Staging(batch.uid) as staged:
        heads = staged.sheets()
    found: dict[str, Any] = {head["name"]: head["facts"] for head in heads if head.get("facts")}
    if not found or len(found) < len(heads):
        return None
    marks = {
        name: SheetMarks({(r, c): text for r, c, text in facts["texts"]}, facts.get("hidden_rows", []))
        for name, facts in found.items()
    }
    return WorkbookFacts(any(facts["date1904"] for facts in found.values()), marks)


def _kept(value: Any) -> Any:
    return seen(value) if isinstance(value, (date, datetime, time, timedelta)) else value


def open_original(batch: ImportBatch) -> Book:
    """Open the original file again. Raises SheetRefused."""
    return open_stored(batch.file_id, batch.file_name, _known_facts(batch))


def open_stored(address: str, name: str, facts: WorkbookFacts | None = None, *, head: bool = False) -> Book:
    """Open a stored sheet, which was checked before it was stored; see `open_book`. Raises SheetRefused."""
    try:
        with open_content(address) as file, lent(file.read()) as path:
            return open_book(path, name, checked=True, facts=facts, head=head)
    except (Damaged, FileNotFoundError) as error:
        raise SheetRefused("保存的原文件已损坏或丢失，不能继续。请放弃这次导入，重新上传表格。") from error


def heads(batch: ImportBatch) -> list[SheetHead]:
    """Return the heads of the batch's sheets, from the staging file or from the original. Raises SheetRefused."""
    with Staging(batch.uid) as staged:
        kept = staged.sheets()
        if not kept:
            kept = heads_of_book(open_original(batch))
            staged.put_sheets(kept)
    return [
        SheetHead(
            head["name"],
            head["rows"],
            head["columns"],
            head["hidden"],
            tuple(tuple(m) for m in head["merged"]),
            head["top"],
        )
        for head in kept
    ]


def propose(spec: ImportSpec, book: Book) -> tuple[str, HeaderMatch]:
    """Return the sheet to import and how its columns match, remembered matchings included."""
    sheet, found = choose_sheet(book, column_specs(spec))
    return sheet.name, recall(spec, found)


def match_sheet(spec: ImportSpec, head: SheetHead, start: int | None, height: int) -> HeaderMatch:
    """Match a sheet's header; `start` is the row the clerk pointed at (counted from 0), None finds it."""
    columns = column_specs(spec)
    if start is None:
        return recall(spec, match_headers(head.top, columns, head.merged))
    return recall(spec, match_at(head.top, columns, head.merged, start, height))


def recall(spec: ImportSpec, found: HeaderMatch) -> HeaderMatch:
    """Apply what a clerk chose for the same header last time."""
    kept = RememberedHeader.objects.filter(spec=spec.code, signature=found.signature).first() if found.found else None
    if kept is None:
        return found
    return apply_mapping(found, column_specs(spec), {int(index): key for index, key in kept.mapping.items()})


def remember(spec: ImportSpec, signature: str, mapping: dict[int, str]) -> None:
    """Keep the clerk's matching for the next sheet with the same header."""
    if signature:
        chosen = {str(index): key for index, key in mapping.items()}
        RememberedHeader.objects.update_or_create(spec=spec.code, signature=signature, defaults={"mapping": chosen})


def missing_labels(spec: ImportSpec, keys: Sequence[str]) -> str:
    """Return the labels of required columns that no column was matched to."""
    return "、".join(column.label for column in spec.columns if column.required and column.key not in keys)
