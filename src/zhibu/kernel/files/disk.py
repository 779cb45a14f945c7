"""The places on disk: FILES/ab/cd/<address>, complete or absent, readable by the owner only.

A file is written under another name, synced, renamed, and its folder synced, before any row that names it commits.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

CHUNK = 1024 * 1024


def root() -> Path:
    """Return the folder of all content, made if needed."""
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def content_path(address: str) -> Path:
    """Return where the content lies."""
    return root() / address[:2] / address[2:4] / address


def content_name(address: str) -> str:
    """Return what the content is sealed for."""
    return f"content {address}"


def thumbnail_path(address: str, size: int) -> Path:
    """Return where the thumbnail of that longest edge lies; it may not have been made yet."""
    return root() / "thumbs" / str(size) / address[:2] / f"{address}.jpg"


def thumbnail_name(address: str, size: int) -> str:
    """Return what the thumbnail is sealed for."""
    return f"thumbnail {size} {address}"


def drafts() -> Path:
    """Return the folder of unfinished uploads, on the same file system, so that renaming is atomic."""
    folder = root() / "drafts"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


@contextlib.contextmanager
def draft() -> Iterator[Path]:
    """Give the path of an empty private file that is gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=drafts())
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file, or the entries of a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_in(source: Path, place: Path) -> None:
    """Rename a synced draft to its place so that it survives a power cut."""
    missing = [folder for folder in (place.parent, *place.parent.parents) if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.replace(source, place)
    sync(place.parent)
    for folder in missing:
        sync(folder.parent)


@contextlib.contextmanager
def held(*, alone: bool) -> Iterator[None]:
    """Hold the store: many may add to it at once, the collector removes alone."""
    with open(root() / ".lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
