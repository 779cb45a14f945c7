"""Dates as offices write them, and as Excel counts them.

Excel's serial numbers: ECMA-376 part 1, 18.17.4.1 (the 1900 system, with its nonexistent
29 February 1900, and the 1904 system).
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from zhibu.kernel.imports.cell_text import Context, Parser, clean
from zhibu.kernel.imports.refusal import CellError

_EXAMPLE = "请写成 1958-03-12 这样的年-月-日。"
_EARLIEST = date(1900, 1, 1)
# A smaller serial number (before October 1905) cannot be told from a year such as 1958 or 1958.3
_FIRST_SERIAL, _LAST_SERIAL = 2101, 99_999
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_SEPARATED = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?[日号]?")
_MONTH = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_CLOCK = re.compile(r"(?<=\d)[T ]\s?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$|(?<=日) ?\d{1,2}:\d{2}(?::\d{2})?$")
_SHORT_YEAR = re.compile(r"'?\d{2}\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2}\s?[日号]?|\s?月?)|\d{6}")
_YEAR_LAST = re.compile(r"\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4}")
_YEAR = re.compile(r"(?:19|20)\d{2}\s?年?")
# 二〇二〇年三月五日; 〇 is written in four ways
_HAN = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号]?)?"
)
_HAN_DIGITS = {"○": 0, "零": 0} | {sign: n for n, sign in enumerate("〇一二三四五六七八九")}
_SERIAL = re.compile(r"\d{4,5}(?:\.0*)?")


def day(*, allow_future: bool = False, allow_month: bool = False) -> Parser:
    """Return a parser for a date from 1900 on; with `allow_month`, 1958年3月 is its first day."""

    def parse(value: object, context: Context) -> date | None:
        found = _of_iso(value) or _of_any(value, context, allow_month)
        if found is None:
            return None
        if found < _EARLIEST:
            raise CellError(f"日期 {found.isoformat()} 早于 1900 年。请检查年份。")
        if not allow_future and found > context.today:
            raise CellError(f"日期 {found.isoformat()} 还没有到。请检查年份。")
        return found

    return parse


def _of_iso(value: object) -> date | None:
    """Read 1958-03-12 at once, as most dates are typed; None when it is anything else."""
    if value.__class__ is not str or len(value) != 10 or not _ISO(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _of_any(value: object, context: Context, allow_month: bool) -> date | None:
    if isinstance(value, str):
        text = value if value.isascii() else unicodedata.normalize("NFKC", value)
        text = clean(text)
        if not text:
            return None
        found = _read(text)
        if isinstance(found, float):
            return _of_number(found, context, allow_month)
        return _checked(found, allow_month)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not abs(value) < 1e15:
            raise CellError(f"“{value:.6g}”不是日期。{_EXAMPLE}")
        return _of_number(float(value), context, allow_month)
    if isinstance(value, (time, timedelta)):
        raise CellError(f"这一格只有时间，没有日期。{_EXAMPLE}")
    raise CellError(f"看不懂这个日期。{_EXAMPLE}")


def _checked(found: tuple[date, bool] | str, allow_month: bool) -> date:
    if isinstance(found, str):
        raise CellError(found)
    result, month_only = found
    if month_only and not allow_month:
        raise CellError(f"日期只写到月，缺少日。{_EXAMPLE}")
    return result


def _of_number(value: float, context: Context, allow_month: bool) -> date:
    """Read a number: 19580312 and 195803 as they look, else as a serial number of Excel."""
    if 1900 <= value < _FIRST_SERIAL:
        raise CellError(f"“{value:g}”分不清是年份还是日期。{_EXAMPLE}")
    if _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return (_EPOCH_1904 if context.date1904 else _EPOCH_1900) + timedelta(days=int(value))
    if value > _LAST_SERIAL and value == int(value):
        found = _read(str(int(value)))
        if not isinstance(found, float):
            return _checked(found, allow_month)
    raise CellError(f"“{value:.15g}”不是日期。{_EXAMPLE}")


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[date, bool] | float | str:
    """Read a date as text: (first day, only the month is known), a serial number, or the reason why not."""
    bare = _CLOCK.sub("", text)
    if whole := _SEPARATED.fullmatch(bare):
        return _build(bare, whole[1], whole[2], whole[3])
    if compact := _COMPACT.fullmatch(bare):
        if compact[3]:
            return _build(bare, *compact.groups())
        if "1900" <= compact[1] <= "2100" and "01" <= compact[2] <= "12":
            return _build(bare, compact[1], compact[2], None)
    if month := _MONTH.fullmatch(bare):
        return _build(bare, month[1], month[2], None)
    if han := _HAN.fullmatch(bare):
        return _build(bare, "".join(str(_HAN_DIGITS[sign]) for sign in han[1]), _tens(han[2]), han[3] and _tens(han[3]))
    if _SERIAL.fullmatch(bare) and _FIRST_SERIAL <= float(bare) <= _LAST_SERIAL and not _YEAR.fullmatch(bare):
        return float(bare)
    return _why_not(text, bare)


def _why_not(text: str, bare: str) -> str:
    if _SHORT_YEAR.fullmatch(bare):
        return f"“{text}”的年份只有两位，分不清是哪个世纪。请写全四位，如 1958-03-12。"
    if _YEAR_LAST.fullmatch(bare):
        return f"“{text}”分不清哪个是月、哪个是日。{_EXAMPLE}"
    if _YEAR.fullmatch(bare):
        return f"“{text}”只有年份，缺少月和日。{_EXAMPLE}"
    return f"看不懂日期“{text[:30]}”。{_EXAMPLE}"


def _tens(text: str) -> str:
    """Return 三, 十, 十二, 三十一 in digits; "0" for what is no number below a hundred."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return "0"
    return str((_HAN_DIGITS[tens or "一"] * 10 if ten else 0) + (_HAN_DIGITS[ones] if ones else 0))


def _build(text: str, year: str, month: str, of_month: str | None) -> tuple[date, bool] | str:
    try:
        return date(int(year), int(month), int(of_month or 1)), of_month is None
    except ValueError:
        return f"没有“{text}”这一天。请检查月和日。"
