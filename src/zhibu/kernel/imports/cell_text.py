"""Words in cells: text, names of people, staff numbers, and several words in one cell.

A parser takes the raw value and a `Context` and returns the clean value, None for a blank, or raises `CellError`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhibu.kernel.imports.refusal import CellError
from zhibu.kernel.imports.workbook_xml import UNCALCULATED

LOSSY = 1e15  # Excel keeps 15 digits of a number; what is longer has lost its end
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!"}

_WIDE = {0x3000: " ", 0x00A0: " "} | {
    code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
# Zero-width, bidirectional and control characters, variation selectors: never meant, always in the way of a search
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Nearly every cell is of this kind, and this is told in a tenth of the time of the search below
_PLAIN = re.compile(r"[\u4e00-\u9fa5A-Za-z0-9]+").fullmatch
# One search tells that most cells need nothing: no blanks but single ones inside, nothing wide, nothing invisible
_SUSPECT = re.compile(
    r"^[\s#'＇]|\s\Z|\s\s|[^\S ]|[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|" + _INVISIBLE.pattern
).search
# 'before a number makes it text in Excel; typed twice, or in a csv, it stands in the cell itself
_FORCED = re.compile(r"['＇](?=[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*\Z)").match
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E\+?\d{2}", re.IGNORECASE).fullmatch

_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fa5]{2,4}").fullmatch
_HAN_GAP = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_HAN_DOT = re.compile(rf"(?<=[{_HAN}])\s*[・•‧．·∙⋅･●.]\s*(?=[{_HAN}])")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]")
_NOT_IN_NAMES = re.compile(r"[=<>|{}\\^~@#$%&*+;/_!?`￥…:：、，。；]")
# what stands in the column of names under the last row, or where the header is repeated on every page
_LABELS = frozenset({"姓名", "合计", "总计", "小计", "共计"})
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\ufffd]")
_SEPARATORS = re.compile(r"[、,，;；/\n|]+")


@dataclass(frozen=True)
class Context:
    """What a parser must know besides the value: the day of the import and how the workbook counts its dates."""

    today: date
    date1904: bool = False


Parser = Callable[[object, Context], object]


def clean(value: object) -> str:
    """Return the text of any cell: half-width letters and digits, no invisible characters, single spaces, trimmed.

    Chinese punctuation stays. Raises CellError for error values of Excel and numbers that have lost digits.
    """
    if isinstance(value, str):
        if _PLAIN(value) or (not _SUSPECT(value) and (value.isascii() or unicodedata.is_normalized("NFC", value))):
            return value
        text = unicodedata.normalize("NFC", value).translate(_WIDE)
        text = " ".join(_INVISIBLE.sub("", text).split())
        if text.startswith("#"):
            _refuse_error(text)
        return text[1:] if _FORCED(text) else text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        raise CellError("这一格是时长，不是文字。请把单元格格式设为“文本”后重新填写。")
    raise CellError("看不懂这一格的内容，请改为文字。")


def says_nothing(text: str) -> bool:
    """Tell whether a text is blanks and invisible characters alone."""
    return not _INVISIBLE.sub("", text).strip()


def number_text(value: float) -> str:
    """Return a number as a person wrote it (1001.0 -> "1001"); raises CellError when Excel has dropped its end."""
    if value != value or abs(value) >= LOSSY:
        raise CellError("数字太长，Excel 已丢失末几位。请把该列设为“文本”格式后重新填写。")
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def _refuse_error(text: str) -> None:
    if text == UNCALCULATED:
        raise CellError("这一格是公式，还没有计算结果。请用 Excel 打开并保存一次，或改填数值，再重新上传。")
    if text.upper() in _ERRORS:
        raise CellError(f"这一格是 Excel 的错误值 {text}。请改正公式，或直接填写内容。")


def is_scientific(text: str) -> bool:
    """Tell whether a text is what Excel writes of a long number, such as 1.1E+17."""
    return _SCIENTIFIC(text) is not None


def text(max_length: int = 200) -> Parser:
    """Return a parser for free text of at most `max_length` characters."""

    def parse(value: object, context: Context) -> str | None:
        found = clean(value)
        if len(found) > max_length:
            raise CellError(f"有 {len(found)} 个字，最多 {max_length} 个字。请缩短。")
        return found or None

    return parse


def person_name(max_length: int = 50) -> Parser:
    """Return a parser for the name of a person, Chinese, of a minority (with ·) or foreign."""

    def parse(value: object, context: Context) -> str | None:
        if isinstance(value, str) and _PLAIN_NAME(value) and value not in _LABELS:
            return value
        name = _HAN_GAP.sub("", _HAN_DOT.sub("·", clean(value)))
        if name:
            _check_name(name, value, max_length)
        return name or None

    return parse


def _check_name(name: str, value: object, max_length: int) -> None:
    if not isinstance(value, str):
        raise CellError(f"姓名不能是“{name}”。请检查是否填错了列。")
    if len(name) > max_length:
        raise CellError(f"姓名有 {len(name)} 个字，最多 {max_length} 个字。请检查是否填错了列。")
    if _PRIVATE.search(name):
        raise CellError("姓名里有造字或乱码，别的电脑显示不出来。请用输入法重新输入这个字。")
    emoji = _EMOJI.search(name)
    if emoji:
        raise CellError(f"姓名里不能有表情或图形符号“{emoji[0]}”。请删去。")
    wrong = _NOT_IN_NAMES.search(name)
    if wrong:
        raise CellError(f"姓名里不能有“{wrong[0]}”。请改正，或检查是否填错了列。")
    if name in _LABELS or not any(character.isalpha() for character in name):
        raise CellError(f"“{name}”不像姓名。请检查是否填错了列。")


def staff_number(max_length: int = 32) -> Parser:
    """Return a parser for staff numbers and codes: 1001.0 -> "1001"; the leading zeros of a text stay."""

    def parse(value: object, context: Context) -> str | None:
        if isinstance(value, float) and abs(value) < LOSSY and value != int(value):
            raise CellError(f"编号 {value:g} 带有小数。请把该列设为“文本”格式后重新填写。")
        if isinstance(value, (bool, date, time)):
            raise CellError("编号被 Excel 变成了日期或逻辑值。请把该列设为“文本”格式后重新填写。")
        found = clean(value)
        if is_scientific(found):
            raise CellError("编号被 Excel 变成了科学计数，末几位已丢失。请把该列设为“文本”格式后重新填写。")
        if " " in found:
            raise CellError(f"编号“{found}”中间有空格。请删去空格，或检查是否填了两个编号。")
        if len(found) > max_length:
            raise CellError(f"编号有 {len(found)} 个字符，最多 {max_length} 个。请检查是否填错了列。")
        return found or None

    return parse


def many(item: Parser, max_items: int = 50) -> Parser:
    """Return a parser for several values in one cell, separated by 、,;/ or line breaks: a tuple without doubles."""

    def parse(value: object, context: Context) -> tuple[object, ...] | None:
        parts: list[object] = list(_SEPARATORS.split(value)) if isinstance(value, str) else [value]
        found = dict.fromkeys(result for part in parts if (result := item(part, context)) is not None)
        if len(found) > max_items:
            raise CellError(f"这一格有 {len(found)} 项，最多 {max_items} 项。请检查是否填错了列。")
        return tuple(found) or None

    return parse


def required(item: Parser, label: str) -> Parser:
    """Return the parser with blanks refused; `label` is the name of the column."""

    def parse(value: object, context: Context) -> object:
        found = item(value, context)
        if found is None:
            raise CellError(f"{label}不能为空，请填写。")
        return found

    return parse
