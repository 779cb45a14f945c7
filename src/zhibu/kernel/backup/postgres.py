"""pg_dump and pg_restore: found portably, told where the database is by their environment (no password in `ps`)."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from zhibu.kernel.backup.errors import BackupRefused

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/pgsql/bin")


def program(name: str) -> str:
    """Return the newest such program (an older pg_dump refuses a newer server). Raises BackupRefused without one."""
    found = [
        place for pattern in PLACES for place in Path("/").glob(f"{pattern[1:]}/{name}") if os.access(place, os.X_OK)
    ]
    if found:
        return str(max(found, key=lambda place: [int(n) for n in re.findall(r"\d+", str(place.parent))]))
    if on_path := shutil.which(name):
        return on_path
    raise BackupRefused(f"找不到程序 {name}。请安装 PostgreSQL 客户端（Debian：apt-get install postgresql-client）。")


def environment() -> dict[str, str]:
    """Return the environment under which the programs reach this installation's database."""
    here: dict[str, Any] = connection.settings_dict
    told = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(here[key]) for name, key in told.items() if here.get(key)}
    return {**os.environ, **given, "PGAPPNAME": "zhibu-backup", "LC_ALL": "C"}


def dump(place: Path, snapshot: str) -> None:
    """Write the database of an exported snapshot to `place`, in pg_dump's custom format."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={place}"]
    _run("pg_dump", options, "PostgreSQL 数据库导出失败")


def load(place: Path) -> None:
    """Restore a dump into the empty database, all of it or nothing."""
    target = f"--dbname={connection.settings_dict['NAME']}"
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", target, str(place)]
    _run("pg_restore", options, "PostgreSQL 数据库恢复失败，数据库仍是空的")


def _run(name: str, options: list[str], message: str) -> None:
    done = subprocess.run(
        [program(name), "--no-password", *options],
        env=environment(), stdin=subprocess.DEVNULL, capture_output=True, close_fds=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupRefused(f"{message}：{said[0] if said else f'{name} 退出码 {done.returncode}'}")
