"""What a backup says of itself."""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from zhibu.kernel.backup.errors import BackupRefused

#: the format of a backup: that of earlier versions, and one with sealed files, which they could not open. What is made
#: before an upgrade holds no sealed file yet and can be restored by the version before
PLAIN, SEALED = 1, 2
NAME, KEYS, DATABASE = "manifest.json", "keys.sealed", "database"
_MEMBER = re.compile(r"database|files/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")
DAMAGED = "备份的清单读不懂，文件已损坏或不是知部的备份。请换另一份备份。"


def member_of(address: str) -> str:
    """Return the name of a file's content inside the backup."""
    return f"files/{address[:2]}/{address[2:4]}/{address}"


@dataclass(frozen=True)
class Member:
    """Size in bytes and SHA-256 (hex) of the content."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """engine: "sqlite" or "postgresql"; counts: rows by table; migrations: (app, name) applied at that moment.

    root: number and root (hex) of the newest seal, None without one. absent: content that the database names and that
    was not there (only when the operator allowed it) or was collected while the backup ran.
    """

    made_at: str
    version: str
    engine: str
    engine_version: str
    counts: dict[str, int]
    migrations: list[tuple[str, str]]
    root: tuple[int, str] | None
    absent: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    format: int = PLAIN

    def to_bytes(self) -> bytes:
        """Return the JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @property
    def size(self) -> int:
        """Return the bytes of all members."""
        return sum(member.size for member in self.members.values())

    @property
    def rows(self) -> int:
        """Return the rows of all tables."""
        return sum(self.counts.values())


def parse(text: bytes) -> Manifest:
    """Read a manifest. Raises BackupRefused when it is damaged or of a later format."""
    try:
        data: dict[str, Any] = json.loads(text)
        number = int(data["format"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BackupRefused(DAMAGED) from None
    if number > SEALED:
        raise BackupRefused(
            f"这份备份由更新的版本（{data.get('version', '未知')}）做成，本机的程序不认得。请先升级程序，再恢复。"
        )
    try:
        return _built(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupRefused(DAMAGED) from None


def _built(data: dict[str, Any]) -> Manifest:
    members = {str(n): Member(int(m["size"]), str(m["sha256"])) for n, m in data["members"].items()}
    if DATABASE not in members or not all(_MEMBER.fullmatch(name) for name in members):
        raise ValueError("members that no backup has")
    root = data["root"]
    return Manifest(
        made_at=str(data["made_at"]),
        version=str(data["version"]),
        engine=str(data["engine"]),
        engine_version=str(data["engine_version"]),
        counts={str(table): int(count) for table, count in data["counts"].items()},
        migrations=[(str(app), str(name)) for app, name in data["migrations"]],
        root=(int(root[0]), str(root[1])) if root else None,
        absent=[str(sha256) for sha256 in data["absent"]],
        members=members,
        format=int(data["format"]),
    )
