"""A trail of its own for each test, with its triggers, and ways to forge it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings as live
from django.db import connection

from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, Change, record_many, triggers
from zhibu.kernel.crypto import keyring

LI = Actor(account_id=3, person_id=30, name="李秘书", for_whom=31)
PHONE = Change(field="phone", label="手机", old="138****1234", new="139****4321")


def lines(count, start=1):
    """Corrections of the phones of `count` people."""
    return [
        AuditLine(
            LI, "people.contact.correct", f"更正 张伟{n} 的手机", "people.Person", str(n), 7, (PHONE,), "本人来电"
        )
        for n in range(start, start + count)
    ]


def forge(sql, *parameters):
    """Do to the tables what the owner of the database can do: without triggers."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def codes(report):
    return [(finding.code, finding.entry_id) for finding in report.findings]


@pytest.fixture
def trail(db):
    """An empty trail with its triggers."""
    triggers.empty(connection)
    triggers.install(connection)


@pytest.fixture
def written(trail):
    """Ten lines, of persons 1 to 10; returns their ids."""
    return record_many(lines(10))


@dataclass
class Installation:
    """An installation on disk, worked on by processes of its own."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "zhibu.sqlite3"

    def manage(self, *words):
        return subprocess.run(
            [sys.executable, "-m", "django", *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def python(self, code):
        """Start a process that runs `code` with Django set up."""
        start = f"import django; django.setup()\n{code}"
        return subprocess.Popen([sys.executable, "-c", start], env=self.env, stderr=subprocess.PIPE, text=True)

    def edit(self, *statements):
        """Open the file as anybody could, drop the triggers and change it."""
        with closing(sqlite3.connect(self.file)) as raw, raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            return [raw.execute(statement).rowcount for statement in statements]


@pytest.fixture
def installation(transactional_db, tmp_path):
    """A data folder with keys and (on SQLite) a database file copied from the test database."""
    triggers.empty(connection)
    triggers.install(connection)
    keyring()
    shutil.copy(live.KEYRING, tmp_path / "keys.json")
    path = os.pathsep.join(sys.path)
    env = {**os.environ, "ZHIBU_DATA": str(tmp_path), "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "zhibu.settings"}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "zhibu.sqlite3")])
        env.pop("ZHIBU_DATABASE", None)
    else:
        at = connection.settings_dict
        env["ZHIBU_DATABASE"] = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    yield Installation(tmp_path, env)
    triggers.empty(connection)


@pytest.fixture
def make_organization():
    """Make an organisation at a path."""
    from zhibu.apps.organizations.models import Kind, Organization

    def make(path):
        return Organization.objects.create(path=path, kind=Kind.BRANCH, name=path, code=path)

    return make
