"""Amounts in words (大写), by 《会计基础工作规范》 article 52.

Amounts that end with yuan or jiao close with 整; those with fen do not. A run of zeros inside the number is one 零.
Where the units of yuan are 0 and the jiao are not, 零 is optional by the article: it is left out here, and amounts
from elsewhere are compared by value (`parse_upper`), never as text.
"""

import re
from decimal import Decimal

from zhibu.kernel.money.amounts import MoneyError, round_fen

DIGITS = "零壹贰叁肆伍陆柒捌玖"
LIMIT = Decimal(10) ** 16  # the first amount that 仟…万亿 cannot name
_PLACES = ("仟", "佰", "拾", "")
_VARIANTS = str.maketrans("圆圓貳參陸萬億正", "元元贰叁陆万亿整")
_D = f"[{DIGITS[1:]}]"
_SECTION = re.compile(rf"零?(?:({_D})仟)?零?(?:({_D})佰)?零?(?:({_D})拾)?零?({_D})?")
_AMOUNT = re.compile(rf"(负)?(?:([^元]+)元)?零?(?:({_D})角)?(?:零角)?零?(?:({_D})分)?(整)?")


def upper(amount: Decimal) -> str:
    """Return `amount` (yuan, at most two decimals) in words: 负 before negatives, 零元整 for nothing.

    Raises MoneyError from LIMIT on, and for fractions of a fen. Source: 会计基础工作规范 第五十二条.
    """
    value = round_fen(amount) if abs(amount) < LIMIT else LIMIT
    if abs(value) >= LIMIT:
        raise MoneyError("金额太大，大写最多到仟万亿位（不足 10000000000000000 元）")
    if value != amount:
        raise MoneyError("金额最多到分，小数点后只能有两位")
    if not value:
        return "零元整"
    yuan, fen = divmod(int(abs(value) * 100), 100)
    words = (_integer(yuan) + "元" if yuan else "") + _fraction(fen // 10, fen % 10, bool(yuan))
    return ("负" if value < 0 else "") + words


def _fraction(jiao: int, fen: int, after_yuan: bool) -> str:
    words = f"{DIGITS[jiao]}角" if jiao else "零" if fen and after_yuan else ""
    return words + (f"{DIGITS[fen]}分" if fen else "整")


def _integer(number: int) -> str:
    text = f"{number:016d}"
    words, pending = "", False
    for group in range(4):
        section = text[group * 4 : group * 4 + 4]
        for digit, place in zip(section, _PLACES, strict=True):
            if digit == "0":
                pending = True
                continue
            words += ("零" if pending and words else "") + DIGITS[int(digit)] + place
            pending = False
        if group in (0, 2) and section != "0000":
            words += "万"
        if group == 1 and text[:8] != "00000000":
            words += "亿"
    return words


def parse_upper(text: str) -> Decimal:
    """Return the value of an amount in words, so that two spellings are compared by value.

    Reads 整 and 正, 元 and 圆, optional 零, a leading 人民币, traditional forms. Raises MoneyError.
    """
    compact = "".join(text.split()).translate(_VARIANTS).removeprefix("人民币")
    found = _AMOUNT.fullmatch(compact) if len(compact) <= 60 else None
    if found is None or not (found[2] or found[3] or found[4]):
        raise MoneyError("大写金额写法不对，请写成“壹佰零伍元整”这样")
    jiao, fen = (DIGITS.index(digit) if digit else 0 for digit in (found[3], found[4]))
    yuan = 0 if found[2] in (None, "零") else _whole(found[2])
    value = Decimal(yuan * 100 + jiao * 10 + fen).scaleb(-2)
    return round_fen(-value if found[1] else value)


def _whole(text: str) -> int:
    """Return the value of the words before 元: […万…]亿 …万 …"""
    above, hundred_million, below = text.rpartition("亿")
    total = _below(above, unit="亿") * 10**8 if hundred_million else 0
    return total + (_below(below) if below else 0)


def _below(text: str, unit: str = "元") -> int:
    """Return the value of words below 亿: …万 …"""
    above, ten_thousand, below = text.rpartition("万")
    total = _section(above, "万") * 10**4 if ten_thousand else 0
    return total + (_section(below, unit) if below or not ten_thousand else 0)


def _section(text: str, unit: str) -> int:
    """Return the value of at most four places: 仟 佰 拾 and units; never zero."""
    found = _SECTION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise MoneyError(f"大写金额写法不对：“{unit}”字前面应是“壹仟贰佰叁拾肆”这样的数")
    value = 0
    for digit in found.groups():
        value = value * 10 + (DIGITS.index(digit) if digit else 0)
    return value
