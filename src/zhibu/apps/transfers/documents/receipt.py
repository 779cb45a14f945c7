"""Our receipt (回执) for the letter of another committee: that the member has been taken."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.transfers import queries
from zhibu.apps.transfers.documents.words import day_words
from zhibu.apps.transfers.models import Arrival
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content


def build(actor: Actor, arrivals: Sequence[Arrival]) -> Content:
    """Return the receipts; one that was not accepted says how it stands instead."""
    found = {row.pk: row for row in queries.listed_arrivals(actor).filter(pk__in=[one.pk for one in arrivals])}
    rows = [found[one.pk] for one in arrivals if one.pk in found]
    first = arrivals[0]
    return Content(
        title=f"{first.transfer.person.name}的介绍信回执"
        if len(arrivals) == 1
        else f"介绍信回执（{len(arrivals)} 份）",
        data={"receipts": [_receipt(row) for row in rows]},
        organization=first.organization.name,
        sensitive="党员组织关系",
        seats={row.pk: row.organization_id for row in rows},
    )


def _receipt(arrival: Arrival) -> dict[str, Any]:
    transfer, letter = arrival.transfer, arrival.letter
    issuer = queries.issuer_of(arrival.organization)
    return {
        "code": letter.code if letter else transfer.their_number,
        "to": letter.organization.name if letter else transfer.their_issuer,
        "name": transfer.person.name, "branch": arrival.organization.name, "committee": issuer.name,
        "day": day_words(arrival.answered_on), "by": arrival.answered_name or "　　　　　　", "phone": issuer.phone or "",
        "taken": arrival.answer == "accepted", "words": arrival.words or "还没有接收",
    }  # fmt: skip
