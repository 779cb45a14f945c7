"""Reading a backup: nothing in it is believed before it was checked."""

import contextlib
import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from zhibu.kernel.backup import escrow, manifest
from zhibu.kernel.backup.errors import BackupRefused
from zhibu.kernel.backup.manifest import KEYS, NAME, Manifest, Member

CHUNK = 1024 * 1024
LARGEST_MANIFEST = 2**30
NOT_WHOLE = "{place} 不是一份完整的备份：文件被截断、没有传完，或者不是知部的备份。没有写入任何数据，请换另一份备份。"
CHANGED = "备份里的“{member}”与清单不符：文件已损坏或被改动。没有写入任何数据，请换另一份备份。"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    KeyError,
)


class Archive:
    """An opened backup: `with Archive(path) as backup`. Raises BackupRefused when it is cut short or not a backup."""

    def __init__(self, place: Path) -> None:
        self.place = place
        try:
            self._zip = zipfile.ZipFile(place)
        except FileNotFoundError:
            raise BackupRefused(f"没有找到备份文件 {place}。请检查路径。") from None
        except OSError as error:
            raise BackupRefused(f"读不了备份文件 {place}：{error.strerror}。") from None
        except _BROKEN:
            raise BackupRefused(NOT_WHOLE.format(place=place)) from None
        try:
            self._manifest = self._small(NAME)
            self.manifest: Manifest = manifest.parse(self._manifest)
            self._same_members()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the manifest: what tells this backup from every other."""
        return hashlib.sha256(self._manifest).hexdigest()

    def keys(self, passphrase: escrow.Passphrase) -> dict[str, bytes]:
        """Return the escrowed keys by file name. Raises BackupRefused for a wrong passphrase or a changed manifest."""
        return escrow.open_(self._small(KEYS), passphrase, self._manifest)

    def check(self) -> None:
        """Read every member and compare it with the manifest. Raises BackupRefused."""
        for name in self.manifest.members:
            for _ in self._content(name):
                pass

    def extract(self, name: str, place: Path) -> None:
        """Write a member to a new private file, synced; it is compared with the manifest once more."""
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in self._content(name):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())

    def _content(self, name: str) -> Iterator[bytes]:
        known, digest, size = self.manifest.members[name], hashlib.sha256(), 0
        with self._reading(name), self._zip.open(name) as member:
            while chunk := _read(member, known, size):
                size += len(chunk)
                digest.update(chunk)
                yield chunk
        if (size, digest.hexdigest()) != (known.size, known.sha256):
            raise BackupRefused(CHANGED.format(member=name))

    def _small(self, name: str) -> bytes:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            raise BackupRefused(NOT_WHOLE.format(place=self.place)) from None
        with self._reading(name):
            if info.file_size > LARGEST_MANIFEST:
                raise ValueError("larger than any manifest")
            return self._zip.read(info)

    def _same_members(self) -> None:
        names = self._zip.namelist()
        wanted = {NAME, KEYS, *self.manifest.members}
        if len(names) != len(set(names)) or set(names) != wanted:
            raise BackupRefused(NOT_WHOLE.format(place=self.place))

    @contextlib.contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except (*_BROKEN, OSError):  # a wrong offset, or a disk that cannot read it
            raise BackupRefused(CHANGED.format(member=name)) from None


def _read(member: IO[bytes], known: Member, so_far: int) -> bytes:
    # a forged archive may unpack to far more than it says
    return member.read(min(CHUNK, known.size - so_far + 1))
