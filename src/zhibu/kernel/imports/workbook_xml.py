"""What calamine does not tell: read from the XML of an xlsx before calamine builds its table.

calamine turns error cells and formulas without a result into blanks (values would be lost in silence), lays a
table over the whole rectangle from the first to the last value (one stray cell in XFD1048576 would fill the
memory), and copies a shared string at each use. So each worksheet is scanned first, by regular expressions over its
bytes: about 0.5 s for 100,000 rows of 20 columns.

Whoever only wants to see the columns need not have a hundred thousand rows read: `cut` gives the workbook without them.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from zhibu.kernel.imports.archive import inflate, open_entries
from zhibu.kernel.imports.coordinates import column_letter, column_number
from zhibu.kernel.imports.refusal import SheetRefused

MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_CELLS = 8_000_000
UNCALCULATED = "#公式未计算"
#: rows that are enough to tell columns by, and rows from which a sheet is cut to them
KEPT_ROWS, FEW_ROWS = 60, 1_000
_MAX_LONG_TEXT = 300 * 1024 * 1024
_LONG = 4096
_WINDOW = 8 * 1024 * 1024
_DAMAGED = "读不懂这个工作簿的结构。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# A cell with content that lies beyond column BL (64), or in row 200,000 and beyond
_FAR = re.compile(
    rb""" r=["'](?:([A-Z]{3}|[C-Z][A-Z]|B[M-Z])[0-9]+|[A-Z]{1,2}([2-9][0-9]{5}|[0-9]{7,}))["'][^>]*(?<!/)>(?!</)"""
)
_FAR_ROW = re.compile(rb"""row\s[^<>]*?\br=["'](?:[2-9][0-9]{5}|[0-9]{7,})["']""")
_NO_REFERENCE = re.compile(rb"""<(?:\w+:)?c(?:>|\s(?![^>]*\br=["'])[^>]*>)""")
_ERROR = re.compile(
    rb""" t=["']e["'][^>]*>\s*(?:<(?:\w+:)?f[^>]*>(?:[^<]*</(?:\w+:)?f>)?)?\s*<(?:\w+:)?v>\s*([^<]{1,20})</"""
)
_NO_RESULT = re.compile(
    rb"""(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)"""
)
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_TYPE_TEXT = re.compile(rb"""\st=["']str["']""")
_LAST_ROW = re.compile(rb"""\sr=["'][A-Z]{1,3}([0-9]{1,7})["'][^>]*(?<!/)>(?!</)""")
#: a row with content that is not shown
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden=["'](?:1|true)["'][^>]*(?<!/)>""")
_ROW_NUMBER = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
MOST_HIDDEN = 1_000
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_SHARED_USE = re.compile(rb"""\st=["']s["'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})""")
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")


@dataclass
class SheetMarks:
    """What calamine does not tell of one worksheet.

    texts: cells, by (row, column) from 0, whose text must replace the blank that it gives; hidden: rows, from 0, that whoever
    made the sheet does not see (filtered or hidden), the first thousand; last_row: the number of the last row with content;
    head: the XML of the sheet with its first rows alone, where there are many more.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    last_row: int = 0
    head: bytes | None = None


@dataclass(frozen=True)
class WorkbookFacts:
    """`date1904`: serial dates count from 1904-01-01. `marks`: by sheet name. `parts`: sheet name -> entry of the archive."""

    date1904: bool
    marks: dict[str, SheetMarks]
    parts: dict[str, str] = field(default_factory=dict)


def inspect_workbook(path: Path) -> WorkbookFacts:
    """Scan an xlsx that `check_upload` has passed; raises SheetRefused when a sheet is too large or unreadable."""
    entries = open_entries(path)
    workbook = _parse(path, entries, "xl/workbook.xml")
    relations = {
        relation.get("Id"): relation.get("Target") or ""
        for relation in _parse(path, entries, "xl/_rels/workbook.xml.rels").iter()
        if relation.get("Id")
    }
    date1904, parts = False, dict[str, str]()
    for element in workbook.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            date1904 = element.get("date1904", "0") in ("1", "true")
        elif kind == "sheet":
            parts[element.get("name") or ""] = _resolve(relations.get(element.get(_RELATION), ""))
    long_texts = _long_shared_strings(path, entries.get("xl/sharedStrings.xml"))
    marks = {
        name: _scan(path, entries[part], name, long_texts)
        for name, part in parts.items()
        if part in entries and "chartsheet" not in part
    }
    return WorkbookFacts(date1904, marks, parts)


def cut(path: Path, facts: WorkbookFacts) -> io.BytesIO | None:
    """Return the workbook with the first rows of its long sheets alone, None where no sheet is long."""
    heads = {facts.parts[name]: marks.head for name, marks in facts.marks.items() if marks.head and name in facts.parts}
    if not heads:
        return None
    made = io.BytesIO()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(made, "w") as archive:
        for name in whole.namelist():
            if name.endswith((".xml", ".rels")):
                archive.writestr(name, heads.get(name) or whole.read(name))
    made.seek(0)
    return made


def _parse(path: Path, entries: dict[str, zipfile.ZipInfo], part: str) -> Element:
    info = entries.get(part)
    if info is None or info.file_size > _WINDOW:
        raise SheetRefused(_DAMAGED)
    with path.open("rb") as file:
        content = b"".join(inflate(file, info))
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SheetRefused(_DAMAGED) from error
    return root


def _resolve(target: str) -> str:
    """Return the entry name of a relationship target, which may be absolute or relative to xl/."""
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _long_shared_strings(path: Path, info: zipfile.ZipInfo | None) -> dict[int, int]:
    """Return index -> bytes of the shared strings above 4 kB; there are hardly ever any."""
    if info is None or all(_only_short(window) for window, _ in _windows(path, info)):
        return {}
    found: dict[int, int] = {}
    index, start, position = -1, 0, 0
    for window, fresh in _windows(path, info):
        for match in _SHARED_ITEM.finditer(window, 0, fresh):
            if index >= 0 and position + match.start() - start > _LONG:
                found[index] = position + match.start() - start
            index, start = index + 1, position + match.start()
        position += fresh
    if index >= 0 and position - start > _LONG:
        found[index] = position - start
    return found


def _only_short(window: bytes) -> bool:
    """Tell, by leaps of 4 kB, whether every shared string of a piece is short."""
    position, end = 0, len(window)
    while end - position > _LONG:
        position, last = window.rfind(b"<si", position + 1, position + _LONG), position
        if position <= last:
            return False
    return True


def _windows(path: Path, info: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield (bytes, end): pieces of a part of which all up to `end` is complete; `end` falls on a tag."""
    rest = b""
    with path.open("rb") as file:
        pieces = inflate(file, info)
        while True:
            batch = [rest]
            size = len(rest)
            for piece in pieces:
                batch.append(piece)
                size += len(piece)
                if size >= _WINDOW // 2:
                    break
            else:
                window = b"".join(batch)
                yield window, len(window)
                return
            window = b"".join(batch)
            end = max(window.rfind(b"<row"), window.rfind(b":row"))
            if end <= 0 or len(window) - end > _WINDOW // 8:
                end = max(window.rfind(b"<"), 0)
            if len(window) - end > _WINDOW // 4:
                raise SheetRefused("有单元格的内容太长，无法读取。请删去过长的内容后再上传。")
            yield window, end
            rest = window[end:]


def _scan(path: Path, info: zipfile.ZipInfo, sheet: str, long_texts: dict[int, int]) -> SheetMarks:
    """Read one worksheet part: refuse it when its values spread too far, collect what calamine would drop."""
    marks, widest, last_row, long_bytes, far_row = SheetMarks(), 64, 0, 0, False
    first = window = b""
    for window, end in _windows(path, info):
        first = first or window
        body = window[:end] if end < len(window) else window
        for match in _FAR.finditer(body):
            widest = max(widest, _check_far(match, sheet))
        far_row = far_row or _FAR_ROW.search(body) is not None
        if far_row and _NO_REFERENCE.search(body):
            raise SheetRefused(_too_many_rows(sheet))
        last_row = max(last_row, _last_row(body))
        _collect(body, marks)
        if long_texts:
            long_bytes += sum(long_texts.get(int(match[1]), 0) for match in _SHARED_USE.finditer(body))
    if last_row * widest > MAX_CELLS and widest > 64:
        raise SheetRefused(
            f"工作表“{sheet}”有 {last_row} 行、{widest} 列，太大了。请删去用不到的列，或分成几个文件上传。"
        )
    if long_bytes > _MAX_LONG_TEXT:
        raise SheetRefused(f"工作表“{sheet}”里长文字太多。请删去过长的内容，或分成几个文件上传。")
    marks.last_row = last_row
    if last_row > FEW_ROWS:
        marks.head = _head(first, window)
    return marks


def _head(first: bytes, last: bytes) -> bytes | None:
    """Return a sheet without its rows from KEPT_ROWS on, made of its first and last piece; None where they are not found."""
    rows = list(islice(_ROW.finditer(first), KEPT_ROWS + 1))
    ends = _ROWS_END.search(last)
    return first[: rows[-1].start()] + last[ends.start() :] if len(rows) > KEPT_ROWS and ends else None


def _check_far(match: re.Match[bytes], sheet: str) -> int:
    if match[2] and int(match[2]) > MAX_ROWS:
        raise SheetRefused(_too_many_rows(sheet))
    column = column_number(match[1].decode()) if match[1] else 0
    if column >= MAX_COLUMNS:
        raise SheetRefused(
            f"工作表“{sheet}”的 {column_letter(column)} 列还有内容，超过 {MAX_COLUMNS} 列的上限。请删去用不到的列。"
        )
    return column + 1


def _too_many_rows(sheet: str) -> str:
    return (
        f"工作表“{sheet}”在第 {MAX_ROWS} 行以后还有内容，超过上限。"
        "如果那里是误留的内容，请删去整行；数据确实多的，请分成几个文件上传。"
    )


def _last_row(body: bytes) -> int:
    """Return the number of the last row with content in a piece, 0 if there is none."""
    for start in (max(len(body) - 65536, 0), 0):  # the tail nearly always has it
        numbers = [int(match[1]) for match in _LAST_ROW.finditer(body, start)]
        if numbers:
            return max(numbers)
    return 0


def _collect(body: bytes, marks: SheetMarks) -> None:
    if b" hidden=" in body:
        for row in _HIDDEN_ROW.finditer(body):
            number = _ROW_NUMBER.search(row[0])
            if number and len(marks.hidden) < MOST_HIDDEN:
                marks.hidden.append(int(number[1]) - 1)
    for match in _ERROR.finditer(body):
        _mark(body, body.rfind(b"<", 0, match.start()), match[1].decode("ascii", "replace"), marks)
    if b"</f>" not in body and b"<f " not in body and b":f" not in body:
        return  # most sheets have no formula at all, and the next expression is the slowest of them
    for match in _NO_RESULT.finditer(body):
        start = max(body.rfind(b"<c ", 0, match.start()), body.rfind(b":c ", 0, match.start()))
        if start >= 0 and not _TYPE_TEXT.search(body, start, body.find(b">", start)):
            _mark(body, start, UNCALCULATED, marks)


def _mark(body: bytes, start: int, text: str, marks: SheetMarks) -> None:
    reference = _REFERENCE.search(body, start, body.find(b">", start))
    if reference:
        marks.texts[int(reference[2]) - 1, column_number(reference[1].decode())] = text
