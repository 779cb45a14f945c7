"""One member pays: what is owed, months ahead, and what is given beyond, in cash with a receipt."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Charge, Payment
from zhibu.apps.dues.params import defaults
from zhibu.apps.dues.services import charging, payments, roster
from zhibu.kernel.actions import Act, Refused


@dataclass(frozen=True)
class MemberPays:
    """Up to which month (None: only what is given beyond), on which day, whose money, who brought it ("" themselves)."""

    until: date | None
    on: date
    origin: str
    handed_by: str = ""
    voluntary: Decimal | None = None
    note: str = ""


def collect(act: Act, person: Any, data: MemberPays) -> Payment:
    """Take cash from one member; months of another branch are paid there."""
    branch = roster.collector(person.pk, localdate())
    if branch is None:
        raise Refused(f"{person.name}现在不在任何党支部", next_step="请先办理组织关系。")
    charges = up_to(act, person, branch, data.until) if data.until is not None else []
    own = data.origin == "own" or not data.handed_by
    received = payments.Received(
        branch, data.on, charges, data.origin, person.name if own else data.handed_by, person if own else None,
        data.voluntary or Decimal(0), person if data.voluntary else None, data.note,
    )  # fmt: skip
    return payments.collect(act, branch, received)


def up_to(act: Act, person: Any, branch: Any, until: date) -> list[Charge]:
    """Return a member's unpaid months at a branch up to a month; months ahead are charged for it. Raises Refused."""
    now = months.first(localdate())
    if months.between(now, until) > defaults().ahead:
        raise Refused(f"预交一般不超过 {defaults().ahead} 个月", field="until", article="党费规定第十二条")
    rows = Charge.objects.system("months of a member in hand").filter(person=person, stands=True)
    held = set(rows.filter(month__gte=now).values_list("month", flat=True))
    if until >= now:
        charging.ensure(act, branch, person.pk, [m for m in months.span(now, until) if m not in held])
    found = list(
        rows.filter(settled=False, month__lte=until, organization=branch).select_related("person", "organization")
    )
    if not found:
        paid = rows.filter(settled=True, amount__gt=0, month=until, organization=branch).first()
        if paid is not None:  # another teller was quicker: who took it, and on which receipt
            raise Refused(
                payments.already(paid), field="until", code="paid", next_step="自愿多交的，月份选“（不交月份）”。"
            )
        raise Refused(f"到{months.words([until])}为止没有未交的月份", field="until", code="paid")
    return sorted(found, key=lambda one: one.month)
