"""Restoring onto an empty machine: everything is checked first, written aside, proven, and then named.

Beside the target lies `.<name>.restoring` while it runs; the rename at the end is the one moment at which the data
folder comes to be. On PostgreSQL the dump is one transaction; a restore that was killed between the two is taken up
again by the same command.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from zhibu.kernel.backup import drafts, postgres
from zhibu.kernel.backup.archive import Archive
from zhibu.kernel.backup.errors import BackupRefused
from zhibu.kernel.backup.escrow import Passphrase
from zhibu.kernel.backup.last import LastBackup, remember
from zhibu.kernel.backup.making import SECRETS
from zhibu.kernel.backup.manifest import DATABASE, Manifest
from zhibu.kernel.backup.proving import COMMAND
from zhibu.kernel.files.disk import sync
from zhibu.kernel.serving.lifeline import PARENT

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
STAGE = ".stage"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was restored; pending: migrations of the installed program that the backup does not know yet."""

    folder: Path
    manifest: Manifest
    pending: int


def restore(place: Path, into: Path, passphrase: Passphrase, say: Say) -> Restored:
    """Restore the backup into an empty (or new) data folder, and into the empty database of ZHIBU_DATABASE if set.

    Raises BackupRefused; unless it says otherwise nothing was written then.
    """
    into = into.absolute()
    with Archive(place) as backup:
        keys = backup.keys(passphrase)
        if set(keys) != set(SECRETS):
            raise BackupRefused("备份里的密钥不齐，不能恢复。请换另一份备份。")
        pending = _known(backup.manifest)
        _check_folder(into)
        drafts.need_space(into.parent, backup.manifest.size)
        say("正在核对备份…")
        backup.check()
        staging = into.with_name(f".{into.name}.restoring")
        staging.mkdir(mode=0o700, exist_ok=True)
        with drafts.locked(staging) as got:
            if not got or not staging.exists():
                raise BackupRefused(f"另一个恢复正在写 {into}，请等它结束。")
            try:
                _restore(backup, keys, staging, into, say)
            finally:
                if not (staging / STAGE).exists():
                    shutil.rmtree(staging, ignore_errors=True)
    return Restored(into, backup.manifest, pending)


def _known(manifest: Manifest) -> int:
    """Refuse what another database or a newer program wrote; return how many migrations are to be made up for."""
    if manifest.engine != connection.vendor:
        raise BackupRefused(
            f"这是 {ENGINES.get(manifest.engine, manifest.engine)} 的备份，本机现在用的是 "
            f"{ENGINES[connection.vendor]}。请{_how_to_change(manifest.engine)}后再恢复。"
        )
    ours = {(app, name) for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(manifest.migrations) - ours)
    if newer:
        raise BackupRefused(
            f"这份备份由更新的版本（{manifest.version}）做成，本机的程序不认得其中 {len(newer)} 步升级"
            f"（如 {newer[0][0]} {newer[0][1]}）。请先升级程序，再恢复。"
        )
    return len(ours - set(manifest.migrations))


def _how_to_change(engine: str) -> str:
    if engine == "postgresql":
        return "把环境变量 ZHIBU_DATABASE 设为一个空的 PostgreSQL 数据库"
    return "去掉环境变量 ZHIBU_DATABASE"


def _check_folder(into: Path) -> None:
    if not into.parent.is_dir():
        raise BackupRefused(f"没有文件夹 {into.parent}。请先建立它，或换一个地方。")
    if os.path.ismount(into):
        raise BackupRefused(f"{into} 是磁盘的挂载点，请恢复到它里面的下一级文件夹，例如 {into / 'data'}。")
    # the settings of this very command have made a fresh secret key if ZHIBU_DATA names the folder
    if into.exists() and (not into.is_dir() or {path.name for path in into.iterdir()} - {"secret_key"}):
        raise BackupRefused(f"{into} 不是空文件夹，恢复不会覆盖已有的数据。请指定一个空的或还不存在的文件夹。")
    if not os.access(into.parent, os.W_OK):
        raise BackupRefused(f"没有在 {into.parent} 写文件的权限。请换一个文件夹。")


def _restore(backup: Archive, keys: dict[str, bytes], staging: Path, into: Path, say: Say) -> None:
    if connection.vendor == "sqlite":
        _empty(staging)
        say("正在写入数据…")
        _write(backup, keys, staging, staging / Path(str(connection.settings_dict["NAME"])).name)
        say("正在检验恢复的数据…")
        _prove(backup.manifest, staging)
    else:
        _restore_postgres(backup, keys, staging, say)
    root = backup.manifest.root
    note = LastBackup(backup.manifest.made_at, str(backup.place.absolute()), 0, root[1] if root else "")
    remember(note, staging)
    _name(staging, into)


def _restore_postgres(backup: Archive, keys: dict[str, bytes], staging: Path, say: Say) -> None:
    stage = staging / STAGE
    taken = connection.introspection.table_names()
    again = stage.is_file() and stage.read_text() == backup.digest
    if taken and not again:
        raise BackupRefused("ZHIBU_DATABASE 指定的数据库不是空的，恢复不会覆盖已有的数据。请新建一个空数据库。")
    if not taken:
        stage.unlink(missing_ok=True)
        _empty(staging)
        dump = staging / "database.dump"
        say("正在写入数据…")
        _write(backup, keys, staging, dump)
        stage.write_text(backup.digest)
        sync(stage)
        try:
            postgres.load(dump)
        except BaseException:
            stage.unlink()
            raise
    say("正在检验恢复的数据…")
    connection.close()
    _prove(backup.manifest, staging, "数据库里已有恢复的内容，请删除这个数据库，另建一个空的再试。")
    (staging / "database.dump").unlink(missing_ok=True)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _write(backup: Archive, keys: dict[str, bytes], staging: Path, database: Path) -> None:
    folders = {staging}
    for name in backup.manifest.members:
        place = database if name == DATABASE else staging / name
        if place.parent not in folders:
            folders |= _make(place.parent, staging)
        backup.extract(name, place)
    for name, content in keys.items():
        with os.fdopen(os.open(staging / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    for folder in folders:
        sync(folder)


def _make(folder: Path, top: Path) -> set[Path]:
    made = {folder}
    while folder != top and not folder.exists():
        made.add(folder)
        folder = folder.parent
    for path in sorted(made):
        path.mkdir(mode=0o700, exist_ok=True)
    return made | {folder}


def _prove(manifest: Manifest, staging: Path, otherwise: str = "没有保留任何数据，请换另一份备份。") -> None:
    told = {"ZHIBU_DATA": str(staging), "DJANGO_SETTINGS_MODULE": "zhibu.settings", PARENT: str(os.getpid())}
    done = subprocess.run(
        COMMAND, input=manifest.to_bytes(), env={**os.environ, **told}, capture_output=True, close_fds=False
    )
    if done.returncode == 0:
        return
    said = done.stdout.decode().splitlines() or done.stderr.decode(errors="replace").splitlines()[-1:]
    (staging / STAGE).unlink(missing_ok=True)
    raise BackupRefused("恢复后的数据没有通过检验：\n  " + "\n  ".join(said) + f"\n{otherwise}")


def _name(staging: Path, into: Path) -> None:
    """The one moment: the folder gets its name, complete."""
    (staging / STAGE).unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        (into / "secret_key").unlink()
    os.rename(staging, into)  # onto an empty folder or none; fails on any other
    sync(into.parent)
