"""The sign-off sheet (签领表): everybody on the list of a round, with room to sign."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.custody import queries
from zhibu.apps.custody.models import ServiceBatch
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.money.words import upper


def people_on(actor: Actor, batches: Sequence[ServiceBatch]) -> int:
    """Return how many people the sheets name."""
    return sum(batch.count for batch in batches)


def build(actor: Actor, batches: Sequence[ServiceBatch]) -> Content:
    """Return the content of the sheets of one or more rounds."""
    first = batches[0]
    return Content(
        title=f"签领表-{first.title}" if len(batches) == 1 else "签领表",
        data={"batches": [_sheet(batch) for batch in batches]},
        organization=str(first.organization),
        sensitive="人员名单",
        seats={batch.pk: batch.organization_id for batch in batches},
    )


def _sheet(batch: ServiceBatch) -> dict[str, Any]:
    lines = list(queries.lines(batch))
    cost = format_amount(batch.cost) if batch.cost is not None else ""
    rows = [
        [
            str(line.place),
            line.care.person.name,
            line.care.person.staff_number,
            str(line.care.organization),
            cost,
            "",
            line.received_by,
            "",
        ]
        for line in lines
    ]
    whole = batch.cost * len(lines) if batch.cost is not None else None
    return {
        "title": batch.title,
        "office": str(batch.organization),
        "day": f"{batch.on.year} 年 {batch.on.month} 月 {batch.on.day} 日",
        "gift": batch.gift,
        "rows": rows,
        "total": format_amount(whole) if whole is not None else "",
        "upper": upper(whole) if whole is not None else "",
    }
