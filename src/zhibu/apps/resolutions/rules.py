"""How a resolution is numbered, and how it stands. Pure."""

from datetime import date

#: a day that near, and the inbox says so
NOTICE_DAYS = 30


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
