"""Cells that must hold one of a few answers."""

import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from zhibu.kernel.imports.cell_text import Context, Parser, clean
from zhibu.kernel.imports.refusal import CellError

_SHOWN = 12


@dataclass(frozen=True)
class Choice:
    """One allowed answer: the code that is stored, the label of the interface and other ways to write it."""

    code: Hashable
    label: str
    synonyms: tuple[str, ...] = ()


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def choice(options: Sequence[Choice]) -> Parser:
    """Return a parser from label, code or synonym to the code, whatever the width and case of the letters.

    Raises ValueError when two options share a spelling.
    """
    table: dict[str, Hashable] = {}
    for option in options:
        for spelling in {_key(option.label), _key(str(option.code)), *map(_key, option.synonyms)}:
            if table.setdefault(spelling, option.code) != option.code:
                raise ValueError(f"two options are written {spelling!r}")
    labels = "、".join(option.label for option in options[:_SHOWN]) + ("等" if len(options) > _SHOWN else "")

    def parse(value: object, context: Context) -> Hashable | None:
        if isinstance(value, str) and value in table:
            return table[value]
        text = clean(value)
        if not text:
            return None
        key = _key(text)
        if key in table:
            return table[key]
        raise CellError(f"“{text[:30]}”不在可选范围内，请填：{labels}。")

    return parse


def boolean() -> Parser:
    """Return a parser for 是/否 in their usual spellings: True or False."""
    return choice(
        [
            Choice(True, "是", ("有", "对", "√", "✓", "✔", "y", "yes", "t", "true", "1")),
            Choice(False, "否", ("无", "没有", "不是", "×", "✗", "✘", "x", "n", "no", "f", "false", "0")),
        ]
    )
