"""The history of a record as one viewer may see it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

#: (actor, record, changes) -> those of the changes the actor may see
Redactor = Callable[[Actor, Any, Sequence[audit.Change]], list[audit.Change]]
_REDACTORS: dict[str, Redactor] = {}
#: what stands in place of the summary of a line of which nothing may be seen
WITHHELD = "修改了您无权查看的资料"


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


def naming(field: str, *organizations: Any) -> str:
    """Return the field of a change whose words name organisations: it is shown only to those who may see all of them.

    A record may belong to several subtrees; the summary of the line must not name the organisations.
    """
    return f"{field}@{','.join(str(one.pk) for one in organizations if one is not None)}"


def _named(change: audit.Change) -> set[int]:
    return {int(pk) for pk in change.field.partition("@")[2].split(",") if pk.isdecimal()}


def _hidden_places(actor: Actor, obj: Any, changes: Iterable[audit.Change]) -> set[int]:
    """Return those of the organisations named in the changes that the actor may not see where the record is seen."""
    named: set[int] = set().union(*map(_named, changes))
    if not named:
        return named
    organizations: Any = apps.get_model("organizations", "Organization")
    seen = organizations.objects.visible_to(actor, type(obj).scope_permission).filter(pk__in=named)
    return named - set(seen.values_list("pk", flat=True))


def visible_history(actor: Actor, obj: Any, since: int = 0) -> list[ShownLine]:
    """Return the lines about a record the actor can see, newest first, only those behind line `since`.

    Where something is withheld the reason is too: it may repeat what was changed. Where nothing is left, what kind of
    change it was is not told either: that somebody has a health record at all is no business of everyone's.
    """
    redact = _REDACTORS.get(obj._meta.label)
    found = []
    lines = [line for line in audit.history(obj._meta.label, str(obj.pk)) if line.id > since]
    changes = [change for line in lines for change in line.changes]
    hidden = _hidden_places(actor, obj, changes)
    # all lines at once: what a redactor looks up does not depend on the line
    allowed = {id(change) for change in (redact(actor, obj, changes) if redact else changes)}
    for line in lines:
        kept = [change for change in line.changes if id(change) in allowed and not _named(change) & hidden]
        withheld = len(line.changes) - len(kept)
        reason = line.reason if not withheld else ""
        summary = line.summary if kept or not withheld else WITHHELD
        found.append(
            ShownLine(line.id, line.at, line.actor_name, line.for_whom_id, summary, reason, kept, withheld, line.erased)
        )
    return found
