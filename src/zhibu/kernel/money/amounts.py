"""Amounts in yuan: reading what people type, rounding to the fen, writing with separators. Never a float."""

import re
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
MAX_DIGITS = 20  # before the point; far above every ledger, and exact within Decimal's 28 digits

# Full-width forms, the Chinese comma and point, and the signs that word processors put for a minus
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("，"): ord(","),
    ord("。"): ord("."),
    ord("−"): ord("-"),
    ord("–"): ord("-"),
    ord("—"): ord("-"),
    ord("￥"): ord("¥"),
}
_AMOUNT = re.compile(r"([+-]?)(?:人民币|RMB|CNY)?¥?([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.([0-9]*))?元?")


class MoneyError(ValueError):
    """An amount that cannot be read or written; the text is a Chinese sentence for the user."""


def round_fen(amount: Decimal) -> Decimal:
    """Return `amount` rounded half up to the fen, with exactly two decimals and no negative zero."""
    rounded = amount.quantize(FEN, ROUND_HALF_UP)
    return rounded if rounded else FEN * 0


def parse_amount(value: str | int | Decimal) -> Decimal:
    """Return an amount in yuan, exact, with two decimals.

    Reads what people type: ￥1,234.50, １２３４．５, 1234.5元, -3. Refuses (MoneyError) a third decimal other than
    zero, separators in the wrong place, exponents in text, NaN and infinities, and more than MAX_DIGITS digits.
    """
    number = _from_text(value) if isinstance(value, str) else Decimal(value)
    if not number.is_finite():
        raise MoneyError("金额不是数，请重新填写")
    if number and number.adjusted() >= MAX_DIGITS:
        raise MoneyError(f"金额太大，整数部分最多 {MAX_DIGITS} 位")
    rounded = round_fen(number)
    if rounded != number:
        raise MoneyError("金额最多到分，小数点后只能有两位")
    return rounded


def _from_text(text: str) -> Decimal:
    compact = "".join(text.translate(_PLAIN).split())
    if not compact:
        raise MoneyError("请填写金额")
    found = _AMOUNT.fullmatch(compact) if len(compact) <= 100 else None
    if found is None or not (found[3] or found[4]) or (found[1] and found[2]):
        raise MoneyError("金额写法不对，请写成 1234.50 这样的数字")
    whole = (found[3] or "0").replace(",", "")
    return Decimal(f"{found[1] or found[2]}{whole}.{found[4] or '0'}")


def format_amount(amount: Decimal) -> str:
    """Return `amount` with two decimals and separators, e.g. 1,234.50."""
    return f"{round_fen(amount):,.2f}"
