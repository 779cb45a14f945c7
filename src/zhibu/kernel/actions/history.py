"""The history of a record as one viewer may see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

#: (actor, record, changes of a line) -> the changes the actor may see
Redactor = Callable[[Actor, Any, Sequence[audit.Change]], list[audit.Change]]
_REDACTORS: dict[str, Redactor] = {}


@dataclass(frozen=True)
class ShownLine:
    """A line of the history; `withheld` counts the changes of fields the viewer may not see."""

    id: int
    at: datetime
    actor_name: str
    for_whom_id: int | None
    summary: str
    reason: str
    changes: list[audit.Change]
    withheld: int
    erased: bool


def redactor(label: str) -> Callable[[Redactor], Redactor]:
    """Register who may see which changes of a model whose fields have permissions of their own."""

    def keep(function: Redactor) -> Redactor:
        _REDACTORS[label] = function
        return function

    return keep


def visible_history(actor: Actor, obj: Any, since: int = 0) -> list[ShownLine]:
    """Return the lines about a record the actor can see, newest first, only those behind line `since`.

    Where something is withheld the reason is too: it may repeat what was changed.
    """
    redact = _REDACTORS.get(obj._meta.label)
    found = []
    for line in audit.history(obj._meta.label, str(obj.pk)):
        if line.id <= since:
            break
        kept = redact(actor, obj, line.changes) if redact else list(line.changes)
        withheld = len(line.changes) - len(kept)
        reason = line.reason if not withheld else ""
        found.append(
            ShownLine(
                line.id, line.at, line.actor_name, line.for_whom_id, line.summary, reason, kept, withheld, line.erased
            )
        )
    return found
