"""Money in yuan as Decimal with two decimals; amounts in words (大写)."""

from zhibu.kernel.money.amounts import MoneyError, format_amount, parse_amount, round_fen
from zhibu.kernel.money.words import parse_upper, upper

__all__ = ["MoneyError", "format_amount", "parse_amount", "parse_upper", "round_fen", "upper"]
