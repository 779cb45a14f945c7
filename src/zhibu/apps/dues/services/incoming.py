"""Money that arrived by bank or online: booked into suspense at once, settled when it is known whose it is, or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import rules, rules_matching
from zhibu.apps.dues.models import Account, Charge, EntryKind, Incoming, IncomingState, Method, Payment
from zhibu.apps.dues.services import ledger, payments
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor

#: what to do where the money of a transfer is not there any more
GONE = "这笔钱已经上缴或支出。请等收到党费以后再退，或先撤回在途的上缴。"
ASSET = {"bank": Account.BANK, "online": Account.ONLINE}


@dataclass(frozen=True)
class Arrived:
    """A transfer as a statement or a provider tells it."""

    kind: str
    key: str
    on: date
    amount: Decimal
    payer_name: str = ""
    account_tail: str = ""
    note: str = ""
    serial: str = ""
    why: str = "还没有认领"
    order: Any = None


@dataclass(frozen=True)
class Refund:
    """Send back what is left of a transfer."""

    on: date
    reason: str


@dataclass(frozen=True)
class Match:
    """Months that a transfer pays, with whose money it is; see payments.Received."""

    charges: Sequence[Charge]
    origin: str
    voluntary: Decimal = Decimal(0)
    voluntary_person: Any = None
    note: str = ""


def book(actor: Actor, organization: Any, data: Arrived) -> Incoming:
    """Write money into suspense, in the caller's transaction. Raises IntegrityError where it was written before (`key`)."""
    words = f"{'银行来款' if data.kind == 'bank' else '网上收款'} {data.payer_name or '未知付款人'}"
    sides = [(ASSET[data.kind], data.amount), (Account.SUSPENSE, -data.amount)]
    entry = ledger.post(actor, organization, data.on, EntryKind.INCOMING, words, f"incoming:{data.key}"[:120], sides)
    made: Incoming = Incoming.objects.create(
        organization=organization, kind=data.kind, key=data.key, on=data.on, amount=data.amount, left=data.amount,
        payer_name=data.payer_name[:100], account_tail=data.account_tail[-4:], note=data.note[:200], serial=data.serial[:60],
        why=data.why[:200], order=data.order, entry=entry,
    )  # fmt: skip
    return made


def match(act: Act, incoming: Incoming, data: Match) -> Payment:
    """Settle months with a transfer: a lump for a ticked list, or one member's own."""
    if (refused := rules.suspicion(incoming.note)) is not None:
        raise Refused(f"附言写着“{incoming.note[:30]}”：{refused.message}", article=refused.article, code=refused.code,
                      next_step="这笔钱请退回，由党员自己交纳。")  # fmt: skip
    branches = {one.organization for one in data.charges} or {incoming.organization}
    if len(branches) > 1:
        raise Refused("一次只能给同一个支部的党员入账", next_step="请按支部分几次办理，余额留在待查款里。")
    payment = settle(act, incoming, data, branches.pop())
    act.log(
        payment, summary=f"来款入账：收据 {payment.receipt}，{payment.amount} 元，{incoming.payer_name or '未知付款人'}"
    )
    return payment


def settle(act: Act, incoming: Incoming, data: Match, branch: Any) -> Payment:
    """Write the payment of a transfer; at a branch below the organisation that got the money, the money moves there."""
    if branch.pk != incoming.organization_id:
        _move(act.actor, incoming, branch, data)
    people = {one.person_id for one in data.charges}
    own = next(
        (
            one.person
            for one in data.charges
            if rules_matching.plain(one.person.name) == rules_matching.plain(incoming.payer_name)
        ),
        None,
    )
    received = payments.Received(
        branch, incoming.on, data.charges, data.origin, incoming.payer_name or "未知付款人", own if len(people) == 1 else None,
        data.voluntary, data.voluntary_person, data.note,
    )  # fmt: skip
    return payments.receive(act, received, Method(incoming.kind), incoming)


def _move(actor: Actor, incoming: Incoming, branch: Any, data: Match) -> None:
    """The money arrived on the account of a level above: it stays there, and the branch's books say so.

    The branch gets the asset and the suspense of just this amount; the level above gives both away.
    """
    amount = sum((one.amount for one in data.charges), Decimal(0)) + data.voluntary
    if amount <= 0:
        return
    asset, above = ASSET[incoming.kind], incoming.organization
    elsewhere = [
        (branch, asset, amount), (branch, Account.SUSPENSE, -amount), (above, asset, -amount), (above, Account.SUSPENSE, amount),
    ]  # fmt: skip
    key = f"move:{incoming.pk}:{incoming.rev}"
    ledger.post(actor, above, localdate(), EntryKind.MOVE, f"代{branch}收的款转入", key, (), elsewhere=elsewhere)


def refund(act: Act, incoming: Incoming, data: Refund) -> Incoming:
    """Send back what is left; it stays to be read."""
    if data.on > localdate() or data.on < incoming.on:
        raise Refused("退款日期应在到账之后、今天之前", field="on")
    amount, asset = incoming.left, ASSET[incoming.kind]
    ledger.enough(incoming.organization, asset, amount, GONE)
    sides = [(Account.SUSPENSE, amount), (asset, -amount)]
    words = f"退款给{incoming.payer_name or '未知付款人'}：{data.reason}"
    ledger.post(
        act.actor,
        incoming.organization,
        data.on,
        EntryKind.REFUND,
        words,
        f"refund:{incoming.pk}:{incoming.rev}",
        sides,
    )
    incoming.left, incoming.refunded = Decimal(0), incoming.refunded + amount
    incoming.state, incoming.why = IncomingState.REFUNDED, data.reason[:200]
    incoming.rev += 1
    incoming.save(update_fields=["left", "refunded", "state", "why", "rev"])
    act.log(incoming, summary=f"退款 {amount} 元：{incoming.payer_name or '未知付款人'}")
    return incoming
