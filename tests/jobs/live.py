"""A database of its own that several real processes use at once: a SQLite file, or PostgreSQL by ZHIBU_DATABASE."""

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Live:
    """The environment of the processes, and plain SQL on their database from the test."""

    data: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {
            **os.environ,
            "PYTHONPATH": path,
            "ZHIBU_DATA": str(self.data),
            "ZHIBU_DATABASE": self.url,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "zhibu.settings"),
        }

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        """Start a Python process on this database."""
        return subprocess.Popen([sys.executable, *arguments], env=self.environment, cwd=ROOT, **options)

    def run(self, *arguments: str) -> str:
        """Run a Python process to its good end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def sql(self, statement: str) -> Sequence[tuple[Any, ...]]:
        """Run one statement for good and return its rows."""
        if not self.url:
            with closing(sqlite3.connect(self.data / "zhibu.sqlite3", timeout=30)) as file, file:
                return file.execute(statement).fetchall()
        import psycopg

        with psycopg.connect(self.url) as server:
            cursor = server.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def live_database(folder: Path) -> Iterator[Live]:
    """Make the database with all its tables; a PostgreSQL one is dropped behind."""
    url = os.environ.get("ZHIBU_DATABASE", "")
    if not url:
        yield _migrated(Live(folder, ""))
        return
    import psycopg

    parts = urlsplit(url)
    name = f"zhibu_live_{secrets.token_hex(6)}"
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield _migrated(Live(folder, parts._replace(path=f"/{name}").geturl()))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _migrated(live: Live) -> Live:
    live.run("-m", "django", "migrate", "--skip-checks", "-v0")
    return live
