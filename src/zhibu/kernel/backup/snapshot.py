"""The database of one moment, written to a file while others go on writing, and what it holds."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from zhibu.kernel.backup import postgres
from zhibu.kernel.backup.errors import BackupRefused

Query = Callable[[str], Sequence[Any]]


@dataclass(frozen=True)
class Facts:
    """What the database held at that moment; blobs: address of content -> bytes."""

    counts: dict[str, int]
    migrations: list[tuple[str, str]]
    root: tuple[int, str] | None
    blobs: dict[str, int]


def size() -> int:
    """Return about how many bytes a snapshot takes."""
    if connection.vendor == "sqlite":
        name = database_file()
        return sum(path.stat().st_size for s in ("", "-wal") if (path := Path(f"{name}{s}")).exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def engine_version() -> str:
    """Return the version of the database."""
    return ".".join(map(str, connection.get_database_version()))


def database_file() -> Path:
    """Return the SQLite file. Raises BackupRefused when it is not there."""
    place = Path(str(connection.settings_dict["NAME"]))
    if not place.is_file():
        raise BackupRefused(f"没有找到数据库文件 {place}。请检查环境变量 ZHIBU_DATA。")
    return place


def take(place: Path) -> Facts:
    """Write the snapshot to `place` and return what it holds."""
    return _take_sqlite(place) if connection.vendor == "sqlite" else _take_postgres(place)


def _take_sqlite(place: Path) -> Facts:
    with (
        contextlib.closing(sqlite3.connect(database_file(), timeout=60)) as source,
        contextlib.closing(sqlite3.connect(place)) as copy,
    ):
        # in one step: the copy reads in one transaction (writers go on, into the WAL); step by step it would begin
        # anew with every write of another process and might never end
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA mmap_size=268435456")
        try:
            (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            told = str(error)
        if told != "ok":
            raise BackupRefused(f"数据库文件已损坏（{told}），没有做备份。请保留原文件，并从上一份备份恢复。")
        tables = copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return facts([name for (name,) in tables], lambda statement: copy.execute(statement).fetchall())


def _take_postgres(place: Path) -> Facts:
    with reading_postgres() as snapshot:
        found = facts(connection.introspection.table_names(), query)
        postgres.dump(place, snapshot)
    return found


@contextlib.contextmanager
def reading_postgres() -> Iterator[str]:
    """Read inside from one moment; gives the name under which pg_dump can read from the same."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = str(cursor.fetchone()[0])
        yield name


def query(statement: str) -> Sequence[Any]:
    """Run a statement on this installation's database and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def facts(tables: list[str], ask: Query) -> Facts:
    """Count and name what a database holds."""
    counts = {table: int(ask(f'SELECT count(*) FROM "{table}"')[0][0]) for table in sorted(tables)}
    applied: Sequence[Any] = ()
    if "django_migrations" in counts:
        applied = ask("SELECT app, name FROM django_migrations ORDER BY app, name")
    newest: Sequence[Any] = ()
    if "audit_seal" in counts:
        newest = ask("SELECT n, root FROM audit_seal ORDER BY n DESC LIMIT 1")
    blobs = ask("SELECT sha256, size FROM kernel_blob ORDER BY sha256") if "kernel_blob" in counts else ()
    return Facts(
        counts,
        [(app, name) for app, name in applied],
        (newest[0][0], bytes(newest[0][1]).hex()) if newest else None,
        {address: int(size) for address, size in blobs},
    )
