"""Finding the header of an office's own sheet and matching it to the declared columns.

A header may stand below title rows and span up to three rows (联系方式 over 手机 and 邮箱). Every label is compared
without spaces, punctuation, width and hints in brackets; an exact label beats a synonym, a synonym beats a label
contained in a longer text. Where two fit equally well nothing is chosen: the clerk decides.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from zhibu.kernel.imports.reading import Book, Cell, MergedRange, Row, SheetInfo, is_blank, read_rows

SEARCHED_ROWS = 30
MAX_HEADER_ROWS = 3
# How well a header fits, best first: the whole path of a header against label or synonym, then its lowest part alone
EXACT, SYNONYM, LEAF_EXACT, LEAF_SYNONYM, CONTAINED = 5, 4, 3, 2, 1

_HINT = re.compile(r"[(\[{<【〔（][^()\[\]{}<>【】〔〕（）]*[)\]}>】〕）]")
_NOISE = re.compile(r"[\W_]+|必填项?|选填项?|可不填")
#: an identity number, a telephone number, a day
_LONG_NUMBER = re.compile(
    r"\s*(?:\+?[0-9][0-9 -]{6,}[0-9Xx]|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?)\s*"
).fullmatch
_HINT_CELL = re.compile(r"^[(（*＊]?(必填|选填|可不填|文本|数字|日期|下拉|单选|格式|填写说明|示例说明)")
# A label inside a header that speaks of somebody else is another fact: 紧急联系人手机 is not the person's 手机
_SOMEBODY_ELSE = re.compile(
    r"联系人|介绍人|培养人|父亲|母亲|配偶|家属|家庭|亲属|监护|子女|紧急|领导|负责人|经办|原|曾|前"
)


@dataclass(frozen=True)
class ColumnSpec:
    """A column that can be imported: its key, the label of the template and what offices call it besides."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class HeaderMatch:
    """What was found. Rows and columns count from 0; `labels` holds the header text of every column that has one.

    `header_rows` is empty when no row looks like a header. `quality` says per column how it fitted (EXACT …
    CONTAINED, the last being a guess to show as such). `ambiguous`: key -> columns that fit it equally well.
    A required key that is ambiguous is missing too, because nothing is chosen for it.
    """

    header_rows: tuple[int, ...] = ()
    first_data_row: int = 0
    mapping: dict[int, str] = field(default_factory=dict)
    unknown: tuple[int, ...] = ()
    missing_required: tuple[str, ...] = ()
    ambiguous: dict[str, tuple[int, ...]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    quality: dict[int, int] = field(default_factory=dict)
    signature: str = ""

    @property
    def doubled(self) -> dict[str, tuple[int, ...]]:
        """Return key -> columns that say the same: their headers are one text, and nothing tells which is meant."""
        named: dict[str, list[int]] = {}
        for index, label in self.labels.items():
            named.setdefault(normalise(label), []).append(index)
        return {
            key: tuple(sorted(same))
            for key, indices in self.ambiguous.items()
            if (
                same := max(
                    (named[normalise(self.labels[i])] for i in indices if i in self.labels), key=len, default=[]
                )
            )
            and len(same) > 1
        }

    @property
    def found(self) -> bool:
        """Tell whether any row looked like a header."""
        return bool(self.header_rows)


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Reduce a header to what is compared: no width, case, spaces, punctuation, hints in brackets or asterisks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    bare = _NOISE.sub("", _HINT.sub("", text))
    return bare or _NOISE.sub("", text)


def match_headers(
    rows: Sequence[Row], columns: Sequence[ColumnSpec], merged: Sequence[MergedRange] = ()
) -> HeaderMatch:
    """Find the header among the first 30 rows and match it; `merged` are the merged ranges of the sheet."""
    top = [list(row) for row in rows[:SEARCHED_ROWS]]
    spread = [_spread_merged(row, index, merged) for index, row in enumerate(top)]
    words = _Vocabulary(columns)
    best, block = 0, (0, 0)
    for start, row in enumerate(top):
        if _is_title(row, spread[start]) or _holds_data(row):
            continue
        for height in range(1, min(MAX_HEADER_ROWS, len(top) - start) + 1):
            score = words.score(_paths(spread[start : start + height]))
            if score > best:
                best, block = score, (start, height)
    if not best:
        return HeaderMatch(missing_required=tuple(column.key for column in columns if column.required))
    start, height = _with_groups(spread, *block)
    paths = _paths(spread[start : start + height])
    return _assign(paths, words, columns, tuple(range(start, start + height)), _skip_hints(top, start + height))


def match_at(
    rows: Sequence[Row], columns: Sequence[ColumnSpec], merged: Sequence[MergedRange], start: int, height: int
) -> HeaderMatch:
    """Match the header that the clerk pointed at: `height` rows from row `start`, counted from 0."""
    top = [list(row) for row in rows[: start + height + SEARCHED_ROWS]]
    block = [_spread_merged(row, start + n, merged) for n, row in enumerate(top[start : start + height])]
    paths = _paths(block)
    if not paths:
        return HeaderMatch(missing_required=tuple(column.key for column in columns if column.required))
    found = tuple(range(start, start + len(block)))
    return _assign(paths, _Vocabulary(columns), columns, found, _skip_hints(top, start + len(block)))


def header_signature(labels: Sequence[str]) -> str:
    """Return the key (32 hex digits) under which a corrected matching of these header texts is remembered."""
    joined = "\x1f".join(normalise(label) for label in labels)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def apply_mapping(found: HeaderMatch, columns: Sequence[ColumnSpec], mapping: dict[int, str]) -> HeaderMatch:
    """Return the match with the clerk's own (or remembered) choice of keys; unknown keys and columns are ignored."""
    keys = {column.key for column in columns}
    chosen = {index: key for index, key in mapping.items() if index in found.labels and key in keys}
    taken = set(chosen.values())
    doubled = {key: tuple(index for index in chosen if chosen[index] == key) for key in taken}
    ambiguous = {key: indices for key, indices in doubled.items() if len(indices) > 1}
    chosen = {index: key for index, key in chosen.items() if key not in ambiguous}
    return HeaderMatch(
        header_rows=found.header_rows,
        first_data_row=found.first_data_row,
        mapping=chosen,
        unknown=tuple(index for index in found.labels if index not in chosen),
        missing_required=_missing(columns, chosen),
        ambiguous=ambiguous,
        labels=found.labels,
        quality={index: found.quality.get(index, EXACT) for index in chosen},
        signature=found.signature,
    )


def _missing(columns: Sequence[ColumnSpec], mapping: dict[int, str]) -> tuple[str, ...]:
    taken = set(mapping.values())
    return tuple(column.key for column in columns if column.required and column.key not in taken)


def _with_groups(rows: Sequence[Row], start: int, height: int) -> tuple[int, int]:
    """Take in the rows above a header with which it shares vertically merged labels: they name its groups."""
    while start > 0 and height < MAX_HEADER_ROWS:
        pairs = zip(rows[start - 1], rows[start], strict=False)
        if not any(_text(above) and above == below for above, below in pairs):
            break
        start, height = start - 1, height + 1
    return start, height


def _text(value: Cell) -> str:
    return value.strip() if isinstance(value, str) else ""


def _spread_merged(row: Row, index: int, merged: Sequence[MergedRange]) -> Row:
    """Give every column of a merged cell its text."""
    spread = list(row)
    for top, left, bottom, right in merged:
        if top <= index <= bottom and left < len(spread):
            spread[left : right + 1] = [spread[left]] * (min(right + 1, len(spread)) - left)
    return spread


def _is_title(row: Row, spread: Row) -> bool:
    """A title says one thing over the whole width: 花名册, 单位：…, or nothing."""
    texts = {_text(value) for value in row if _text(value)}
    return not texts or (len(texts) == 1 and len({_text(value) for value in spread if _text(value)}) == 1 < len(spread))


def _holds_data(row: Row) -> bool:
    """Tell whether a cell is a day or a long number: 党员 beside a telephone number is no header but somebody."""
    return any(isinstance(value, date) or (isinstance(value, str) and _LONG_NUMBER(value) is not None) for value in row)


def _paths(block: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """Return column -> header texts from top to bottom, for each column that has one.

    Above a text, an upper row that is blank takes the text to its left, as an unmerged group heading means it.
    """
    width = max((len(row) for row in block), default=0)
    grid = [[_text(value) for value in row] + [""] * (width - len(row)) for row in block]
    for level in range(len(grid) - 1):
        for column in range(1, width):
            below = any(row[column] for row in grid[level + 1 :])
            if not grid[level][column] and below and any(row[column - 1] for row in grid[level + 1 :]):
                grid[level][column] = grid[level][column - 1]
    paths: dict[int, tuple[str, ...]] = {}
    for column in range(width):
        parts: list[str] = []
        for row in grid:
            if row[column] and (not parts or parts[-1] != row[column]):
                parts.append(row[column])
        if parts:
            paths[column] = tuple(parts)
    return paths


def _skip_hints(rows: Sequence[Row], start: int) -> int:
    """Skip what follows a header without being data: rows of hints (必填, 文本…) and of column numbers (1 2 3 4)."""
    while start < len(rows):
        filled = [value for value in rows[start] if value != ""]
        hints = bool(filled) and all(isinstance(value, str) and _HINT_CELL.match(value) for value in filled)
        numbers = len(filled) >= 4 and [str(value).removesuffix(".0") for value in filled] == [
            str(number) for number in range(1, len(filled) + 1)
        ]
        if not hints and not numbers and not is_blank(rows[start]):
            break
        start += 1
    return start


class _Vocabulary:
    """The labels and synonyms of the declared columns, normalised."""

    def __init__(self, columns: Sequence[ColumnSpec]) -> None:
        self.labels: dict[str, set[str]] = {}
        self.synonyms: dict[str, set[str]] = {}
        for column in columns:
            self.labels.setdefault(normalise(column.label), set()).add(column.key)
            for synonym in column.synonyms:
                self.synonyms.setdefault(normalise(synonym), set()).add(column.key)
        self.words = sorted({*self.labels, *self.synonyms}, key=len, reverse=True)

    def fits(self, path: tuple[str, ...]) -> tuple[int, set[str]]:
        """Return how well a header fits and the keys that it fits so; (0, nothing) when it fits none."""
        whole, leaf = normalise("".join(path)), normalise(path[-1])
        for level, table, word in (
            (EXACT, self.labels, whole),
            (SYNONYM, self.synonyms, whole),
            (LEAF_EXACT, self.labels, leaf),
            (LEAF_SYNONYM, self.synonyms, leaf),
        ):
            if word in table and (level >= SYNONYM or not _SOMEBODY_ELSE.search(whole[: -len(leaf)])):
                return level, table[word]
        keys = self._contained(whole)
        return (CONTAINED, keys) if keys else (0, set())

    def _contained(self, whole: str) -> set[str]:
        """Return the keys of the longest labels inside the header (or, at least half of it, around the header)."""
        for word in self.words:
            if len(word) >= 2 and word in whole and not _SOMEBODY_ELSE.search(whole.replace(word, "", 1)):
                same = [other for other in self.words if len(other) == len(word) and other in whole]
                return set().union(*(self._keys(other) for other in same))
        around = [
            w
            for w in self.words
            if len(whole) >= 2 and whole in w and not _SOMEBODY_ELSE.search(w.replace(whole, "", 1))
        ]
        return set().union(*(self._keys(word) for word in around if len(word) <= 2 * len(whole)))

    def _keys(self, word: str) -> set[str]:
        return self.labels.get(word, set()) | self.synonyms.get(word, set())

    def score(self, paths: dict[int, tuple[str, ...]]) -> int:
        """Weigh a block of rows as a header: each key counts once, at its best level; guesses count little."""
        weights = {EXACT: 40, SYNONYM: 39, LEAF_EXACT: 30, LEAF_SYNONYM: 29, CONTAINED: 3}
        best: dict[str, int] = {}
        for path in paths.values():
            if max(map(len, path)) <= 60:
                level, keys = self.fits(path)
                for key in keys:
                    best[key] = max(best.get(key, 0), weights[level])
        return sum(best.values())


def _assign(
    paths: dict[int, tuple[str, ...]],
    words: _Vocabulary,
    columns: Sequence[ColumnSpec],
    header_rows: tuple[int, ...],
    first_data_row: int,
) -> HeaderMatch:
    """Give each key its best column, level by level; equal claims at one level stay undecided."""
    fits = {index: words.fits(path) for index, path in paths.items()}
    mapping: dict[int, str] = {}
    quality: dict[int, int] = {}
    ambiguous: dict[str, tuple[int, ...]] = {}
    for level in (EXACT, SYNONYM, LEAF_EXACT, LEAF_SYNONYM, CONTAINED):
        settled = set(mapping.values()) | set(ambiguous)
        claims = {index: keys - settled for index, (at, keys) in fits.items() if at == level}
        for key in {key for keys in claims.values() for key in keys}:
            claimants = tuple(sorted(index for index, keys in claims.items() if key in keys))
            if len(claimants) == 1 and len(claims[claimants[0]]) == 1:
                mapping[claimants[0]], quality[claimants[0]] = key, level
            else:
                ambiguous[key] = claimants
    labels = {index: " ".join(path) for index, path in paths.items()}
    return HeaderMatch(
        header_rows,
        first_data_row,
        dict(sorted(mapping.items())),
        tuple(index for index in paths if index not in mapping),
        _missing(columns, mapping),
        ambiguous,
        labels,
        quality,
        header_signature(list(labels.values())),
    )


def choose_sheet(book: Book, columns: Sequence[ColumnSpec]) -> tuple[SheetInfo, HeaderMatch]:
    """Return the sheet to import and its header: the first with every required column, else the one with most columns.

    Visible sheets come first, so a hidden one is chosen only when no visible one fits better.
    """
    best: tuple[SheetInfo, HeaderMatch] | None = None
    for sheet in book.sheets:
        found = match_headers(read_rows(sheet, SEARCHED_ROWS + MAX_HEADER_ROWS), columns, sheet.merged)
        if found.found and not found.missing_required:
            return sheet, found
        if best is None or len(found.mapping) > len(best[1].mapping) or (not best[0].rows and sheet.rows):
            best = sheet, found
    if best is None:
        raise ValueError("a book has at least one sheet")
    return best
