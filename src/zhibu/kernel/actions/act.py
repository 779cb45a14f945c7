"""What a service is given: who acts, under which declaration, and the pen for the audit line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor


@dataclass
class Act:
    """One performance of an action. Services write their audit line through it, inside the transaction."""

    actor: Actor
    code: str
    wording: str = ""
    reason: str = ""
    logged: int = field(default=0, compare=False)

    def log(
        self,
        obj: Model,
        *,
        changes: Sequence["audit.Change"] = (),
        summary: str = "",
        organization_id: int | None = None,
    ) -> None:
        """Write the audit line of this act about `obj`; `organization_id` says where it is seen (default: obj's own)."""
        if organization_id is None:
            organization_id = getattr(obj, "organization_id", None)
        audit.record(
            self.actor,
            self.code,
            obj,
            organization_id=organization_id,
            summary=summary or f"{self.wording}：{obj}",
            changes=changes,
            reason=self.reason,
            for_whom=self.actor.for_whom,
        )
        self.logged += 1


def shown(obj: Model, name: str) -> str:
    """Return a field's value as a person reads it: labels of choices, names of targets, dates in ISO."""
    display = getattr(obj, f"get_{name}_display", None)
    value: Any = display() if display else getattr(obj, name)
    if value is None:
        return ""
    if value is True or value is False:
        return "是" if value else "否"
    return str(value)


def diff(before: Model, after: Model, names: Iterable[str]) -> list["audit.Change"]:
    """Return the changed ones of the named fields, with labels, as the audit wants them."""
    changes = []
    for name in names:
        old, new = shown(before, name), shown(after, name)
        if old != new:
            label = str(after._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            changes.append(audit.Change(field=name, label=label, old=old, new=new))
    return changes
