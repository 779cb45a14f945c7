"""What the cells of a staging file say, a few hundred rows a piece: each piece is written, sealed and read in one go.

A piece holds its rows as they stand in the sheet, and the parsed values of those that could be read. Row by row it would
cost a third of the whole check.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

#: rows of a piece
PIECE = 250
SCHEMA = """
DROP TABLE IF EXISTS pieces;
CREATE TABLE pieces (first INTEGER PRIMARY KEY, raw TEXT NOT NULL, parsed TEXT NOT NULL)
"""
_INSERT = "INSERT INTO pieces VALUES (?1, seal(?2, 'raw', ?1), seal(?3, 'parsed', ?1))"
#: the pieces that may hold rows from ?1 to ?2
_BETWEEN = (
    "FROM pieces WHERE first >= coalesce((SELECT max(first) FROM pieces WHERE first <= ?1), 0) AND first <= ?2 "
    "ORDER BY first"
)


class Fresh(NamedTuple):
    """A row of the sheet as it was read: its cells, their parsed values (None when some could not be), or what is wrong.

    label: what the row is about, for rows that could not be read; issues: JSON.
    """

    number: int
    raw: list[Any]
    values: list[Any] | None
    label: str = ""
    faults: int = 0
    issues: str = "[]"


class Blocks:
    """The pieces of one staging file. read: runs a statement and raises NotStaged when its table is not there."""

    def __init__(
        self, db: sqlite3.Connection, read: Callable[[str, Sequence[Any]], Iterator[tuple[Any, ...]]], to_json: Any
    ) -> None:
        self._db, self._read, self._to_json = db, read, to_json
        #: the piece read last: first row, number -> cells
        self._kept: tuple[int, dict[int, list[Any]]] = (-1, {})

    def put(self, rows: Iterable[Fresh]) -> Iterator[list[Fresh]]:
        """Write rows piece by piece; yields each piece."""
        rest = iter(rows)
        while piece := list(islice(rest, PIECE)):
            raw = [[row.number for row in piece], [row.raw for row in piece]]
            readable = [row for row in piece if row.values is not None]
            parsed = [[row.number for row in readable], [row.values for row in readable]]
            self._db.execute(_INSERT, (piece[0].number, self._to_json(raw), self._to_json(parsed)))
            yield piece

    def values(self, numbers: Sequence[int]) -> list[list[Any]]:
        """Return the parsed values of these rows, which are readable and in order."""
        if not numbers:
            return []
        wanted, found = set(numbers), []
        statement = f"SELECT unseal(parsed, 'parsed', first) {_BETWEEN}"
        for (text,) in self._read(statement, [numbers[0], numbers[-1]]):
            there, values = json.loads(text)
            if text.count("[") > 3 + len(there):  # a list within a row: several answers in one cell
                values = [[tuple(v) if isinstance(v, list) else v for v in row] for row in values]
            if wanted.issuperset(there):
                found += values
            else:
                found += [row for number, row in zip(there, values, strict=True) if number in wanted]
        return found

    def column(self, numbers: Sequence[int], place: int) -> Iterator[tuple[int, Any]]:
        """Yield (row number, parsed value) of those of the rows, which are in order, that are readable."""
        if numbers:
            wanted = set(numbers)
            for (text,) in self._read(f"SELECT unseal(parsed, 'parsed', first) {_BETWEEN}", [numbers[0], numbers[-1]]):
                there, rows = json.loads(text)
                yield from ((n, row[place]) for n, row in zip(there, rows, strict=True) if n in wanted)

    def cell(self, number: int, place: int) -> Any:
        """Return a cell as it stands in the sheet, None where the row ends before it. Quick for rows near one another."""
        if number not in self._kept[1]:
            statement = f"SELECT first, unseal(raw, 'raw', first) {_BETWEEN}"
            for first, text in self._read(statement, [number, number]):
                there, rows = json.loads(text)
                self._kept = (first, dict(zip(there, rows, strict=True)))
        row = self._kept[1].get(number, [])
        return row[place] if place < len(row) else None
