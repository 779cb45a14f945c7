"""Numbers, money, telephone and identity numbers in cells. No float leaves this module."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from zhibu.kernel.identity import Identity, parse_identity
from zhibu.kernel.imports.cell_text import LOSSY, Context, Parser, clean, is_scientific
from zhibu.kernel.imports.refusal import CellError

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,24})?(?:\.\d{0,24})?")
_MOBILE = re.compile(r"1[3-9]\d{9}").fullmatch
_LANDLINE = re.compile(r"(0(?:10|2\d)|0[3-9]\d{2})-?([2-9]\d{6,7})(?:(?:-|转|ext\.?)(\d{1,6}))?").fullmatch
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})").fullmatch
_ABROAD = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,14}").fullmatch
_NO_AREA = re.compile(r"[2-9]\d{6,7}(?:-\d{1,6})?").fullmatch
_PLAIN_IDENTITY = re.compile(r"[1-8][0-9]{16}[0-9X]").fullmatch
_PHONE_NOISE = re.compile(r"[\s\u2010-\u2015\u2212()-]+")
_LOST_DIGITS = "Excel 把证件号码变成了科学计数，末几位已丢失，请把该列设为文本后重新填写。"


def _number(value: object) -> Decimal | None:
    """Return any cell as an exact number; a float counts with the 15 digits that Excel keeps."""
    if isinstance(value, bool):
        raise CellError("应填数字，这一格却是“是/否”。请改为数字。")
    if isinstance(value, float):
        if value != value or abs(value) >= LOSSY:
            raise CellError("数字太大，Excel 已丢失末几位。请检查是否填错了列。")
        return Decimal(f"{value:.15g}")
    if isinstance(value, int):
        return Decimal(value)
    text = unicodedata.normalize("NFKC", clean(value)).replace(" ", "")
    if not text:
        return None
    bare = text.strip("¥元")
    if bare.startswith("(") and bare.endswith(")"):  # accountants write losses in brackets
        bare = "-" + bare[1:-1]
    if _NUMBER.fullmatch(bare) and any(character.isdigit() for character in bare):
        try:
            return Decimal(bare.replace(",", ""))
        except InvalidOperation:
            pass
    raise CellError(f"“{text[:30]}”不是数字。请只填数字，不要写单位和文字。")


def integer(minimum: int | None = None, maximum: int | None = None) -> Parser:
    """Return a parser for whole numbers between the limits, both included."""

    def parse(value: object, context: Context) -> int | None:
        found = _number(value)
        if found is None:
            return None
        if found != found.to_integral_value():
            raise CellError(f"“{found}”不是整数。请改为整数。")
        _check_limits(found, minimum, maximum)
        return int(found)

    return parse


def decimal(places: int = 2, minimum: Decimal | None = None, maximum: Decimal | None = None) -> Parser:
    """Return a parser for decimals with at most `places` digits behind the point; nothing is rounded in silence."""
    unit = Decimal(1).scaleb(-places)
    limit = Decimal(10) ** 15

    def parse(value: object, context: Context) -> Decimal | None:
        found = _number(value)
        if found is None:
            return None
        if abs(found) >= limit:
            raise CellError("数字太大。请检查是否填错了列。")
        exact = found.quantize(unit)
        if exact != found:
            raise CellError(f"“{found}”的小数超过 {places} 位。请改为最多 {places} 位小数。")
        _check_limits(found, minimum, maximum)
        return exact

    return parse


def money(minimum: Decimal | None = Decimal(0), maximum: Decimal | None = None) -> Parser:
    """Return a parser for amounts in yuan with at most two decimals; not below zero unless `minimum` says so."""
    return decimal(2, minimum, maximum)


def _check_limits(found: Decimal, minimum: Decimal | int | None, maximum: Decimal | int | None) -> None:
    if minimum is not None and found < minimum:
        raise CellError(f"“{found}”太小，不能小于 {minimum}。请检查。")
    if maximum is not None and found > maximum:
        raise CellError(f"“{found}”太大，不能大于 {maximum}。请检查。")


def phone(*, landline: bool = False) -> Parser:
    """Return a parser for one telephone number; landline: one is asked for, and so it is called in a refusal.

    A mobile number becomes 11 digits, a landline "0755-12345678" (or "…-分机"), a number abroad "+85291234567".
    """

    def parse(value: object, context: Context) -> str | None:
        if isinstance(value, str) and _MOBILE(value):
            return value
        shown = clean(value)
        if is_scientific(shown):
            raise CellError("号码被 Excel 变成了科学计数，末几位已丢失。请把该列设为“文本”格式后重新填写。")
        found = _phone(unicodedata.normalize("NFKC", shown))
        if shown and not found:
            raise CellError(_why_no_phone(shown, landline=landline))
        return found

    return parse


def _phone(text: str) -> str | None:
    digits = _PHONE_NOISE.sub("", text)
    local = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if _MOBILE(local):
        return local
    if _ABROAD(local):
        return "+" + local.removeprefix("+").removeprefix("00")
    # the hyphens of a landline part area, number and extension, so they must still be seen
    dashed = re.sub(r"[\s\u2010-\u2015\u2212()-]+", "-", re.sub(r"^\s*\(?\+?86\)?[\s-]*(?=0)", "", text)).strip("-")
    if landline := _LANDLINE(dashed) or _LANDLINE(digits):
        return "-".join(part for part in landline.groups() if part)
    if service := _SERVICE(local):
        return "-".join(service.groups())
    return None


def _why_no_phone(text: str, *, landline: bool) -> str:
    digits = re.sub(r"\D", "", text)
    if _NO_AREA(_PHONE_NOISE.sub("", text)):
        return f"固定电话“{text}”缺少区号。请写成 0755-12345678 这样。"
    if len(digits) >= 14:
        return f"“{text[:40]}”像是两个号码。一格只能填一个，请把另一个移到别的列。"
    if landline:
        return f"“{text[:40]}”不是电话号码。请写区号和号码，例如 0755-12345678；没有固定电话的，可以留空。"
    if digits.startswith("1") and len(digits) != 11:
        return f"手机号码“{text[:40]}”有 {len(digits)} 位数字，应为 11 位。请检查。"
    return f"“{text[:40]}”不是电话号码。请填 11 位手机号码，或带区号的固定电话。"


def identity_number() -> Parser:
    """Return a parser for 居民身份证 numbers: the normalised 18 characters; rules in `zhibu.kernel.identity`."""

    def parse(value: object, context: Context) -> str | None:
        if isinstance(value, (int, float)) and (value != value or abs(value) >= LOSSY):
            raise CellError(_LOST_DIGITS)
        text = value if isinstance(value, str) and _PLAIN_IDENTITY(value) else clean(value)
        if not text:
            return None
        if is_scientific(text):
            raise CellError(_LOST_DIGITS)
        found = parse_identity(text, context.today)
        if isinstance(found, Identity):
            return found.number
        raise CellError(f"{found.message.rstrip('。')}。")

    return parse
