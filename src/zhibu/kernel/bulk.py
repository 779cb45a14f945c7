"""Many rows at once, past the ORM: many a statement on SQLite, COPY on PostgreSQL, in the caller's transaction."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import chain, islice, repeat
from types import NoneType
from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from zhibu.kernel import growth
from zhibu.kernel.plans import array

#: parameters of one statement
MOST = 10_000
#: rows of one statement on SQLite
AT_ONCE = 100
#: types that PostgreSQL reads as str() says them; times are dates, truths and the driver's own numbers are ints
_PRINTED = (int, date, Decimal)
#: what COPY would read otherwise than it stands
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@contextmanager
def no_cycles() -> Iterator[None]:
    """Keep Python from looking for cycles among many rows: it would walk over all of them again and again.

    For code that makes many plain values and no cycles of them; what it leaves is looked at afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def insert_rows(target: type[models.Model] | str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows into the table of a model, or into a table by name.

    columns: names in the database (organization_id, not organization); rows: values as the database takes them
    (`connection.ops.adapt_…`; JSON as text), in the order of the columns. Defaults of the model do not apply.
    """
    if connection.vendor == "postgresql":
        with _copying(target, columns) as copy:
            for row in rows:
                copy.write_row(row)
        return
    _insert_in_parts(f"INSERT INTO {_named(target, columns)} VALUES ", len(columns), iter(rows))


def _insert_in_parts(head: str, width: int, rows: Iterator[Sequence[Any]]) -> None:
    """Insert on SQLite many rows a statement: each statement looks the counter of the table's keys up among all tables.

    By the driver itself: Django's cursor would log them all.
    """
    connection.ensure_connection()
    one, size = f"({', '.join('?' * width)})", max(min(AT_ONCE, MOST // width), 1)
    whole = head + ", ".join([one] * size)
    with connection.wrap_database_errors:
        while part := list(islice(rows, size)):
            words = whole if len(part) == size else head + ", ".join([one] * len(part))
            connection.connection.execute(words, list(chain.from_iterable(part)))


def _named(target: type[models.Model] | str, columns: Sequence[str]) -> str:
    """Return the table with its columns, quoted."""
    quote = connection.ops.quote_name
    table = target if isinstance(target, str) else target._meta.db_table
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


@contextmanager
def _copying(target: type[models.Model] | str, columns: Sequence[str]) -> Iterator[Any]:
    """Open PostgreSQL's COPY into a table."""
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
    ):
        with cursor.copy(f"COPY {_named(target, columns)} FROM STDIN") as copy:
            yield copy
        growth.note(target if isinstance(target, str) else target._meta.db_table, cursor.rowcount)


def insert_plain(target: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows as `insert_rows` does, tens of thousands of them for one import: half of it was wording each row by itself.

    rows: of texts, bytes, numbers, truths, dates, times and None.
    """
    if connection.vendor == "postgresql" and rows:
        with _copying(target, columns) as copy:
            copy.write(copy_text(rows))
        return
    insert_rows(target, columns, rows)


def copy_text(rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as the text that PostgreSQL's COPY reads, worded column by column. Raises TypeError for other values.

    Two columns in three of an import say the same in every row: such columns side by side are worded once, together.
    """
    parts: list[Iterable[str]] = []
    alike: list[str] = []
    for column in zip(*rows, strict=True):
        if column[0] == column[-1] and column.count(column[0]) == len(column) and len(set(map(type, column))) == 1:
            alike.append(_cell(column[0]))
            continue
        if alike:
            parts.append(repeat("\t".join(alike), len(rows)))
            alike = []
        parts.append(_worded(column))
    if alike:
        parts.append(repeat("\t".join(alike), len(rows)))
    return "\n".join(map("\t".join, zip(*parts, strict=True))) + "\n"


def _worded(column: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, column))
    some = kinds - {NoneType}
    if all(issubclass(kind, _PRINTED) for kind in some):
        return map(str, column) if some == kinds else [r"\N" if one is None else str(one) for one in column]
    if some == {bytes}:
        return [r"\N" if one is None else rf"\\x{one.hex()}" for one in column]
    if kinds == {str}:
        whole = "".join(column)
        return column if not any(sign in whole for sign in "\\\t\n\r") else (one.translate(_ESCAPES) for one in column)
    return map(_cell, column)


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, _PRINTED):
        return str(value)
    raise TypeError(f"COPY is not told how to word a {type(value).__name__}")


def insert_models(rows: Sequence[models.Model], *, with_keys: bool = False) -> None:
    """Insert unsaved records of one model in one statement, with the values their fields prepare.

    with_keys: give them their primary keys, too (one more statement).
    """
    if not rows:
        return
    model = type(rows[0])
    if with_keys:
        for row, pk in zip(rows, allocate_ids(model, len(rows)), strict=True):
            row.pk = pk
    columns: list[Any] = [f for f in model._meta.concrete_fields if with_keys or not f.primary_key]
    prepared = ([f.get_db_prep_save(f.pre_save(row, True), connection) for f in columns] for row in rows)
    insert_rows(model, [str(f.column) for f in columns], prepared)


def ids_holding(
    target: type[models.Model], column: str, values: Sequence[Any], also: str = "TRUE", *, upper: bool = False
) -> list[int]:
    """Return the primary keys of the rows whose column holds one of the values (as the database takes them).

    also: a further condition in SQL, e.g. that of a partial index, which would not be used without it. For queries
    that the caller opens: Django takes longer to word a thousand parameters than the database to look them up.
    upper: compare the column in capitals (the values are so already), as an index on UPPER(column) does.
    """
    key = connection.ops.quote_name(str(target._meta.pk.column))
    return [pk for (pk,) in rows_holding(target, [key], column, values, also, upper=upper)]


def rows_holding(
    target: type[models.Model], columns: Sequence[str], key: str, values: Sequence[Any], also: str = "TRUE",
    parameters: Sequence[Any] = (), *, upper: bool = False,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Return plain rows of a model whose column `key` holds one of the values, as the database gives them.

    columns: SQL (see `in_fen`, `in_iso`); also, parameters: a further condition and what stands for its %s. For queries
    that the caller opens, as `ids_holding`.
    """
    quote = connection.ops.quote_name
    spelled = f"UPPER({quote(key)})" if upper else quote(key)
    head = f"SELECT {', '.join(columns)} FROM {quote(target._meta.db_table)} WHERE {also} AND {spelled}"
    found: list[tuple[Any, ...]] = []
    if not values:
        return found
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            several, given = array(values)
            cursor.execute(f"{head} = ANY({several})", [*parameters, given])
            return list(cursor.fetchall())
        for start in range(0, len(values), MOST):
            part = values[start : start + MOST]
            cursor.execute(f"{head} IN ({', '.join(['%s'] * len(part))})", [*parameters, *part])
            found += cursor.fetchall()
    return found


def parts(values: Sequence[Any], most: int = 500) -> Iterator[Sequence[Any]]:
    """Yield the values in slices, each few enough for the parameters of one statement."""
    return (values[start : start + most] for start in range(0, len(values), most))


def in_fen(column: str) -> str:
    """Return SQL of an amount of two decimals as a whole number of fen: exact, and quicker read than a Decimal."""
    return f"CAST(ROUND({connection.ops.quote_name(column)} * 100) AS bigint)"


def in_iso(column: str) -> str:
    """Return SQL of a date as 2026-11-29: many rows have the same few, each of which is read once."""
    return f"CAST({connection.ops.quote_name(column)} AS varchar(10))"


def allocate_ids(target: type[models.Model] | str, count: int, column: str = "id") -> list[int]:
    """Reserve primary keys in the running transaction, so that rows can name one another before they are inserted.

    On SQLite they are consecutive; on PostgreSQL the sequence may leave gaps. Raises TransactionManagementError
    outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("primary keys are reserved inside the transaction that uses them")
    if count <= 0:
        return []
    table = target if isinstance(target, str) else target._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            quoted = connection.ops.quote_name(table)
            # OFFSET 0: else the name of the sequence would be looked up for each number
            named = "(SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS series"
            cursor.execute(f"SELECT nextval(name) FROM {named}, generate_series(1, %s)", [quoted, column, count])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        last = first + count - 1
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
    return list(range(first, last + 1))
