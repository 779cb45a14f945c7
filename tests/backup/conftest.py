"""An office with data, a backup of it, and empty machines to restore it on."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.live import ROOT, Live, _database, live_database

OFFICE = "tests/backup/office.py"
PASSPHRASE = "长征路上的十二个字口令一二"


@dataclass(frozen=True)
class Office:
    """An installation and the commands run on it."""

    live: Live
    passphrase: Path

    def zhibu(self, *words: object) -> "subprocess.CompletedProcess[str]":
        """Run a `zhibu` command on this installation, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "-m", "zhibu.cli", *map(str, words)], env=self.live.environment, cwd=ROOT,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    def backup(self, target: Path, *more: str) -> str:
        """Make a backup with the known passphrase; return what was said."""
        done = self.zhibu("backup", target, "--passphrase-file", self.passphrase, *more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def restore(self, place: Path, passphrase: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Restore onto this machine."""
        return self.zhibu(
            "restore", place, "--into", self.live.data, "--passphrase-file", passphrase or self.passphrase
        )

    def look(self) -> dict[str, Any]:
        """Return what holds together here; see office.py."""
        found: dict[str, Any] = json.loads(self.live.run(OFFICE, "look"))
        return found

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table as text."""
        if self.live.url:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        found = {}
        for (name,) in self.live.sql(names):
            found[name] = sorted(map(repr, self.live.sql(f'SELECT * FROM "{name}"')))
        return found

    def files(self) -> dict[str, bytes]:
        """Return the content that lies in the store, by its place."""
        top = self.live.data / "files"
        return {str(p.relative_to(top)): p.read_bytes() for p in top.glob("[0-9a-f][0-9a-f]/*/*")}

    def is_bare(self) -> bool:
        """Tell whether nothing of a restore is here: no database, no keys, no files, no draft beside it."""
        here = {p.name for p in self.live.data.iterdir()} if self.live.data.exists() else set()
        beside = [p.name for p in self.live.data.parent.iterdir() if p.name.startswith(f".{self.live.data.name}")]
        tables = self.live.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") if self.live.url else []
        return not (here - {"secret_key"}) and not beside and not tables


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    passphrase = folder / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n第二行不算\n", encoding="utf-8")
    with live_database(folder / "data") as live:
        live.run(OFFICE, "prepare", "8")
        yield Office(live, passphrase)


@pytest.fixture(scope="module")
def made(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole backup of the office."""
    place = tmp_path_factory.mktemp("backups") / "office.zip"
    office.backup(place)
    return place


@contextmanager
def new_machine(folder: Path, office: Office) -> Iterator[Office]:
    """Give an installation without anything: a folder that does not exist, and an empty database on PostgreSQL."""
    with ExitStack() as stack:
        url = office.live.url
        url = stack.enter_context(_database(url, template="template0")) if url else ""
        yield Office(Live(folder / "new", url), office.passphrase)


@pytest.fixture
def machine(tmp_path: Path, office: Office) -> Iterator[Office]:
    with new_machine(tmp_path, office) as machine:
        yield machine


def code_of(said: str) -> str:
    """Return the recovery code that was printed."""
    found = re.search(r"恢复码：([A-Z0-9-]+)", said)
    assert found, said
    return found[1]
