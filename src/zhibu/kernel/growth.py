"""Telling PostgreSQL's planner how tables have grown while a job fills them.

Its autovacuum looks once a minute. A job that fills tables from nothing is over by then, and every plan of it (those that
check foreign keys as well, which a connection keeps) was made for empty tables: reading all of them, row by row. So what
is written past the ORM is counted, and between two chunks a table that has become another one is looked at.
"""

from collections import defaultdict
from threading import local

from django.db import connection

#: rows up to which a table is looked at again when it has doubled: plans still change, and a look takes no time
SMALL = 10_000
#: of a larger table: how many times as large it has to have become
LARGER = 8


class _Noted(local):
    """What this thread has written since it last looked: table -> rows."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = defaultdict(int)


_noted = _Noted()


def note(table: str, rows: int) -> None:
    """Count rows written to a table."""
    _noted.rows[table] += max(rows, 0)


def look() -> list[str]:
    """Let PostgreSQL look at the tables that have outgrown what it knows of them; return their names.

    To be called between two transactions: what a transaction has written is not counted before its end.
    """
    if connection.vendor != "postgresql" or not _noted.rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid)",
            [list(_noted.rows)],
        )
        grown = [name for name, known in cursor.fetchall() if outgrown(int(known), _noted.rows[name])]
        for name in grown:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
            del _noted.rows[name]
    return grown


def outgrown(known: int, written: int) -> bool:
    """Tell whether a table of so many known rows (negative: never looked at) is another one after so many more."""
    return written >= known * (1 if known < SMALL else LARGER - 1) and written > 0
