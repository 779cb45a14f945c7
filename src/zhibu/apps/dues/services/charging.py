"""Writing what is owed: charges of a branch for a month with their one entry; taking a charge back, working it out anew."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Account, Charge, Entry, EntryKind
from zhibu.apps.dues.services import ledger
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.apps.dues.services.working_out import Owed, work_out
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import insert_rows

COLUMNS = (
    "uid", "rev", "person_id", "organization_id", "month", "payer", "base", "version_id", "rate", "computed", "amount", "relief_id",
    "carried", "stands", "settled", "entry_id", "reversal_id", "why",
)  # fmt: skip


def write(actor: Actor, branch: Any, month: date, owed: Sequence[Owed], why: str = "") -> Decimal:
    """Write the charges of a branch for a month with one entry for all; return their sum.

    An entry needs an amount: where all of it is nothing (relief), the entry says so with nothing to balance.
    """
    if not owed:
        return Decimal("0.00")
    total = sum((one.amount for one in owed), Decimal("0.00"))
    entry = assess_entry(actor, branch, month, len(owed), total)
    _insert(branch.pk, month, owed, entry.pk, why)
    return total


def assess_entry(actor: Actor, branch: Any, month: date, count: int, total: Decimal) -> Entry:
    """Write the entry of what a branch's members owe for a month."""
    words = f"{months.words([month])}应交党费 {count} 人"
    key = f"assess:{uuid.uuid4().hex}"
    if total:
        sides = [(Account.RECEIVABLE, total), (Account.DUE, -total)]
        return ledger.post(actor, branch, localdate(), EntryKind.ASSESS, words, key, sides)
    entry = Entry(
        organization_id=branch.pk, on=localdate(), kind=EntryKind.ASSESS, words=f"{words}（免交）", key=key,
        by_account_id=actor.account_id, by_name=actor.name[:100],
    )  # fmt: skip
    entry.save()
    return entry


def _insert(branch_id: int, month: date, owed: Sequence[Owed], entry_id: int, why: str) -> None:
    """Insert the rows past the ORM: a hundred thousand of them a month."""
    here = connection.ops
    day = here.adapt_datefield_value(month)
    native = connection.features.has_native_uuid_field

    def amount(value: Decimal | None, digits: int = 14, places: int = 2) -> Any:
        return None if value is None else here.adapt_decimalfield_value(value, digits, places)

    def uid() -> Any:
        made = uuid.uuid4()
        return made if native else made.hex

    insert_rows(
        Charge, COLUMNS,
        (
            (
                uid(), 1, one.person_id, branch_id, day, one.payer, amount(one.base), one.version_id, amount(one.rate, 6, 4),
                amount(one.computed), amount(one.amount), one.relief_id, one.carried, True, not one.amount, entry_id, None, why,
            )
            for one in owed
        ),
    )  # fmt: skip


def ensure(act: Act, branch: Any, person_id: int, wanted: Iterable[date]) -> None:
    """Write the charges of a member for the months that have none yet: paying ahead. Raises Refused without a base."""
    for month in sorted(wanted):
        found = work_out(month, [(person_id, branch)], PolicyBook(month))
        if found.missing:
            raise Refused(
                f"{months.words([month])}的党费计算基数还没有核定", next_step="请先核定基数，再收这个月的党费。"
            )
        write(act.actor, branch, month, found.owed.get(branch.pk, []), "预交")


def locked(charges: Iterable[Charge]) -> list[Charge]:
    """Return the charges as they stand now, locked, in the order of their keys."""
    rows = Charge.objects.system("charges in hand").filter(pk__in=[one.pk for one in charges]).order_by("pk")
    return list(rows.select_for_update(of=("self",)).select_related("person", "organization"))


def take_back(actor: Actor, charges: Sequence[Charge], why: str) -> None:
    """Take unpaid charges of one branch back with one entry."""
    if not charges:
        return
    if any(one.settled and one.amount for one in charges):
        raise Refused("已经交了的月份不能撤销", next_step="请先冲销那张收据。")
    total = sum((one.amount for one in charges), Decimal("0.00"))
    branch = charges[0].organization
    words = (
        f"撤销{charges[0].person.name}等 {len(charges)} 笔应交党费：{why}"
        if len(charges) > 1
        else f"撤销{charges[0]}：{why}"
    )
    key = f"unassess:{uuid.uuid4().hex}"
    if total:
        sides = [(Account.RECEIVABLE, -total), (Account.DUE, total)]
        entry = ledger.post(actor, branch, localdate(), EntryKind.ADJUST, words, key, sides)
    else:
        entry = Entry(
            organization_id=branch.pk, on=localdate(), kind=EntryKind.ADJUST, words=words[:200], key=key,
            by_account_id=actor.account_id, by_name=actor.name[:100],
        )  # fmt: skip
        entry.save()
    for one in charges:
        one.stands, one.settled, one.reversal, one.why = False, False, entry, why[:200]
        one.rev += 1
        one.save(update_fields=["stands", "settled", "reversal", "why", "rev"])


def cancel(act: Act, charge: Charge, data: Why) -> Charge:
    """Take one charge back: it should never have been asked for."""
    (charge,) = locked([charge])
    take_back(act.actor, [charge], data.reason)
    act.log(charge, summary=f"撤销应交：{charge}，{charge.amount} 元")
    return charge


def renew(act: Act, charge: Charge, data: Why) -> Charge:
    """Work an unpaid charge out anew from the base and relief as they stand now; the old one stays to be read."""
    (charge,) = locked([charge])
    made = rework(act.actor, charge, data.reason)
    if made is None:
        raise Refused("按现在的基数重算，金额没有变化", next_step="请先更正基数或减免，再重算。", code="unchanged")
    act.log(made, summary=f"重算应交：{made}，{charge.amount} 元 → {made.amount} 元")
    return made


def rework(actor: Actor, charge: Charge, why: str) -> Charge | None:
    """Take an unpaid charge back and work it out anew; None, and nothing done, where nothing changes.

    Raises Refused when it is paid, or when no base stands any more.
    """
    if charge.settled and charge.amount:
        raise Refused("已经交了的月份不能重算", next_step="请先冲销那张收据。")
    charges = Charge.objects.system("a charge in hand")
    charges.filter(pk=charge.pk).update(
        stands=False, reversal_id=charge.entry_id
    )  # out of the way while it is worked out
    found = work_out(charge.month, [(charge.person_id, charge.organization)], PolicyBook(charge.month))
    charges.filter(pk=charge.pk).update(stands=True, reversal_id=None)
    if found.missing:
        raise Refused("没有有效的党费计算基数", next_step="请先核定基数。")
    (owed,) = found.owed[charge.organization_id]
    same = (owed.amount, owed.version_id, owed.relief_id) == (charge.amount, charge.version_id, charge.relief_id)
    if same:
        return None
    take_back(actor, [charge], why)
    write(actor, charge.organization, charge.month, [owed], why[:200])
    made: Charge = charges.get(person_id=charge.person_id, month=charge.month, stands=True)
    return made
