"""Talks of each side: one that stands, one that was withdrawn."""

from datetime import date
from typing import TYPE_CHECKING

from zhibu.apps.talks.models import Talk

if TYPE_CHECKING:
    from tests.matrix.world import Side

#: needs two members of the branch; its own tests record talks
NOT_FILLED = {"talks.talk.record"}


def side(side: "Side") -> None:
    """Make them between the side's people."""
    first, second = side.people[:2]
    for day, stands in ((1, True), (2, False)):
        side.keep(
            Talk.objects.create(
                organization=side.of("branch"), kind="members", on=date(2026, 10, day), first=first, second=second, stands=stands,
                withdrawn_why="" if stands else f"{side.word}原因", by_name=f"{side.word}经办",
            )
        )  # fmt: skip
