"""Declared inputs of rules and the reading of their values.

Values come as JSON gives them (command line, API, page). A value of the wrong type is refused with a sentence in
Chinese, never guessed: `True` is no integer, a binary float is no money, "2026-2-3" is no date.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

from zhibu.kernel.money.amounts import MoneyError, parse_amount

Kind = Literal["text", "date", "money", "integer", "boolean", "choice", "json"]


class Unreadable(ValueError):
    """A value of the wrong type or form; the text is a Chinese sentence for the user."""


class Default(Enum):
    """Markers where an input has no fixed default."""

    REQUIRED = "required"
    TODAY = "today"


REQUIRED: Final = Default.REQUIRED
TODAY: Final = Default.TODAY

MAX_TEXT = 1000  # characters
MAX_INTEGER = 10**12
MAX_DEPTH = 20
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Input:
    """One declared input, described well enough to draw a form field from it.

    `choices` are (value, label) pairs, for type "choice" only; `minimum` and `maximum` bound an integer.
    `default` is REQUIRED, TODAY (the day on which the rule is tried) or a value of the input's type.
    """

    name: str
    type: Kind
    label_zh: str
    help: str = ""
    default: object = REQUIRED
    choices: tuple[tuple[str | int, str], ...] = ()
    minimum: int = -MAX_INTEGER
    maximum: int = MAX_INTEGER

    @property
    def required(self) -> bool:
        """Tell whether the value must be given."""
        return self.default is REQUIRED

    def read(self, value: object) -> object:
        """Return `value` as the rule wants it: str, date, Decimal, int, bool, one of the choices, or plain JSON.

        Raises Unreadable with a Chinese sentence that starts with the input's label.
        """
        try:
            return _READERS[self.type](self, value)
        except Unreadable as error:
            raise Unreadable(f"{self.label_zh}（{self.name}）：{error}") from None


def shown(value: object) -> str:
    """Return a short printable form of a user's value for a message: one line, at most 30 characters."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, dict | list) else str(value)
    text = "".join(character if character.isprintable() else "�" for character in text[:31])
    return text if len(text) <= 30 else text[:29] + "…"


def read_date(value: object) -> date:
    """Return an ISO date (`2026-03-01`); raises Unreadable with a Chinese sentence."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise Unreadable("日期请写成 2026-03-01 这样的文字")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unreadable(f"没有 {value} 这一天，请核对") from None


def read_money(value: object) -> Decimal:
    """Return an amount in yuan with two decimals; raises Unreadable with a Chinese sentence."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable('金额请写成 "1234.50" 这样的文字')
    try:
        return parse_amount(value)
    except MoneyError as error:
        raise Unreadable(str(error)) from None


def read_integer(value: object, minimum: int = -MAX_INTEGER, maximum: int = MAX_INTEGER) -> int:
    """Return a whole number inside the bounds; raises Unreadable with a Chinese sentence."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("请填整数")
    if not minimum <= value <= maximum:
        raise Unreadable(f"应在 {minimum} 到 {maximum} 之间")
    return value


def read_text(value: object) -> str:
    """Return text of at most MAX_TEXT characters; raises Unreadable with a Chinese sentence."""
    if not isinstance(value, str):
        raise Unreadable("请填文字（在 JSON 里要加引号）")
    if len(value) > MAX_TEXT:
        raise Unreadable(f"太长，最多 {MAX_TEXT} 个字")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Unreadable("含有无法识别的字符，请重新输入")
    return value


def read_plain(value: object, depth: int = 0) -> object:
    """Return nested JSON unchanged after looking at every leaf; raises Unreadable with a Chinese sentence."""
    if depth > MAX_DEPTH:
        raise Unreadable("嵌套层数太多")
    if isinstance(value, dict):
        return {read_text(key): read_plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [read_plain(item, depth + 1) for item in value]
    if isinstance(value, str):
        return read_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return read_integer(value)
    if isinstance(value, Decimal) and value.is_finite() and -20 <= value.adjusted() <= 20:
        return value
    raise Unreadable(f"不能识别的内容：{shown(value)}")


def _choice(field: Input, value: object) -> object:
    if isinstance(value, str | int) and not isinstance(value, bool):
        for code, _ in field.choices:
            if str(code) == str(value):
                return code
    raise Unreadable("只能选 " + "、".join(str(code) for code, _ in field.choices))


def _boolean(field: Input, value: object) -> object:
    if not isinstance(value, bool):
        raise Unreadable("只能填 true（是）或 false（否）")
    return value


_READERS: dict[str, Callable[[Input, object], object]] = {
    "text": lambda field, value: read_text(value),
    "date": lambda field, value: read_date(value),
    "money": lambda field, value: read_money(value),
    "integer": lambda field, value: read_integer(value, field.minimum, field.maximum),
    "boolean": _boolean,
    "choice": _choice,
    "json": lambda field, value: read_plain(value),
}
