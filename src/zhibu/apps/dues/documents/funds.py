"""The slip of a hand-up, and the yearly report on paper."""

from collections.abc import Sequence
from decimal import Decimal

from zhibu.apps.dues.models import Disclosure, HandUp
from zhibu.apps.dues.pages import LABELS, figure
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.money.words import upper


def hand_up(actor: Actor, rows: Sequence[HandUp]) -> Content:
    """Return the slips, one a page."""
    slips = [
        {
            "number": f"{one.year}-{one.number:03d}", "from": str(one.organization), "to": str(one.superior),
            "day": f"{one.on.year} 年 {one.on.month} 月 {one.on.day} 日", "method": one.get_method_display(),
            "lines": [
                ["本次应计党费", format_amount(one.base)], [f"留存（{one.percent}%）", format_amount(one.kept)],
                ["按比例上缴", format_amount(one.upward)], ["大额党费（全部上缴）", format_amount(one.large)],
            ],
            "whole": format_amount(one.whole), "upper": upper(one.whole), "sent": one.sent_name,
            "received": f"{one.received_name} {one.received_on}" if one.received_on else "", "note": one.note,
            "state": one.get_state_display(),
        }
        for one in rows
    ]  # fmt: skip
    return Content(
        title=f"党费上缴单 {slips[0]['number']}", data={"slips": slips}, organization=str(rows[0].organization)
    )


def report(actor: Actor, rows: Sequence[Disclosure]) -> Content:
    """Return the reports, one a page."""
    reports = [
        {
            "title": str(one), "organization": str(one.organization), "year": one.year, "words": one.words, "by": one.by_name,
            "day": f"{one.published_on.year} 年 {one.published_on.month} 月 {one.published_on.day} 日",
            "lines": [[label, figure(one.figures[key], unit)] for key, label, unit in LABELS if key in one.figures],
            "uses": [[label, format_amount(Decimal(amount))] for label, amount in one.figures.get("uses", [])],
        }
        for one in rows
    ]  # fmt: skip
    return Content(title=str(rows[0]), data={"reports": reports}, organization=str(rows[0].organization))
