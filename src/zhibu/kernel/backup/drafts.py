"""Unfinished work on the disk: private folders that whoever comes next may clear away once their owner is dead.

The owner holds a lock on its folder for as long as it (or a program it started) lives; kill -9 lets go of it.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from zhibu.kernel.backup.errors import BackupRefused
from zhibu.kernel.files.disk import sync

PREFIX = ".zhibu-backup-"
MARGIN = 64 * 1024 * 1024


@contextlib.contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """Give a private folder inside `folder` that is gone afterwards; clears what killed processes left there."""
    clear(folder)
    while True:
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        with locked(made) as got:
            # somebody who cleared may have come between making and locking
            if not got or not made.exists():
                continue
            try:
                yield made
            finally:
                shutil.rmtree(made, ignore_errors=True)
            return


def clear(folder: Path) -> None:
    """Remove the drafts in `folder` whose owners are dead."""
    for left in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), locked(left) as got:
            if got:
                shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Try to hold the folder; tells whether it succeeded. Programs started inside hold it with their parent."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.set_inheritable(handle, True)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def publish(source: Path, place: Path) -> None:
    """Give the finished file its name, synced, never over another file. Raises BackupRefused when the name is taken."""
    sync(source)
    taken = BackupRefused(f"{place} 已经存在，不会覆盖它。请换一个文件名。")
    try:
        os.link(source, place)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without hard links, as on many USB sticks
        if place.exists():
            raise taken from None
        os.rename(source, place)
    sync(place.parent)


def need_space(folder: Path, size: int) -> None:
    """Raise BackupRefused unless `size` bytes and a margin are free where `folder` lies."""
    free = shutil.disk_usage(folder).free
    if free < size + MARGIN:
        raise BackupRefused(
            f"磁盘空间不够：{folder} 还剩 {megabytes(free)}，需要约 {megabytes(size + MARGIN)}。"
            "请腾出空间，或换一个磁盘上的文件夹。"
        )


def megabytes(size: int) -> str:
    """Return a size as people read it, e.g. 1,234.5 MB."""
    return f"{size / 1_000_000:,.1f} MB"
