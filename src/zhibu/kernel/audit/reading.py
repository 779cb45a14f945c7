"""Reading the trail as bytes, in pages, from one moment: what sealing and verification work on."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from zhibu.kernel.audit import encoding

PAGE = 2000
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with its detail: `parts` are the columns in the order of encoding.COLUMNS, as bytes."""

    id: int
    parts: tuple[bytes | None, ...]
    leaf: bytes
    salt: bytes | None
    body: bytes | None
    marked: bool

    def text(self, column: str) -> str:
        """Return a column for a message, whatever it holds."""
        return (self.parts[encoding.COLUMNS.index(column)] or b"").decode(errors="replace")

    @property
    def key_id(self) -> int:
        """The id of the audit key the leaf was made with; 0 when the column holds no number."""
        text = self.text("key_id")
        return int(text) if text.isdecimal() and len(text) < 4 else 0


def _as_bytes(column: str) -> str:
    if column in {"detail_digest", "leaf", "salt", "root", "prev"} and connection.vendor == "postgresql":
        return column
    if connection.vendor == "postgresql":
        zone = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"convert_to({zone if column == 'at' else f'{column}::text'}, 'UTF8')"
    return f"CAST({column} AS BLOB)"


def _select() -> str:
    columns = [_as_bytes(column) for column in (*encoding.COLUMNS[1:], "leaf", "salt", "body")]
    return (
        f"SELECT audit_entry.id, {', '.join(columns)}, u.id IS NOT NULL FROM audit_entry "
        "LEFT JOIN audit_detail ON entry_id = audit_entry.id LEFT JOIN audit_unsealed u ON u.id = audit_entry.id "
        "WHERE audit_entry.id BETWEEN %s AND %s ORDER BY audit_entry.id LIMIT %s"
    )


def _row(values: tuple[Any, ...]) -> Row:
    entry_id = values[0]
    at, *columns, leaf, salt, body = [None if v is None else bytes(v) for v in values[1:-1]]
    parts = (encoding.number(entry_id), encoding.stored_time(at), *columns)
    return Row(entry_id, parts, leaf or b"", salt, body, bool(values[-1]))


def rows(first: int, last: int) -> Iterator[Row]:
    """Give the entries with ids from `first` to `last` in order, never more than a page in memory."""
    select = _select()
    while first <= last:
        with connection.cursor() as cursor:
            cursor.execute(select, [first, last, PAGE])
            page = cursor.fetchall()
        yield from map(_row, page)
        if len(page) < PAGE:
            return
        first = page[-1][0] + 1


def leaves(first: int, last: int) -> Iterator[bytes]:
    """Give the leaves alone, for sealing."""
    while first <= last:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, leaf FROM audit_entry WHERE id BETWEEN %s AND %s ORDER BY id LIMIT %s", [first, last, PAGE]
            )
            page = cursor.fetchall()
        for _, leaf in page:
            yield bytes(leaf)
        if len(page) < PAGE:
            return
        first = page[-1][0] + 1


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it stands in the table. `ranges` is None when the column cannot be read."""

    n: int
    at: bytes
    raw_ranges: bytes
    count: bytes
    prev: bytes
    root: bytes
    key: bytes

    @property
    def ranges(self) -> list[Range] | None:
        """The ranges in order, or None when they are not what a seal writes."""
        try:
            found = [(int(first), int(last)) for first, last in json.loads(self.raw_ranges)]
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        flat = [limit for pair in found for limit in pair]
        in_order = all(first <= last for first, last in found) and flat == sorted(flat)
        return found if found and flat[0] > 0 and flat[-1] < 2**63 - 1 and in_order else None

    @property
    def key_id(self) -> int:
        return int(self.key) if self.key.isdigit() and len(self.key) < 4 else 0

    def header(self) -> bytes:
        """What the root covers beside the leaves."""
        return header(self.n, self.at, self.raw_ranges, self.count, self.prev, self.key)


def header(n: int, at: bytes, ranges: bytes, count: bytes, prev: bytes, key: bytes) -> bytes:
    """Encode what a seal says of itself; the leaves follow it."""
    return b"zhibu-seal-1\0" + encoding.encode([b"%d" % n, at, ranges, count, prev, key])


def seals(after: int = 0) -> Iterator[Seal]:
    """Give the seals in order, in pages."""
    columns = ", ".join(_as_bytes(column) for column in ("at", "ranges", "count", "prev", "root", "key_id"))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT n, {columns} FROM audit_seal WHERE n > %s ORDER BY n LIMIT %s", [after, PAGE])
            page = cursor.fetchall()
        for n, at, *rest in page:
            given = [bytes(value) if value is not None else b"" for value in rest]
            yield Seal(n, encoding.stored_time(bytes(at)) or b"", *given)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def as_ranges(ids: list[int]) -> list[Range]:
    """Fold sorted ids into ranges: [1, 2, 3, 7] -> [(1, 3), (7, 7)]."""
    found: list[Range] = []
    for number in ids:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside from one moment without stopping writers (inside a transaction: from that one)."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # not atomic(): on SQLite that takes the write lock for as long as the verification runs
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
