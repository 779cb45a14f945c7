"""Sealing what earlier versions left open, and closing anew what a former key had closed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zhibu.kernel.files import contents, disk

#: how addresses begin
FIRST = [f"{number:02x}" for number in range(256)]


@dataclass
class Sealings:
    """What was done; damaged: addresses of content that does not open and was left as it is."""

    contents: int = 0
    thumbnails: int = 0
    damaged: list[str] = field(default_factory=list)


def places(first: str = "[0-9a-f][0-9a-f]") -> Iterator[Path]:
    """Give every stored content, or those whose addresses begin with two digits, in order."""
    for folder in sorted(disk.root().glob(f"{first}/[0-9a-f][0-9a-f]")):
        yield from sorted(folder.iterdir())


def thumbnails() -> Iterator[Path]:
    """Give every stored thumbnail."""
    yield from disk.root().glob("thumbs/*/*/*.jpg")


def open_ones() -> Iterator[Path]:
    """Give what lies in the store unsealed, or closed with a former key."""
    for path in (*places(), *thumbnails()):
        if not _is_closed(path):
            yield path


def seal_old() -> Sealings:
    """Seal every content that is open or closed with a former key. Safe while the site is used, and to be broken off."""
    done = Sealings()
    for first in FIRST:
        seal_contents(first, done)
    seal_thumbnails(done)
    return done


def seal_contents(first: str, done: Sealings) -> None:
    """Seal the contents whose addresses begin so."""
    for path in places(first):
        if not _is_closed(path):
            _seal(path, done)


def seal_thumbnails(done: Sealings) -> None:
    """Remove the thumbnails that are open: they are made again when they are asked for."""
    for path in thumbnails():
        if not _is_closed(path):
            path.unlink(missing_ok=True)
            done.thumbnails += 1


def _seal(path: Path, done: Sealings) -> None:
    with disk.held(alone=False):  # the collector removes nothing meanwhile
        try:
            content = contents.read(path.name)
        except FileNotFoundError:
            return
        except contents.Damaged:
            done.damaged.append(path.name)
            return
        when = path.stat()
        contents.write(path, content, disk.content_name(path.name))
        os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))  # its age decides when a stray is collected
        done.contents += 1


def _is_closed(path: Path) -> bool:
    try:
        return contents.is_closed(path)
    except FileNotFoundError:
        return True
