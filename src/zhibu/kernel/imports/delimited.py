"""Text tables: csv as Excel, WPS and old programs write it, in whatever encoding and with whatever separator."""

import csv
import io
from pathlib import Path

from charset_normalizer import from_bytes

from zhibu.kernel.imports.refusal import SheetRefused
from zhibu.kernel.imports.workbook_xml import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

#: a comma of the Chinese keyboard comes last: it stands in many a remark
_SEPARATORS = ",\t;|，"
_SAMPLE = 64 * 1024
_FIELD = 100_000  # characters; what is longer has lost its closing quote


def read_delimited(path: Path) -> list[list[str]]:
    """Return the rows of the csv at `path`, all of one length; raises SheetRefused.

    Row n of the list is row n + 1 in Excel, line breaks inside quotes included.
    """
    text = decode(path.read_bytes())
    rows = _parse(text, _separator(text))
    while rows and not any(value.strip() for value in rows[-1]):
        rows.pop()
    width = max((_used(row) for row in rows), default=0)
    if width > MAX_COLUMNS or width * len(rows) > MAX_CELLS:
        raise SheetRefused(f"表格有 {width} 列、{len(rows)} 行，超过上限。请删去用不到的列，或分成几个文件上传。")
    forced = '="' in text
    for row in rows:
        if len(row) != width:
            row[width:] = [""] * (width - len(row))
        if forced:
            row[:] = [_unforce(value) for value in row]
    return rows


def decode(content: bytes) -> str:
    """Return the text of a csv file: by its BOM, else UTF-8, else GB18030, else as charset-normalizer thinks."""
    if content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:4:2] == b"\x00\x00":
        encodings = ["utf-16-le"]
    elif content[0:3:2] == b"\x00\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return _readable(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[:_SAMPLE]).best()
    try:
        return _readable(content.decode(best.encoding if best else "gb18030"))
    except (UnicodeDecodeError, LookupError) as error:
        raise SheetRefused("看不懂这个文件的文字编码。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。") from error


def _readable(text: str) -> str:
    if "\x00" in text:
        raise SheetRefused("内容不是文字表格（可能是改了扩展名的其他文件）。请选择正确的文件。")
    return text


def _separator(text: str) -> str:
    """Choose the separator that cuts most of the first rows into the same number of columns, more than one."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample

    def fitness(separator: str) -> tuple[int, int]:
        try:
            lengths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row][:50]
        except csv.Error:
            return (0, 0)
        wide = [length for length in lengths if length > 1]
        if not wide:
            return (0, 0)
        common = max(set(wide), key=lambda length: (wide.count(length), length))
        return (wide.count(common), common)

    return max(_SEPARATORS, key=fitness)


def _parse(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    previous = csv.field_size_limit(_FIELD)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_ROWS and any(row):
                raise SheetRefused(f"表格超过 {MAX_ROWS} 行的上限。请分成几个文件上传。")
    except csv.Error as error:
        raise SheetRefused(
            f"第 {len(rows) + 1} 行的双引号不成对，后面的内容分不清列。请改好这一行，或另存为 .xlsx 后再上传。"
        ) from error
    finally:
        csv.field_size_limit(previous)
    return rows


def _used(row: list[str]) -> int:
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def _unforce(value: str) -> str:
    """Undo ="001", with which programs keep Excel from dropping zeros; anything else stays the text it is."""
    if value.startswith('="') and value.endswith('"') and len(value) > 2 and '"' not in value[2:-1]:
        return value[2:-1]
    return value
