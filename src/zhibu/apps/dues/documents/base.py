"""The slip on which a member signs the base: each item, what it does to the base, and the dues that come of it."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.dues import rules
from zhibu.apps.dues.models import Base
from zhibu.apps.dues.pages import SIGNS, month_words
from zhibu.apps.dues.params import payers
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.money.amounts import format_amount


def build(actor: Actor, bases: Sequence[Base]) -> Content:
    """Return the slips, one a page."""
    title = f"{bases[0].person.name}的党费基数核定单" if len(bases) == 1 else f"党费基数核定单（{len(bases)} 份）"
    rows = [one_of(base) for base in bases]
    return Content(title=title, data={"slips": rows}, organization=str(bases[0].organization), sensitive="工资构成")


def one_of(base: Base) -> dict[str, Any]:
    """Return what stands on a slip."""
    row = rules.payer_in_force(payers(), base.payer, base.since)
    monthly = rules.monthly(row, base.amount, None) if row is not None else None
    return {
        "name": base.person.name, "branch": str(base.organization), "payer": base.get_payer_display(), "since": month_words(base.since),
        "lines": [[one["label"], SIGNS[one["sign"]], format_amount(one["amount"]), format_amount(one["running"]), one["why"]]
                  for one in base.arithmetic],
        "base": format_amount(base.amount), "words": monthly.steps[0] if monthly else "", "amount": format_amount(monthly.amount) if monthly else "",
        "ground": base.ground, "by": base.by_name,
    }  # fmt: skip
