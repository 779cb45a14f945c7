"""Money for dues: taken in with a receipt, reversed where it was a mistake. A month is paid once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models import (
    Account,
    ArrearCase,
    Charge,
    EntryKind,
    Incoming,
    IncomingState,
    Method,
    Outcome,
    Payment,
    Settlement,
)
from zhibu.apps.dues.params import caps, defaults
from zhibu.apps.dues.services import charging, ledger
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.errors import told_names
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.numbering import next_number

#: months on one receipt: a lump transfer for a large branch
MOST = 600
#: what to do where the money of a receipt is not there any more
GONE = "这笔钱已经上缴、支出或存取。请先登记正确的收款，或撤回在途的上缴、登记“党费存取”，再冲销。"
#: no limit: how far back is asked of the day on which the money came
BACK_ALL = 10_000
ASSETS = {Method.CASH: Account.CASH, Method.BANK: Account.BANK, Method.ONLINE: Account.ONLINE}


@dataclass(frozen=True)
class Received:
    """Money taken in by a branch: the months it pays, whose it is, who brought it; voluntary: beyond what is owed."""

    branch: Any
    on: date
    charges: Sequence[Charge]
    origin: str
    handed_by: str
    handed_person: Any = None
    voluntary: Decimal = Decimal(0)
    voluntary_person: Any = None
    note: str = ""
    expected: Decimal | None = None


def collect(act: Act, branch: Any, data: Received) -> Payment:
    """Take cash; one receipt for however many months and members."""
    payment = receive(act, data, Method.CASH)
    act.log(payment, summary=_words(payment, data))
    return payment


def receive(act: Act, data: Received, method: Method, incoming: Incoming | None = None) -> Payment:
    """Write a payment with its entry, receipt and settlements, inside the caller's transaction.

    incoming: the money is there already and waits in suspense. Raises Refused: forbidden money, months already paid, older
    or later than allowed, of another branch, or an amount that does not come out even.
    """
    _origin(data)
    _day(data)
    charges = charging.locked(data.charges)
    check(data, charges, paid_on=data.on if incoming is not None else None)
    owed = sum((one.amount for one in charges), Decimal("0.00"))
    amount = owed + data.voluntary
    _amounts(data, amount, incoming)
    large = data.voluntary > _large(data.on)
    sides = [
        (Account.SUSPENSE if incoming is not None else ASSETS[method], amount), (Account.RECEIVABLE, -owed), (Account.DUE, owed),
        (Account.PAID, -owed), (Account.LARGE if large else Account.VOLUNTARY, -data.voluntary),
    ]  # fmt: skip
    words = f"收{data.handed_by}交{_whose(charges, data)}党费"
    try:
        with transaction.atomic():
            entry = ledger.post(act.actor, data.branch, data.on, EntryKind.PAY, words, f"pay:{uuid.uuid4().hex}", sides)
            payment = Payment(
                organization=data.branch, year=data.on.year,
                number=next_number("dues.receipt", data.on.year, organization_id=data.branch.pk), on=data.on, method=method,
                amount=amount, voluntary=data.voluntary, voluntary_person=data.voluntary_person, large=large,
                origin=data.origin, handed_by=data.handed_by[:100], handed_person=data.handed_person, note=data.note,
                incoming=incoming, entry=entry, by_account_id=act.actor.account_id, by_name=act.actor.name[:100],
            )  # fmt: skip
            payment.save()
            insert_models([_settlement(payment, one) for one in charges])
    except IntegrityError as twice:
        # the lock lets the second teller see what the first has done; only a race past it arrives here
        raise Refused("其中有月份刚刚被另一位同志收讫", next_step="请刷新页面后核对。", code="paid") from twice
    _settled(charges, True)
    if incoming is not None:
        _used(incoming, amount)
    return payment


def reverse(act: Act, payment: Payment, data: Why) -> Payment:
    """Reverse a payment: its months are unpaid again, money from a bank or online waits in suspense again."""
    rows = Settlement.objects.system("settlements of a payment in hand").filter(payment=payment, stands=True)
    charges = charging.locked([row.charge for row in rows.select_related("charge")])
    today = localdate()
    if payment.incoming is None:  # money of a bank or a code waits in suspense again, where it lies
        ledger.enough(payment.organization, ASSETS[Method(payment.method)], payment.amount, GONE)
    entry = ledger.reverse(act.actor, payment.entry, today, f"冲销收据 {payment.receipt}：{data.reason}")
    rows.update(stands=False)
    _settled(charges, False)
    if payment.incoming is not None:
        back = (
            Incoming.objects.system("money of a payment in hand")
            .select_for_update(of=("self",))
            .get(pk=payment.incoming_id)
        )
        if back.organization_id != payment.organization_id:
            _back(act, payment, back)
        back.left += payment.amount
        back.state, back.why = IncomingState.OPEN, f"收据 {payment.receipt} 冲销：{data.reason}"[:200]
        back.rev += 1
        back.save(update_fields=["left", "state", "why", "rev"])
    payment.stands, payment.reversal, payment.reversed_on = False, entry, today
    payment.reversed_why, payment.reversed_name = data.reason[:200], act.actor.name[:100]
    payment.rev += 1
    payment.save(update_fields=["stands", "reversal", "reversed_on", "reversed_why", "reversed_name", "rev"])
    act.log(payment, summary=f"冲销收据 {payment.receipt}，{payment.amount} 元")
    return payment


def _back(act: Act, payment: Payment, incoming: Incoming) -> None:
    """Money that had been sent on to the branch waits again where it arrived."""
    asset, branch, above = ASSETS[Method(incoming.kind)], payment.organization, incoming.organization
    ledger.enough(branch, asset, payment.amount, GONE)
    sides = [(branch, asset, -payment.amount), (branch, Account.SUSPENSE, payment.amount), (above, asset, payment.amount),
             (above, Account.SUSPENSE, -payment.amount)]  # fmt: skip
    words = f"收据 {payment.receipt} 冲销，款转回{above}"
    ledger.post(act.actor, above, localdate(), EntryKind.MOVE, words, f"back:{payment.pk}", (), elsewhere=sides)


def _origin(data: Received) -> None:
    """Refuse what article 14 forbids, and say what to do instead."""
    if (refused := rules.why_refused(data.origin)) is not None:
        step = "请党员本人交纳，或由亲属、他人代交并写明代交人；困难党员可以申请减免。"
        raise Refused(refused.message, field="origin", article=refused.article, next_step=step, code=refused.code)
    if (refused := rules.suspicion(data.note)) is not None:
        raise Refused(f"备注里写着“{data.note[:30]}”：{refused.message}", field="note", article=refused.article,
                      next_step="确实是党员自己交的，请改正备注。", code=refused.code)  # fmt: skip


def _day(data: Received) -> None:
    """Refuse a day to come, and a slip in the year of money that pays no month (months tell it themselves)."""
    if data.on > localdate():
        raise Refused("收款日期不能晚于今天", field="on")
    if not data.charges and data.on.year < localdate().year - 1:
        raise Refused("收款日期在前年以前，请核对年份", field="on")


def check(data: Received, charges: Sequence[Charge], *, paid_on: date | None = None) -> None:
    """Refuse months that are paid, taken back, of another branch, too old or too far ahead.

    paid_on: the day a bank says the money came, from which months count back, whenever it is settled; of cash only today
    is certain. Nothing is paid further ahead of the day of the receipt than allowed, so that a slip in its year is told.
    """
    if len(charges) > MOST:
        raise Refused(f"一张收据最多 {MOST} 个月份", next_step="请分成几张收据。")
    if len(charges) != len({one.pk for one in data.charges}):
        raise Refused("有的月份已经不在了", next_step="请刷新页面后重新勾选。")
    for one in charges:
        if not one.stands:
            raise Refused(f"{one}已经撤销或重算", next_step="请刷新页面后重新勾选。")
        if one.settled:
            raise Refused(already(one), code="paid", next_step="一个月只交一次；多交的请登记为自愿多交。")
        if one.organization_id != data.branch.pk:
            raise Refused(f"{one}应交到{one.organization}", next_step="请由那个支部收。")
    allowed = _late_allowed({one.person_id for one in charges})
    limits = defaults()
    for one in charges:
        refused = rules.why_not_payable(one.month, data.on, BACK_ALL, limits.ahead) or rules.why_not_payable(
            one.month, paid_on or localdate(), limits.back, limits.ahead
        )
        if refused is not None and not (refused.code == "dues.too_old" and one.person_id in allowed):
            step = (
                "请支部在“连续未交党费”里研究情况；有正当理由的登记“准予补交”后再收。"
                if refused.code == "dues.too_old"
                else ""
            )
            early = refused.code == "dues.too_early" and data.on < localdate()
            told = f"收款日期 {data.on.isoformat()}，{refused.message}" if early else refused.message
            raise Refused(
                f"{one.person.name}：{told}", article=refused.article, next_step=step, code=refused.code, field="on" if early else ""
            )  # fmt: skip


def payable(charges: Sequence[Charge], on: date) -> list[Charge]:
    """Return the months that money which came on that day may pay: none past the limits of article 12 (see `check`)."""
    limits = defaults()
    why = {
        month: rules.why_not_payable(month, on, limits.back, limits.ahead) for month in {one.month for one in charges}
    }
    old = {month for month, refused in why.items() if refused is not None and refused.code == "dues.too_old"}
    late = {one.person_id for one in charges if one.month in old}
    allowed = _late_allowed(late) if late else late
    return [one for one in charges if why[one.month] is None or (one.month in old and one.person_id in allowed)]


def already(charge: Charge) -> str:
    """Say by whom and when a month was paid."""
    row = Settlement.objects.system("who paid a month in hand").filter(charge=charge, stands=True)
    found = row.select_related("payment__organization").first()
    if found is None:
        return f"{charge}不用交"
    payment = found.payment
    return f"{charge}已于 {payment.on.isoformat()} 由{payment.by_name}收讫，收据 {payment.receipt}"


def _late_allowed(people: set[int]) -> set[int]:
    """Return who may pay months older than the limit: the branch looked into it and found good reason."""
    cases = ArrearCase.objects.system("matters of members in hand").filter(person_id__in=people, outcome=Outcome.LATE)
    return set(cases.values_list("person_id", flat=True))


def _amounts(data: Received, amount: Decimal, incoming: Incoming | None) -> None:
    if amount <= 0:
        raise Refused("没有要收的金额", next_step="请勾选月份，或填写自愿多交的金额。")
    if data.voluntary and data.voluntary_person is None:
        raise Refused("自愿多交要写明是哪位党员", field="voluntary_person")
    if data.expected is not None and data.expected != amount:
        raise Refused(f"勾选的合计 {amount} 元，与收到的 {data.expected} 元不符", field="expected",
                      next_step="请核对勾选；多出的部分党员自愿的，登记为自愿多交。")  # fmt: skip
    if incoming is not None and amount > incoming.left:
        raise Refused(f"勾选的合计 {amount} 元，多于这笔来款未入账的 {incoming.left} 元", next_step="请少选几个月份。")


def _large(on: date) -> Decimal:
    cap = rules.cap_in_force(caps(), months.first(on))
    return cap.large if cap is not None else Decimal("1000.00")


def _whose(charges: Sequence[Charge], data: Received) -> str:
    names = list(dict.fromkeys(one.person.name for one in charges)) or [str(data.voluntary_person)]
    return told_names(names, 3)


def _settlement(payment: Payment, charge: Charge) -> Settlement:
    return Settlement(payment=payment, charge=charge, organization_id=charge.organization_id, amount=charge.amount)


def _settled(charges: Sequence[Charge], paid: bool) -> None:
    for one in charges:
        one.settled = paid or not one.amount
        one.rev += 1
    Charge.objects.system("charges in hand").bulk_update(charges, ["settled", "rev"], batch_size=200)


def _used(incoming: Incoming, amount: Decimal) -> None:
    incoming.left -= amount
    if not incoming.left:
        incoming.state = IncomingState.SETTLED if not incoming.refunded else IncomingState.REFUNDED
        incoming.why = ""
    incoming.rev += 1
    incoming.save(update_fields=["left", "state", "why", "rev"])


def _words(payment: Payment, data: Received) -> str:
    by = "" if data.origin == "own" else f"，{data.handed_by}代交"
    more = f"，其中自愿多交 {payment.voluntary} 元" if payment.voluntary else ""
    return (
        f"收党费：收据 {payment.receipt}，{_whose(charging.locked(data.charges), data)}，{payment.amount} 元{more}{by}"
    )
