"""The table, and who can count and erase what it names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils import timezone

from zhibu.kernel import tables
from zhibu.kernel.actor import Actor

NIGHTLY, ACT, KEPT = "nightly", "act", "kept"


@dataclass(frozen=True)
class Kind:
    """A row of the table: `days` after `event`, `what` happens, `by` the night or an act, on which `ground`.

    Archives are `kept`: they have no days, and nobody erases them here.
    """

    code: str
    label: str
    what: str
    by: Literal["nightly", "act", "kept"]
    ground: str
    event: str = ""
    days: int = 0

    @property
    def before(self) -> datetime:
        """The moment before which data of this kind is due."""
        return timezone.now() - timedelta(days=self.days)


@dataclass(frozen=True)
class Rows:
    """What is due: how many, and erasing at most so many as an actor; None where another nightly job does it."""

    count: Callable[[], int]
    erase: Callable[[Actor, int], int] | None = None


def deleted(due: Any) -> Rows:
    """Return what counts rows of an opened query (`allow_delete`) and deletes the oldest of them."""

    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        due.filter(pk__in=chosen).delete()
        return len(chosen)

    return Rows(due.count, erase)


def cleared(due: Any, **empty: Any) -> Rows:
    """Return what counts rows of an opened query of which one of the columns still says something, and empties them all."""
    full = due.exclude(**empty)

    def erase(actor: Actor, most: int) -> int:
        chosen = list(full.order_by("pk").values_list("pk", flat=True)[:most])
        return int(full.model.objects.system("retention table").filter(pk__in=chosen).update(**empty))

    return Rows(full.count, erase)


Source = Callable[[datetime], Rows]
_SOURCES: dict[str, Source] = {}


def retained(code: str) -> Callable[[Source], Source]:
    """Register who counts and erases a kind of the table. Raises KeyError for a kind that is not in it or is kept."""
    if kinds()[code].by == KEPT:
        raise KeyError(f"{code} is kept for good")

    def keep(source: Source) -> Source:
        _SOURCES[code] = source
        return source

    return keep


@cache
def kinds() -> dict[str, Kind]:
    """Return code -> row of the table."""
    table: dict[str, Any] = tables.read(Path(__file__).parent / "params" / "retention.yaml")
    return {code: Kind(code=code, **row) for code, row in table["kinds"].items()}


def rows_of(kind: Kind) -> Rows:
    """Return what is due of a kind now; nothing where no installed app has it."""
    source = _SOURCES.get(kind.code)
    return source(kind.before) if source else Rows(count=lambda: 0)
