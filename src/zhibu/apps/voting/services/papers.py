"""Papers a vote rests on: the superior's reply, the count sheet."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Model

from zhibu.kernel import files
from zhibu.kernel.actions import Act


@dataclass(frozen=True)
class Evidence:
    """What the superior answered: its number, and its scan (blob and name) or where the petition stands. Empty is false."""

    words: str = ""
    blob: Any = None
    name: str = ""
    url: str = ""

    @classmethod
    def of(cls, words: str, scan: files.Scan | None) -> Self:
        """Return a paper with these words, and the scan where there is one."""
        return cls(words.strip(), scan.blob if scan else None, scan.name if scan else "")

    def __bool__(self) -> bool:
        return bool(self.words.strip()) and (self.blob is not None or bool(self.url))


def keep(act: Act, obj: Model, paper: Evidence, *, organization_id: int, permission: str) -> None:
    """Hang the scan, if there is one, on the record."""
    if paper.blob is not None:
        files.attach(
            obj, paper.blob, name=paper.name, permission=permission, actor=act.actor, organization_id=organization_id
        )
