"""Stored content: sealed on the disk, addressed by a keyed hash of what it is, believed only when all of it opens.

Content of earlier versions lies as it was uploaded under its plain SHA-256. It is still read, but only when it is what
its name says: whoever can write to the disk must not be able to put anything unsealed in the place of something sealed.
"""

import contextlib
import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from zhibu.kernel.crypto import (
    KeyringError,
    Sealer,
    Tampered,
    current_key,
    derived,
    open_stream,
)
from zhibu.kernel.crypto.streams import HEAD, Opened, is_current, is_sealed
from zhibu.kernel.files import disk


class Damaged(Exception):
    """The content does not open: changed, cut short, put there by somebody else, or its key is not there."""

    def __init__(self, reason: object) -> None:
        super().__init__("文件已损坏或密钥缺失，打不开。请管理员运行 zhibu doctor --full，并从备份找回。")
        self.reason = reason


def address_of(content: bytes) -> str:
    """Return the address (64 hex digits). Keyed: a name on the disk does not tell whether a known file is kept here."""
    _, key = current_key("blind")
    return hmac.digest(derived(key, b"", "zhibu file address"), content, "sha256").hex()


@contextlib.contextmanager
def sealed(content: bytes, name: str) -> Iterator[Path]:
    """Give a synced draft of the sealed content, to be moved to its place; `name` is what reading must ask for."""
    with disk.draft() as path:
        with path.open("wb") as out:
            sealer = Sealer(out, name)
            sealer.write(content)
            sealer.finish()
            out.flush()
            os.fsync(out.fileno())
        yield path


def write(place: Path, content: bytes, name: str) -> None:
    """Seal `content` into `place`, whole or not at all."""
    with sealed(content, name) as draft:
        disk.move_in(draft, place)


def open_content(address: str) -> BinaryIO:
    """Return stored content to be read from anywhere. Raises Damaged unless all of it opens, FileNotFoundError."""
    raw = disk.content_path(address).open("rb")
    try:
        head = raw.read(HEAD)
        raw.seek(0)
        if is_sealed(head):
            opened = Opened(raw, disk.content_name(address))
            opened.verify()
            return io.BufferedReader(opened, disk.CHUNK)
        content = raw.read()
    except (Tampered, KeyringError) as error:
        raw.close()
        raise Damaged(error) from error
    raw.close()
    if hashlib.sha256(content).hexdigest() != address:
        raise Damaged(f"{address}: neither sealed nor what its name says")
    return io.BytesIO(content)


def read(address: str) -> bytes:
    """Return stored content. Raises as `open_content`."""
    with open_content(address) as file:
        return file.read()


def is_sound(address: str) -> bool:
    """Tell whether the content is there and all of it opens."""
    try:
        open_content(address).close()
    except (OSError, Damaged):
        return False
    return True


def read_made(place: Path, name: str) -> bytes | None:
    """Return what `write` sealed there; None when it is not there, not sealed or does not open: it is made again."""
    try:
        with place.open("rb") as raw, open_stream(raw, name) as file:
            return file.read()
    except (OSError, Tampered, KeyringError):
        return None


def is_closed(path: Path) -> bool:
    """Tell whether a file in the store is sealed with today's key."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return is_sealed(head) and is_current(head)


@contextlib.contextmanager
def lent(content: bytes) -> Iterator[Path]:
    """Lend content under a path, for programs that take nothing else: it lies in memory, never on a disk."""
    with os.fdopen(os.memfd_create("zhibu"), "wb") as file:
        file.write(content)
        file.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
