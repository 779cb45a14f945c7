"""Writing what is owed: charges of a branch for a month with their one entry; taking a charge back, working it out anew."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
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
from zhibu.apps.people.services.bulk import fresh_uids
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import insert_plain

COLUMNS = (
    "uid", "rev", "person_id", "organization_id", "month", "payer", "base", "version_id", "rate", "computed", "amount", "relief_id",
    "carried", "stands", "settled", "entry_id", "reversal_id", "why",
)  # fmt: skip


def write(actor: Actor, branch: Any, month: date, owed: Sequence[Owed], why: str = "") -> Decimal:
    """Write the charges of a branch for a month; see `write_many`. Return their sum."""
    return write_many(actor, month, {branch.pk: owed}, why)[branch.pk] if owed else Decimal("0.00")


def write_many(actor: Actor, month: date, owed: Mapping[int, Sequence[Owed]], why: str = "") -> dict[int, Decimal]:
    """Write the charges of branches for a month with one entry a branch for all of its own; return branch id -> their sum.

    An entry needs an amount: where all of it is nothing (relief), the entry says so with nothing to balance.
    """
    totals = {at: sum((one.amount for one in rows), Decimal("0.00")) for at, rows in owed.items() if rows}
    about = f"{months.words([month])}应交党费"
    entries = [
        ledger.Plain(
            at,
            f"{about} {len(owed[at])} 人" + ("" if total else "（免交）"),
            f"assess:{key}",
            [(Account.RECEIVABLE, total), (Account.DUE, -total)] if total else (),
        )
        for (at, total), key in zip(totals.items(), fresh_uids(len(totals)), strict=True)
    ]
    ids = ledger.post_many(actor, localdate(), EntryKind.ASSESS, entries)
    _insert(month, [(at, entry, owed[at]) for at, entry in zip(totals, ids, strict=True)], why)
    return totals


def _insert(month: date, written: Sequence[tuple[int, int, Sequence[Owed]]], why: str) -> None:
    """Insert the rows of (branch, entry, what is owed) past the ORM: a hundred thousand of them a month.

    Amounts go in as text: they have their two decimals (a rate its four), and both databases read them exactly.
    Of truth values the driver of SQLite takes longer than of numbers.
    """
    day, uids = connection.ops.adapt_datefield_value(month), fresh_uids(sum(len(owed) for _, _, owed in written))
    insert_plain(
        Charge, COLUMNS,
        [
            (
                next(uids), 1, person, at, day, payer, str(base), version, None if rate is None else str(rate),
                str(computed), str(amount), relief, 1 if carried else 0, 1, 0 if amount else 1, entry, None, why,
            )
            for at, entry, owed in written
            for person, payer, base, version, rate, computed, amount, relief, carried in owed
        ],
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
