"""Citizen identity numbers (GB 11643-1999): 18 characters with a check character, or the old 15 digits.

An import calls `parse_identity` for every row, so the usual case, a clean valid number, takes a fast path. The check
character is computed here: python-stdnum has the same formula, but importing it costs the command line 80 ms, and its
`validate` refuses regions that today's list no longer holds. The tests compare the two.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from zhibu.kernel.rules.answers import Violation

Sex = Literal["male", "female"]

# 港澳台居民居住证 carries these instead of a region
RESIDENCE_PERMITS = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
# The numbers were introduced in the 1980s; nobody born before this year can hold one, a typing error can
EARLIEST_BIRTH_YEAR = 1880
_CENTURY = "19"  # what the 15-digit numbers leave out
# GB 11643-1999 weights are 2**(17 - i) mod 11; since 13 = 2 (mod 11), reading the 17 digits to base 13 sums them at once
_BASE = 13
_CHECK = "10X98765432"

_CLEAN = re.compile(r"[1-8][0-9]{16}[0-9X]")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
# Full-width forms become ASCII; hyphens of every kind and invisible characters are dropped, as blanks are
_FOLD: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, "-‐‑‒–—―−﹣－\u200b\u200c\u200d\u2060\ufeff"))


class Identity(NamedTuple):
    """What a valid number says. `number` has 18 characters, upper-case X; `region` is the one at the time of issue."""

    number: str
    birth: date
    sex: Sex

    @property
    def region(self) -> str:
        """Return the six digits of the region, never checked against today's list."""
        return self.number[:6]

    @property
    def is_residence_permit(self) -> bool:
        """Tell whether this is the number of a 港澳台居民居住证."""
        return self.number[:6] in RESIDENCE_PERMITS


def check_character(digits: str) -> str:
    """Return the check character of the first 17 digits (GB 11643-1999)."""
    return _CHECK[2 * int(digits, _BASE) % 11]


def fold(text: str) -> str:
    """Return the number as it is stored: ASCII, upper case, no blanks, hyphens or invisible characters."""
    return "".join(text.translate(_FOLD).split()).upper()


@lru_cache(maxsize=16)  # a form or an import asks for the same number two or three times in a row
def parse_identity(text: str, today: date) -> Identity | Violation:
    """Return what a citizen identity number says, or the first reason why it is not one.

    Accepts full-width digits, a lower-case x, blanks and hyphens inside; 15 digits are upgraded to 18. Codes:
    identity.empty, .scientific, .length, .character, .region, .no_such_day, .too_early, .future, .checksum.
    """
    number = text if len(text) == 18 and _CLEAN.fullmatch(text) else fold(text)
    if len(number) == 15 and _FIFTEEN.fullmatch(number):
        number = number[:6] + _CENTURY + number[6:]
        number += check_character(number)
    elif not _EIGHTEEN.fullmatch(number):
        return _malformed(number)
    if number[0] in "09":
        return _wrong_region(number)
    return parse_body(number, today)


def parse_body(number: str, today: date) -> Identity | Violation:
    """Check birth date and check character of a well-formed number of 18 characters."""
    year = int(number[6:10])
    try:
        birth = date(year, int(number[10:12]), int(number[12:14]))
    except ValueError:
        return _violation("no_such_day", f"号码里的出生日期 {_day(number)} 不存在，请核对第 7 到 14 位")
    if birth > today:
        return _violation("future", f"号码里的出生日期 {_day(number)} 还没有到，请核对第 7 到 14 位")
    if year < EARLIEST_BIRTH_YEAR:
        return _violation("too_early", f"号码里的出生日期 {_day(number)} 太早，请核对第 7 到 14 位")
    if _CHECK[2 * int(number[:17], _BASE) % 11] != number[17]:
        return _violation("checksum", "最后一位校验码不对，号码里有一位或几位写错了，请对照证件核对")
    return Identity(number, birth, "male" if number[16] in "13579" else "female")


def _violation(code: str, message: str) -> Violation:
    return Violation(f"identity.{code}", message, "GB 11643-1999")


def _day(number: str) -> str:
    return f"{number[6:10]}年{number[10:12]}月{number[12:14]}日"


def _malformed(number: str) -> Violation:
    if not number:
        return _violation("empty", "请填写身份证号码")
    if _SCIENTIFIC.fullmatch(number):
        return _violation("scientific", "Excel 把号码变成了科学计数，末几位已丢失，请把该列设为文本后重新填写")
    if len(number) not in (15, 18):
        return _violation("length", f"身份证号码应是 18 位（老号码 15 位），这里是 {len(number)} 位，请核对")
    return _violation("character", "身份证号码只能是数字，18 位号码的最后一位可以是 X，请核对")


def _wrong_region(number: str) -> Violation:
    if number[0] == "0":
        return _violation("region", "身份证号码不会以 0 开头，请核对前 6 位")
    return _violation("region", "以 9 开头的是外国人永久居留身份证号码，请改选证件类型")
