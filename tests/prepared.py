"""The migrated database: made once, copied by every worker and by every later run until a migration changes.

A copy is what `migrate` leaves where it finds nothing to do: the tables as they were, and the post_migrate signal sent anew.
SQLite's is a file in pytest's cache; PostgreSQL's is a database of the run, for servers come and go.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.core import management
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
#: pytest's cache, the same for all workers and runs
FOLDER = ROOT / ".pytest_cache" / "d" / "zhibu"
#: what the tables follow from; a migration may also use what is written in the code, but no column depends on that
SOURCES = ("src/zhibu/**/migrations/*.py", "tests/scope/app/*.py")


def copy_once() -> None:
    """Let the next `migrate`, that of the test database, copy what another has made; the first of all does its work."""
    call_command = management.call_command

    def call(name: str, *words: Any, **options: Any) -> Any:
        if name != "migrate":
            return call_command(name, *words, **options)
        management.call_command = call_command
        with locked():
            if connection.vendor == "postgresql":
                make_on_server(os.environ["ZHIBU_DATABASE"])
            elif not kept("migrated").exists():
                _restore(_install() / "zhibu.sqlite3")
                call_command(name, *words, **options)  # the tables of the tests alone
                _keep()
                return None
        _copy()
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        return None

    management.call_command = call


@contextmanager
def locked() -> Iterator[None]:
    """Within, no other worker is."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(what: str) -> Path:
    """Return where something lies in the cache that follows from the migrations."""
    found = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return FOLDER / f"{what}-{found.hexdigest()[:20]}"


def keep(what: str, made: Path) -> None:
    """Put a file or a folder into the cache, in place of what followed from older migrations."""
    for old in FOLDER.glob(f"{what}-*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    made.rename(kept(what))


def lay(data: Path) -> bool:
    """Lay the migrated database into an office's empty data folder, if it is made already; tell whether it was."""
    made = kept("migrated")
    if made.exists():
        data.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, data / "zhibu.sqlite3")
        (data / "zhibu.sqlite3").chmod(0o600)
    return made.exists()


def on_server(url: str) -> bool:
    """Tell whether the run's migrated database is on that server already."""
    import psycopg

    asked = "SELECT 1 FROM pg_database WHERE datname = %s"
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
        return server.execute(asked, [template()]).fetchone() is not None


def make_on_server(url: str) -> str:
    """Make the run's migrated database on that server unless it is there, within `locked`; return its name.

    A process of its own migrates it, with the tables of the tests in it, so that whoever comes first makes it for all.
    """
    import psycopg

    name = template()
    if not on_server(url):
        draft = f"{name}_draft"
        with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{draft}"'.encode())
            server.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0'.encode())
        environment = {**os.environ, "ZHIBU_DATABASE": _beside(url, draft), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        words = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--skip-checks", "-v0"]
        subprocess.run(words, env=environment, cwd=ROOT, check=True)
        with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"'.encode())
    return name


def _beside(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _install() -> Path:
    """Set an installation up by the command of an office's first day, for all; return its folder.

    That takes as long as many a module of tests: what was said is kept beside it, so that the test of a new installation
    has nothing to set up again (see `first_day`).
    """
    draft = FOLDER / "draft-installed"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    _run_first_day(draft)
    keep("installed", draft)
    return kept("installed") / "data"


def _run_first_day(folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "zhibu.cli", "upgrade"], cwd=ROOT, umask=0o022, capture_output=True, text=True, check=False,
        env={**environment, "ZHIBU_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "zhibu.settings"},
    )  # fmt: skip
    said = {"run": run_id(), "code": done.returncode, "out": done.stdout, "wrong": done.stderr}
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


def first_day(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the data of a new installation of this run, and what was said (`code`, `out`, `wrong`).

    The one that this run's tables came from, with all its modes; set up in the folder given where they came from the cache.
    """
    made = kept("installed") / "said.json"
    with locked():
        if made.exists() and json.loads(made.read_text(encoding="utf-8"))["run"] == run_id():
            folder = made.parent
        else:
            _run_first_day(folder)
    return folder / "data", json.loads((folder / "said.json").read_text(encoding="utf-8"))


def run_id() -> str:
    """Return what tells this run of the tests from others: the process that its workers belong to."""
    return str(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid())


def _restore(made: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(made)) as file:
        file.backup(connection.connection)


def _keep() -> None:
    draft = FOLDER / "draft"
    draft.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(draft)) as file:
        connection.connection.backup(file)
    keep("migrated", draft)


def _copy() -> None:
    if connection.vendor == "sqlite":
        _restore(kept("migrated"))
    else:
        name = connection.settings_dict["NAME"]
        connection.close()  # nobody may be connected to it
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template()}"')


def template() -> str:
    """Return the name of the run's migrated database on a server: after the process that the workers belong to."""
    return f"zhibu_made_{run_id()}"


def drop() -> None:
    """Drop the run's migrated database; for the process that the workers belong to, when they are done."""
    server = os.environ.get("ZHIBU_DATABASE", "")
    if server and "PYTEST_XDIST_WORKER" not in os.environ:
        import psycopg

        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(_beside(server, "postgres"), autocommit=True) as cursor,
        ):
            cursor.execute(f'DROP DATABASE IF EXISTS "{template()}"'.encode())
