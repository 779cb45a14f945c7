"""Lights of both sides: one done, one overdue, one that is not asked for at the moment."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.compliance.models import Light

MODELS = {"compliance": "organizations.Organization"}
LAST = date(2999, 1, 1)


def side(side: Any) -> None:
    """Make the lights of the branch of a side."""
    branch = side.of("branch")
    side.keep(
        Light.objects.create(
            organization=branch, duty="committee", last_on=date(2026, 1, 5), clear_until=date(2026, 2, 1), due_until=date(2026, 3, 1)
        )
    )  # fmt: skip
    side.keep(
        Light.objects.create(
            organization=branch, duty="party_day", clear_until=LAST, due_until=LAST, excused_until=LAST, excused_why=f"{side.word}在外施工"
        )
    )  # fmt: skip


def own(world: Any) -> dict[str, Any]:
    """Return what bodies need: a day ahead."""
    return {"compliance.light.excuse": {"until": localdate() + timedelta(days=30)}}
