"""How a resolution is numbered, and how it stands. Pure."""

from datetime import date

from zhibu.kernel.calendar.months import add_months

#: a day that near, and the inbox says so
NOTICE_DAYS = 30
#: years from today within which a resolution is carried out, the longest term of a committee: this product's own convention
MOST_YEARS = 5


def due_fault(due: date | None, decided: date, today: date) -> str:
    """Return why a resolution cannot be due on that day, "" where it can."""
    if due is None:
        return ""
    if due < decided:
        return "落实期限早于通过日期"
    return f"落实期限最长 {MOST_YEARS} 年，请核对年份" if due > add_months(today, 12 * MOST_YEARS) else ""


def number_text(name: str, year: int, number: int) -> str:
    """Write a number as papers bear it: 东山一支部决〔2026〕3号 (GB/T 9704: hexagonal brackets, no leading zeros)."""
    return f"{name}决〔{year}〕{number}号"


def standing(state: str, due: date | None, today: date) -> tuple[str, str]:
    """Return (words, colour): carried out, overdue, due soon, replaced, void."""
    plain = {
        "done": ("已落实", "ok"),
        "standing": ("有效", "ok"),
        "replaced": ("已被后来的决议取代", "plain"),
        "void": ("已作废", "plain"),
    }
    if state in plain:
        return plain[state]
    if due is None:
        return "落实中", "info"
    left = (due - today).days
    if left < 0:
        return f"落实逾期 {-left} 天", "late"
    return (f"还有 {left} 天到期", "due") if left <= NOTICE_DAYS else ("落实中", "info")
