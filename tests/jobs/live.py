"""A database of its own that several real processes use at once: a SQLite file, or PostgreSQL by ZHIBU_DATABASE."""

import atexit
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import prepared
from tests.jobs.forking import Loaded

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
            "DJANGO_SETTINGS_MODULE": "zhibu.settings",
        }

    def start(self, *arguments: str, **options: Any) -> Any:
        """Start a Python process on this database: a subprocess.Popen, or what is used of one."""
        if (loaded := self._loaded(arguments)) is not None:
            return loaded.start(arguments, self.environment, options.get("stdout"), options.get("stderr"))
        return subprocess.Popen([sys.executable, *arguments], env=self.environment, cwd=ROOT, **options)

    def run(self, *arguments: str) -> str:
        """Run a Python process to its good end and return what it printed."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as wrong:
            code = self.start(*arguments, stdout=out.fileno(), stderr=wrong.fileno()).wait(180)
            said, complaint = (file.seek(0) or file.read() for file in (out, wrong))
        assert code == 0, complaint[-3000:]
        return said

    def _loaded(self, arguments: Sequence[str]) -> Loaded | None:
        """Return the process that those of this database are forked from; None for what is started from nothing.

        Commands are: they are tested as an administrator starts them. Another setting is another process.
        """
        if sys.platform != "linux" or arguments[0] == "-m" or self not in _kept:
            return None
        environment = self.environment
        settings = tuple(
            sorted((k, v) for k, v in environment.items() if k.startswith(("ZHIBU_", "DJANGO_", "PYTHON")))
        )
        if settings not in _kept[self]:
            _kept[self][settings] = Loaded(environment)
        return _kept[self][settings]

    def sql(self, statement: str) -> Sequence[tuple[Any, ...]]:
        """Run one statement for good and return its rows."""
        if not self.url:
            with closing(sqlite3.connect(self.data / "zhibu.sqlite3", timeout=30)) as file, file:
                return file.execute(statement).fetchall()
        import psycopg

        with psycopg.connect(self.url) as server:
            cursor = server.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


#: the databases that are there, each with the processes that have loaded the platform on it, by their settings
_kept: dict[Live, dict[Any, Loaded]] = {}


@contextmanager
def live_database(folder: Path) -> Iterator[Live]:
    """Give a database with all its tables, and the data folder that belongs to it; both go away behind."""
    template = _template()
    shutil.copytree(template.data, folder, dirs_exist_ok=True)
    with ExitStack() as stack:
        live = Live(folder, stack.enter_context(_database(template.url)) if template.url else "")
        _kept[live] = {}
        try:
            yield live
        finally:
            for loaded in _kept.pop(live).values():
                loaded.close()


@cache
def _template() -> Live:
    """Migrate once a worker; every live database is a copy of this one. SQLite's begins with what is kept in the cache."""
    folder = Path(tempfile.mkdtemp(prefix="zhibu-live-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = os.environ.get("ZHIBU_DATABASE", "")
    if url:
        stack = ExitStack()
        atexit.register(stack.close)
        with prepared.locked():
            like = prepared.make_on_server(url)
        url = stack.enter_context(_database(url, template=like))
    live = Live(folder, url)
    with prepared.locked():
        kept = prepared.kept("live")
        known = not url and kept.exists()
        if known:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        elif not url:
            prepared.lay(folder)
        live.run("-m", "django", "migrate", "--skip-checks", "-v0")
        if not url and not known:
            draft = prepared.FOLDER / "draft-live"
            shutil.rmtree(draft, ignore_errors=True)
            prepared.keep("live", shutil.copytree(folder, draft))
    return live


@contextmanager
def _database(like: str, template: str = "") -> Iterator[str]:
    """Make a PostgreSQL database beside or after `like`; returns its URL and drops it behind."""
    import psycopg

    parts = urlsplit(like)
    name = f"zhibu_live_{secrets.token_hex(6)}"
    template = template or parts.path.lstrip("/")
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
