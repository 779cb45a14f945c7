"""How many lines were ever written: counted under a key in the transaction of the line itself.

Seals protect what is older than a minute. Until then a line could be taken away together with its marker, its detail and
SQLite's counter, and nothing was missing. So every writer also moves a head on: a row with the number of lines written
through it and the newest id, under an HMAC. Whoever removes the newest line would have to forge it, or to have kept the
head from just before.

A writer takes any head that nobody holds (SKIP LOCKED) and makes one where all are held: writers never wait for one
another, and there are as many heads as there were writers at once. A head that does not open is left as it is, for
`verify` to find, and a new one is begun.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhibu.kernel.audit import encoding
from zhibu.kernel.crypto import KeyMissing, current_key, key_of, keyed_hash

COLUMNS = "slot, count, last_id, key_id, mac"
_UPSERT = (
    f"INSERT INTO audit_head ({COLUMNS}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (slot) DO UPDATE SET "
    "count = excluded.count, last_id = excluded.last_id, key_id = excluded.key_id, mac = excluded.mac"
)
_standing: set[str] = set()  # databases where the table was seen: an upgrade backs up before it makes it


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it stands in the table."""

    slot: int
    count: int
    last_id: int
    key_id: int
    mac: bytes

    def opens(self) -> bool:
        """Tell whether the platform wrote it. Raises KeyMissing."""
        return _mac(key_of("audit", self.key_id), self.slot, self.count, self.last_id, self.key_id) == self.mac


def advance(cursor: Any, vendor: str, ids: list[int]) -> None:
    """Count lines that are being written in the running transaction."""
    if not _stands():
        return
    cursor.execute(
        f"SELECT {COLUMNS} FROM audit_head ORDER BY slot DESC LIMIT 1"
        + (" FOR UPDATE SKIP LOCKED" if vendor == "postgresql" else "")
    )
    row = cursor.fetchone()
    slot, count = time.time_ns(), 0
    if row is not None and _opens(head := _head(row)):
        slot, count = head.slot, head.count
    write(cursor, slot, count + len(ids), max(ids))


def write(cursor: Any, slot: int, count: int, last_id: int) -> None:
    """Write a head under today's key."""
    key_id, key = current_key("audit")
    cursor.execute(_UPSERT, [slot, count, last_id, key_id, _mac(key, slot, count, last_id, key_id)])


def heads() -> Iterator[Head]:
    """Give all heads."""
    if not _stands():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM audit_head ORDER BY slot")
        rows = cursor.fetchall()
    yield from map(_head, rows)


def _head(row: tuple[Any, ...]) -> Head:
    # SQLite keeps whatever somebody wrote there
    slot, count, last_id, key_id = (value if isinstance(value, int) else 0 for value in row[:4])
    return Head(slot, count, last_id, key_id, b"" if isinstance(row[4], str | int | None) else bytes(row[4]))


def _opens(head: Head) -> bool:
    try:
        return head.opens()
    except KeyMissing:
        return False


def _mac(key: bytes, *numbers: int) -> bytes:
    return keyed_hash(key, b"zhibu-head-1\0" + encoding.encode([encoding.number(number) for number in numbers]))


def _stands() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name not in _standing:
        if "audit_head" not in connection.introspection.table_names():
            return False
        _standing.add(name)
    return True
