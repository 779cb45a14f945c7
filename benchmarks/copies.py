"""Laying many records quickly: one row made by its model, then copied by the database with what differs."""

from collections.abc import Mapping
from typing import Any


def multiply(row: Any, source: str, differing: Mapping[str, str]) -> int:
    """Insert a copy of a saved record for every row of a source, itself left where it is; return how many.

    source: SQL of a table or a query in brackets, to be named `s`; differing: column -> SQL of its value, in terms of `s`. A
    column `uid` gets a random value. For rows that name nothing the database would not check: constraints hold.
    """
    from django.db import connection

    quote, table = connection.ops.quote_name, row._meta.db_table
    random = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = {"uid": random, **differing}
    named = ", ".join(map(quote, columns))
    taken = ", ".join(values.get(column, f"t.{quote(column)}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({named}) SELECT {taken} FROM {quote(table)} t CROSS JOIN {source} s "
            f"WHERE t.{quote(row._meta.pk.column)} = {int(row.pk)}"
        )
        return int(cursor.rowcount)


def numbers(count: int) -> str:
    """Return SQL of a source with one column n: 1, 2, … count."""
    return f"(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) SELECT n FROM n)"
