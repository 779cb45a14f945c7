"""The receipt: whose months, how much in figures and words, who brought it, who took it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from zhibu.apps.dues import months, queries
from zhibu.apps.dues.models import Payment, Settlement
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.money.words import upper


def build(actor: Actor, payments: Sequence[Payment]) -> Content:
    """Return the receipts, one a page."""
    rows = [one_of(payment, queries.months_of(payment)) for payment in payments]
    title = f"党费收据 {payments[0].receipt}" if len(payments) == 1 else f"党费收据（{len(payments)} 张）"
    return Content(title=title, data={"receipts": rows}, organization=str(payments[0].organization))


def one_of(payment: Payment, held: Sequence[Settlement], only: Any = None) -> dict[str, Any]:
    """Return what stands on a receipt; only: a person whose part of it is printed for themselves."""
    by_person: dict[int, list[Settlement]] = {}
    for row in held:
        by_person.setdefault(row.charge.person_id, []).append(row)
    lines = []
    for rows in by_person.values():
        whole = sum((row.amount for row in rows), Decimal(0))
        lines.append([rows[0].charge.person.name, months.words(row.charge.month for row in rows), format_amount(whole)])
    voluntary = payment.voluntary if only is None or payment.voluntary_person_id == only.pk else Decimal(0)
    if voluntary:
        label = "大额党费（自愿一次多交）" if payment.large else "自愿多交"
        lines.append([str(payment.voluntary_person), label, format_amount(voluntary)])
    amount = sum((row.amount for row in held), Decimal(0)) + voluntary
    return {
        "number": payment.receipt, "branch": str(payment.organization), "day": f"{payment.on.year} 年 {payment.on.month} 月 {payment.on.day} 日",
        "handed": payment.handed_by, "origin": payment.get_origin_display().split("（")[0], "method": payment.get_method_display(),
        "lines": lines, "amount": format_amount(amount), "upper": upper(amount), "taken": payment.by_name, "note": payment.note,
        "gone": "" if payment.stands else f"已冲销：{payment.reversed_on} {payment.reversed_why}",
        "part": "" if only is None else "本人部分",
    }  # fmt: skip
