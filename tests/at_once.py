"""Several at once: threads that start at the same moment, and a database that they share."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections


def together(*jobs: Callable[[], Any]) -> list[Exception]:
    """Run the jobs in threads that start at the same moment; return what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            job()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def elsewhere(job: Callable[[], Any]) -> Any:
    """Run a job in a thread of its own, where the shared database is; return its result."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_closing, job).result(timeout=60)


def answers(times: int, job: Callable[[], Any]) -> list[Any]:
    """Run one job many times at once, each in a thread of its own; return what they answered."""
    with ThreadPoolExecutor(times) as pool:
        return [future.result(timeout=60) for future in [pool.submit(_closing, job) for _ in range(times)]]


def _closing(job: Callable[[], Any]) -> Any:
    try:
        return job()
    finally:
        connections.close_all()


def share_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite let the threads share a file with what the test has made so far, not its database in memory."""
    if connection.vendor == "sqlite":
        file = str(tmp_path / "shared.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [file])
        # as every installation is after its first command: of several that find it otherwise at once, one is refused
        with closing(sqlite3.connect(file)) as made:
            made.execute("PRAGMA journal_mode=WAL")
        monkeypatch.setitem(connections.settings["default"], "NAME", file)
