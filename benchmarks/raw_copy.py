"""The least that reading and inserting the rows of a sheet can cost here: in a process of its own, on demand.

Its memory is not the import's, and it can take turns with the import's chunks, so that both see the same machine.
"""

import gc
import multiprocessing
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

COLUMNS = [f"c{n}" for n in range(20)]


def copy(path: Path, table: str) -> None:
    """Read the sheet with calamine and insert its rows into a new table without indices, in one transaction."""
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    from zhibu.kernel.bulk import insert_rows

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {table} ({', '.join(f'{c} text' for c in COLUMNS)})")
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[2:]
        insert_rows(table, COLUMNS, ([v.isoformat() if isinstance(v, date) else v for v in row] for row in rows))


def _serve(path: Path, ends: Connection) -> None:
    import django

    django.setup()
    from django.db import connection
    from harness import timed

    turn = 0
    while ends.recv():
        turn += 1
        ends.send(timed(lambda: copy(path, f"raw_{turn}")))  # noqa: B023 - called at once
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE raw_{turn}")
        gc.collect()
        ends.send(None)
    connection.close()


class RawCopy:
    """A process that copies the sheet whenever it is called and returns (seconds on the clock, of the processor)."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.ends, theirs = context.Pipe()
        self.process: Any = context.Process(target=_serve, args=(path, theirs), daemon=True)
        self.process.start()

    def __call__(self) -> tuple[float, float]:
        """Copy once; returns when the table is gone again."""
        self.ends.send(True)
        found: tuple[float, float] = self.ends.recv()
        self.ends.recv()
        return found

    def end(self) -> None:
        """End the process and its connection."""
        self.ends.send(False)
        self.process.join()
