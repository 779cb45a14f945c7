"""How letters write days and numbers."""

from datetime import date
from decimal import Decimal

from zhibu.kernel.money.words import upper


def day_words(day: date | None) -> str:
    """Return e.g. 2026 年 11 月 29 日, with room to write where it is not known."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else "　　　年　　月　　日"


def count_words(number: int) -> str:
    """Return a number of people as it cannot be altered: 壹拾贰."""
    return upper(Decimal(number)).removesuffix("元整")
