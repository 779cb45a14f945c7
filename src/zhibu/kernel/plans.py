"""Statements that PostgreSQL plans once a connection: planning a question of every page costs it several times what answering does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def planned_once() -> Iterator[Any]:
    """Open a cursor for statements that come again and again, word for word, with other values in their places.

    Each is prepared at its first execution (`prepare_threshold` in the settings; psycopg keeps the hundred that were used
    last). After some executions the server finds by itself whether one plan will do for all values. On SQLite this is any
    cursor: its driver keeps statements by itself.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:  # of a prepared one the driver logs no words
        with connection.cursor() as cursor:
            yield cursor
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    driver: Any = connection.connection
    usual, driver.cursor_factory = driver.cursor_factory, ServerBindingCursor
    try:
        cursor = connection.cursor()
    finally:
        driver.cursor_factory = usual
    with cursor:
        yield cursor


def one_of(numbers: Sequence[int]) -> tuple[str, list[Any]]:
    """Return what a condition says behind a column that is one of these whole numbers, and its parameters.

    On PostgreSQL the words are the same however many they are, so that one plan does.
    """
    if connection.vendor == "postgresql":
        several, given = array(numbers)
        return f"= ANY({several})", [given]
    return f"IN ({', '.join(['%s'] * len(numbers))})", list(numbers)


def array(values: Sequence[Any]) -> tuple[str, Any]:
    """Return SQL of a parameter that is an array on PostgreSQL, and the parameter.

    Keys and hashes go as one text of their own type: the driver would give them the smallest type that holds them, in which the
    server does not hash them but compares each row with each, and takes ten times as long to word them.
    """
    if all(type(value) is int for value in values):
        return "CAST(%s AS bigint[])", f"{{{','.join(map(str, values))}}}"
    if all(type(value) is bytes for value in values):
        return "CAST(%s AS bytea[])", "{" + ",".join([rf'"\\x{value.hex()}"' for value in values]) + "}"
    return "%s", list(values)
