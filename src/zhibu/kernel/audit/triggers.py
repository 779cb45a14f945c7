"""Database triggers that refuse to change or remove what was written into the trail.

They stop mistakes and careless scripts; whoever owns the database file can drop them, and is found by `verify`.
Installed after every migrate (SQLite loses them when Django remakes a table) and usable in a RunPython.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate
from django.dispatch import receiver

TABLES = ("audit_entry", "audit_detail", "audit_seal")
KEYS = {"audit_entry": "id", "audit_detail": "entry_id", "audit_seal": "n"}
REFUSAL = "the audit is append-only"
# a detail may go when the line that says who erased it, and why, has been written (see records.erase)
_ERASE_LINE = (
    "EXISTS (SELECT 1 FROM audit_entry e WHERE e.object_type = 'kernel.AuditEntry' "
    "AND e.object_id = CAST(OLD.entry_id AS text) AND e.action = 'audit.detail.erase')"
)


def _sqlite() -> dict[str, tuple[str, str]]:
    made = {}
    for table in TABLES:
        key = KEYS[table]
        unless_erased = f"WHEN NOT {_ERASE_LINE}" if table == "audit_detail" else ""
        # INSERT OR REPLACE removes the old row without firing its DELETE trigger
        replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        for event, condition in (("update", ""), ("delete", unless_erased), ("insert", replaced)):
            name = f"{table}_no_{event}"
            made[name] = (
                table,
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event.upper()} ON {table} {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            )
    return made


_POSTGRES_FUNCTIONS = (
    f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE OR REPLACE FUNCTION audit_refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF {_ERASE_LINE} THEN RETURN OLD; END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
)


def _postgres() -> dict[str, tuple[str, str]]:
    made = {}
    for table in TABLES:
        delete = "audit_refuse_unless_erased" if table == "audit_detail" else "audit_refuse"
        for event, each, function in (
            ("update", "ROW", "audit_refuse"),
            ("delete", "ROW", delete),
            ("truncate", "STATEMENT", "audit_refuse"),
        ):
            name = f"{table}_no_{event}"
            made[name] = (
                table,
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {event.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()",
            )
    return made


def _wanted(connection: Any) -> dict[str, tuple[str, str]]:
    return _postgres() if connection.vendor == "postgresql" else _sqlite()


def _present(connection: Any) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = ANY "
                "(SELECT to_regclass(name) FROM unnest(%s::text[]) name)",
                [list(TABLES)],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


def _tables_stand(connection: Any) -> bool:
    return set(TABLES) <= set(connection.introspection.table_names())


def install(connection: Any) -> None:
    """Create the triggers that are not there; does nothing before the tables are."""
    if not _tables_stand(connection):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for function in _POSTGRES_FUNCTIONS:
                cursor.execute(function)
        for _, statement in _wanted(connection).values():
            cursor.execute(statement)


def missing(connection: Any) -> list[str]:
    """Return the names of triggers that should be there and are not."""
    return sorted(set(_wanted(connection)) - _present(connection))


def drop(connection: Any) -> None:
    """Remove the triggers: for the tests, whose tables are emptied after each test that commits."""
    with connection.cursor() as cursor:
        for name, (table, _) in _wanted(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextlib.contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Without triggers inside the block: for tests that forge and for emptying a test database."""
    drop(connection)
    try:
        yield
    finally:
        install(connection)


def empty(connection: Any) -> None:
    """Empty the trail and its counter: for test databases and nothing else (leaves the triggers away)."""
    drop(connection)
    with connection.cursor() as cursor:
        for table in (*TABLES, "audit_unsealed", "audit_head"):
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'audit_entry'")
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), 1, false)")


@receiver(post_migrate, dispatch_uid="zhibu.audit.triggers")
def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Install the triggers once a migrate is through."""
    if getattr(sender, "label", "") == "kernel":
        install(connections[using])
