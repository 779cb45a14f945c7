"""What this installation remembers of its last backup: DATA/last_backup.json."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class LastBackup:
    """at: ISO time with zone; place: where the file was put; root: the newest seal's root (hex) in it, "" if none."""

    at: str
    place: str
    size: int
    root: str

    @property
    def moment(self) -> datetime:
        """Return the time."""
        return datetime.fromisoformat(self.at)


NAME = "last_backup.json"


def remember(backup: LastBackup, data: Path) -> None:
    """Write it down in that data folder, whole or not at all."""
    draft = data / f".{NAME}.{os.getpid()}"
    draft.write_text(json.dumps(asdict(backup), ensure_ascii=False), encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(data / NAME)


def last_backup() -> LastBackup | None:
    """Return the last backup made here, None when there was none or the note is unreadable."""
    try:
        data = json.loads((Path(settings.DATA) / NAME).read_text(encoding="utf-8"))
        found = LastBackup(str(data["at"]), str(data["place"]), int(data["size"]), str(data["root"]))
        return found if found.moment.tzinfo else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
