"""Reading a year's announcement of days off and make-up workdays, as a clerk pastes it or keeps it in a sheet; pure.

One line says one day or a span, what it is, and why:

    2027-01-01 放假 元旦
    2月5日至2月11日 放假 春节        (the year is the announcement's own where none is written)
    2027-02-14 上班 春节调休
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = range(2000, 2101)
MAX_DAYS = 120
MAX_NOTE = 60  # characters
_REACH = timedelta(days=15)  # how far an announcement may reach into the neighbouring years
_SATURDAY = 5
_WEEKDAYS = "一二三四五六日"
_DATE = r"(?:(?P<y{0}>\d{{4}})\s*[-/.年]\s*)?(?P<m{0}>\d{{1,2}})\s*[-/.月]\s*(?P<d{0}>\d{{1,2}})\s*[日号]?"
_END = r"(?:(?:(?P<y2>\d{4})\s*[-/.年]\s*)?(?P<m2>\d{1,2})\s*[-/.月]\s*)?(?P<d2>\d{1,2})\s*[日号]?"
_LINE = re.compile(
    rf"{_DATE.format(1)}(?:\s*[至到~—–]+\s*{_END})?[\s,、:;]*"
    r"(?P<state>放假调休|放假|休假|休息|休|调休上班|补班|上班|班)[\s,、:;]*(?P<note>.*)"
)
_EXAMPLE = "请写成“2027-01-01 放假 元旦”的样子：日期、放假或上班、说明"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day named by an announcement; `works` tells a make-up workday from a day off."""

    day: date
    works: bool
    note: str = ""

    @property
    def state(self) -> str:
        """Return what the day is, as the history shows it."""
        return " ".join(filter(None, ["上班" if self.works else "放假", self.note]))


def read_announcement(lines: Iterable[str], year: int) -> tuple[list[SpecialDay], list[str]]:
    """Return the days of `year`'s announcement in order, and what is wrong, one Chinese sentence for each fault.

    Lines are counted from 1; empty ones and one heading line are passed over.
    """
    days: dict[date, SpecialDay] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        text = unicodedata.normalize("NFKC", line).strip()
        if not text or (not days and not faults and text.startswith("日期")):
            continue
        found = _read_line(text, year)
        if isinstance(found, str):
            faults.append(f"第 {number} 行：{found}")
            continue
        for special in found:
            if special.day in days:
                faults.append(f"第 {number} 行：{special.day} 前面已经写过，请只留一处")
            days[special.day] = special
    if not faults:
        faults = _whole(days, year)
    return [days[day] for day in sorted(days)], faults


def row_text(row: Sequence[object]) -> str:
    """Return a row of a sheet as a line: dates in ISO, the other cells as they stand."""
    cells = (cell.isoformat()[:10] if isinstance(cell, date) else str(cell) for cell in row)
    return " ".join(text for text in cells if text.strip())


def _read_line(text: str, year: int) -> list[SpecialDay] | str:
    found = _LINE.fullmatch(text)
    if found is None:
        return f"看不懂“{text[:30]}”。{_EXAMPLE}"
    parts = found.groupdict()
    try:
        first = date(int(parts["y1"] or year), int(parts["m1"]), int(parts["d1"]))
        last = first
        if parts["d2"]:
            last = date(int(parts["y2"] or first.year), int(parts["m2"] or first.month), int(parts["d2"]))
    except ValueError:
        return f"没有“{text[:30]}”里的这一天，请核对日期"
    if last < first:
        return "结束日期早于开始日期，请核对；跨年的请把两个年份都写上"
    if (last - first).days > 30:
        return "一次放假超过 31 天，请核对日期"
    works = "班" in parts["state"]
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return _fault(span, works, year) or [SpecialDay(day, works, parts["note"].strip()[:MAX_NOTE]) for day in span]


def _fault(span: Sequence[date], works: bool, year: int) -> str:
    for day in span:
        if not date(year, 1, 1) - _REACH <= day <= date(year, 12, 31) + _REACH:
            return f"{day} 不在 {year} 年，请核对年份"
        if works and day.weekday() < _SATURDAY:
            return f"{day} 是星期{_WEEKDAYS[day.weekday()]}，本来就上班；调休上班的应是星期六或星期日，请核对日期"
    return ""


def _whole(days: dict[date, SpecialDay], year: int) -> list[str]:
    if not days:
        return ["还没有填写任何日期。" + _EXAMPLE]
    if len(days) > MAX_DAYS:
        return [f"共 {len(days)} 天，超过 {MAX_DAYS} 天，请核对"]
    if not any(special.day.year == year and not special.works for special in days.values()):
        return [f"没有一天是 {year} 年的放假，请核对"]
    return []
