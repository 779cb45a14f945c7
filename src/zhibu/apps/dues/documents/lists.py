"""Papers of a branch: the monthly list to sign, and the 核定表 of a year to sign and scan."""

from datetime import date
from decimal import Decimal
from typing import Any

from zhibu.apps.dues import rules
from zhibu.apps.dues.models import Base, Charge
from zhibu.apps.dues.pages import month_words
from zhibu.apps.dues.params import payers
from zhibu.kernel.documents import Content
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.money.words import upper


def monthly(branch: Any, month: date, charges: list[Charge]) -> Content:
    """Return the list of a branch's month: name, amount, room for a signature."""
    total = sum((one.amount for one in charges), Decimal("0.00"))
    rows = [
        [
            n,
            one.person.name,
            one.get_payer_display(),
            format_amount(one.amount),
            one.state[0] if one.state[0] != "未交" else "",
            "",
            "",
        ]
        for n, one in enumerate(charges, 1)
    ]
    data = {
        "branch": str(branch),
        "month": month_words(month),
        "rows": rows,
        "count": len(rows),
        "total": format_amount(total),
        "upper": upper(total),
    }
    return Content(title=f"{branch}{month_words(month)}党费收缴登记表", data=data, organization=str(branch))


def sheet(branch: Any, year: int, bases: list[Base]) -> Content:
    """Return the 核定表 of a branch: each member's base with what counts, what is taken off, and the dues of a month."""
    rows = [[n, *_row(base)] for n, base in enumerate(bases, 1)]
    data = {"branch": str(branch), "year": year, "rows": rows, "count": len(rows)}
    return Content(title=f"{branch} {year} 年党费核定表", data=data, organization=str(branch), sensitive="党费基数",
                   seats={branch.pk: branch.pk})  # fmt: skip


def _row(base: Base) -> list[Any]:
    sums = {
        sign: sum((one["amount"] for one in base.arithmetic if one["sign"] == sign), Decimal("0.00"))
        for sign in ("plus", "minus", "none")
    }
    row = rules.payer_in_force(payers(), base.payer, base.since)
    monthly = rules.monthly(row, base.amount, None) if row is not None else None
    rate = rules.percent(monthly.rate) if monthly is not None and monthly.rate is not None else "定额"
    amounts = [format_amount(sums[sign]) if base.lines else "" for sign in ("plus", "minus", "none")]
    return [
        base.person.name,
        base.get_payer_display(),
        *amounts,
        format_amount(base.amount),
        rate,
        format_amount(monthly.amount) if monthly else "",
        "",
    ]
