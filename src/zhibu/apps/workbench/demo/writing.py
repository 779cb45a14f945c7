"""Acts of the demonstration: by whom and when in the past, through the same services as every other act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Model
from django.utils import timezone

from zhibu.kernel import audit
from zhibu.kernel.actions import Act


def begun(day: date) -> datetime:
    """Return half past nine of that day, never a moment that is still to come."""
    at = time(9, 30, tzinfo=timezone.get_current_timezone())
    return min(datetime.combine(day, at), timezone.now())


@dataclass
class PastAct(Act):
    """An act whose audit line bears the time `at` instead of now."""

    at: datetime | None = None

    def log(
        self,
        obj: Model,
        *,
        changes: Sequence[audit.Change] = (),
        summary: str = "",
        organization_id: int | None = None,
    ) -> None:
        """Write the audit line of this act about `obj`, dated `at`."""
        audit.record(
            self.actor,
            self.code,
            obj,
            organization_id=organization_id or getattr(obj, "organization_id", None),
            summary=summary or f"{self.wording}：{obj}",
            changes=changes,
            reason=self.reason,
            at=self.at,
        )
        self.logged += 1
