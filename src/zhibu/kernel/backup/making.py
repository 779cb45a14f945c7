"""Making a backup while the site is in use.

Order: the audit is sealed; the database of one moment is written aside; then come the files it names. Content never
changes under its name, and is collected 90 days after nothing names it, so that files may be copied at leisure. The
keys are read last: a key made meanwhile is one more, none is ever taken away.
"""

import hashlib
import os
import platform
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.backup import drafts, escrow, snapshot
from zhibu.kernel.backup.errors import BackupRefused
from zhibu.kernel.backup.last import LastBackup, remember
from zhibu.kernel.backup.manifest import DATABASE, KEYS, NAME, SEALED, Manifest, Member, member_of
from zhibu.kernel.crypto import keyring
from zhibu.kernel.crypto.streams import HEAD, is_sealed
from zhibu.kernel.files import contents, disk
from zhibu.kernel.files.models import Blob

CHUNK = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)
SECRETS = ("keys.json", "secret_key")
MISSING = (
    "文件 {address} 记在数据库里，但{what}（{place}）。没有做备份。"
    "请先从以前的备份找回这个文件；确实找不回的，加 --allow-missing 备份其余内容。"
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    place: Path
    size: int
    manifest: Manifest


def make(target: Path | None, passphrase: escrow.Passphrase, say: Say, *, allow_missing: bool = False) -> Made:
    """Make a backup and return it. `target`: a file, a folder, or None for DATA/backups.

    Raises BackupRefused; nothing is left under the target's name then.
    """
    place = _place(target)
    with drafts.draft(place.parent) as folder:
        drafts.need_space(folder, 2 * snapshot.size() + _files_size())
        _write_line_and_seal(place)
        say("正在复制数据库…")
        facts = snapshot.take(folder / DATABASE)
        made = _manifest(facts)
        archive = folder / "archive"
        with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _fill(out, made, facts, folder / DATABASE, passphrase, say, allow_missing)
        size = archive.stat().st_size
        drafts.publish(archive, place)
    remember(LastBackup(made.made_at, str(place), size, made.root[1] if made.root else ""), Path(settings.DATA))
    return Made(place, size, made)


def has_database() -> bool:
    """Tell whether there is anything to back up yet."""
    place = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and connection.connection is None and not place.is_file():
        return False  # to ask would make an empty one
    return "django_migrations" in connection.introspection.table_names()


def _place(target: Path | None) -> Path:
    if target is None:
        target = Path(settings.DATA) / "backups"
        target.mkdir(mode=0o700, exist_ok=True)
    target = target.absolute()
    if target.is_dir():
        target = target / f"zhibu-{timezone.localtime().strftime('%Y%m%d-%H%M%S')}.zip"
    if not target.parent.is_dir():
        raise BackupRefused(f"没有文件夹 {target.parent}。请先建立它，或换一个地方。")
    if not os.access(target.parent, os.W_OK):
        raise BackupRefused(f"没有在 {target.parent} 写文件的权限。请换一个文件夹。")
    if target.exists():
        raise BackupRefused(f"{target} 已经存在，不会覆盖它。请换一个文件名。")
    if not has_database():
        raise BackupRefused("这里还没有数据库，没有可备份的内容。请检查环境变量 ZHIBU_DATA 和 ZHIBU_DATABASE。")
    return target


def _files_size() -> int:
    if Blob._meta.db_table not in connection.introspection.table_names():
        return 0
    return int(snapshot.query(f"SELECT coalesce(sum(size), 0) FROM {Blob._meta.db_table}")[0][0])


def _write_line_and_seal(place: Path) -> None:
    """Whoever takes the data out leaves a line; it lies in the backup itself."""
    executor = MigrationExecutor(connection)
    if any(step.app_label == "kernel" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())):
        return  # in the middle of an upgrade: these tables may not be ours yet
    with transaction.atomic():
        audit.record(SYSTEM, "backup.make", summary=f"备份全部数据到 {place.name}")
    audit.seal_all()


def _manifest(facts: snapshot.Facts) -> Manifest:
    return Manifest(
        made_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        version=version("zhibu"),
        engine=connection.vendor,
        engine_version=f"{snapshot.engine_version()}（Python {platform.python_version()}）",
        counts=facts.counts,
        migrations=facts.migrations,
        root=facts.root,
    )


def _fill(
    out: IO[bytes], made: Manifest, facts: snapshot.Facts, database: Path, passphrase: escrow.Passphrase, say: Say,
    allow_missing: bool,
) -> None:  # fmt: skip
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        packed = zipfile.ZIP_DEFLATED if made.engine == "sqlite" else zipfile.ZIP_STORED  # pg_dump packs by itself
        with database.open("rb") as content:
            made.members[DATABASE] = _add(archive, DATABASE, content, database.stat().st_size, packed)
        database.unlink()
        say(f"正在复制 {len(facts.blobs):,} 个文件…")
        for address in facts.blobs:
            _add_file(archive, made, address, allow_missing)
        manifest = made.to_bytes()
        archive.writestr(_info(KEYS, zipfile.ZIP_STORED), escrow.close(_secrets(), passphrase, manifest))
        archive.writestr(_info(NAME, zipfile.ZIP_DEFLATED), manifest)


def _info(name: str, packed: int, size: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.file_size, info.external_attr = packed, size, 0o600 << 16
    return info


def _add(archive: zipfile.ZipFile, name: str, content: IO[bytes], size: int, packed: int) -> Member:
    digest, written = hashlib.sha256(), 0
    with archive.open(_info(name, packed, size), "w") as member:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            written += len(chunk)
            member.write(chunk)
    return Member(written, digest.hexdigest())


def _add_file(archive: zipfile.ZipFile, made: Manifest, address: str, allow_missing: bool) -> None:
    """Copy the file as it lies on the disk, sealed, once all of it has been opened."""
    place = disk.content_path(address)
    if allow_missing and not contents.is_sound(address):
        made.absent.append(address)
        return
    try:
        contents.open_content(address).close()
        content = place.open("rb")
    except FileNotFoundError:
        if Blob.objects.filter(pk=address).exists():
            raise BackupRefused(MISSING.format(address=address[:12], what="不在磁盘上", place=place)) from None
        made.absent.append(address)  # unused for 90 days, and collected since the snapshot
        return
    except contents.Damaged:
        raise BackupRefused(MISSING.format(address=address[:12], what="内容已损坏", place=place)) from None
    name = member_of(address)
    with content:
        if is_sealed(content.read(HEAD)):
            made.format = SEALED
        content.seek(0)
        made.members[name] = _add(archive, name, content, os.fstat(content.fileno()).st_size, zipfile.ZIP_STORED)


def _secrets() -> dict[str, bytes]:
    keyring()  # made at its first use: an installation without sealed values has it from now on
    return {"keys.json": Path(settings.KEYRING).read_bytes(), "secret_key": settings.SECRET_KEY.encode()}
