"""Orders paid by scanning a code, and what is made of a provider's notices: every cent is accounted for, whatever the order.

A notice may come twice, late, before another, forged, for another amount, for a cancelled or unknown order. What is certain
becomes a payment; whatever else is money goes into suspense, where it waits to be settled or sent back.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Callback, Charge, Incoming, Order, OrderItem, OrderState
from zhibu.apps.dues.providers import Forged, Notice, Provider, by_name, current
from zhibu.apps.dues.services import charging, incoming, payments, roster
from zhibu.apps.organizations.models import Organization
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM

#: an order may be paid so long after it was made
MINUTES = 30
#: so long after its end an order is still asked for
STILL_ASKED = timedelta(days=1)
#: no single payment of dues comes near it; beyond, a notice is broken
MOST = Decimal(10) ** 10
NO_MONEY = "通知里的金额看不懂，没有入账，请向支付渠道查询"
OFF = "还没有开通扫码支付"


@dataclass(frozen=True)
class NewOrder:
    """The months somebody wants to pay: charges of their own, and so many months ahead."""

    charges: Sequence[Charge]
    ahead: int = 0


def order(act: Act, person: Any, data: NewOrder) -> Order:
    """Make an order for one's own months. An open order for the same months is given again, others are cancelled."""
    provider = current()
    if provider is None:
        raise Refused(OFF, next_step="请把党费交给支部组织委员，或转账到支部公布的账户。")
    charges = charging.locked([*data.charges, *(_ahead(act, person, data.ahead) if data.ahead else [])])
    _may_order(person, charges)
    amount = sum(one.amount for one in charges)
    branch = charges[0].organization
    for other in Order.objects.system("one's own open orders").filter(person=person, state=OrderState.OPEN):
        _give_up(other, provider)
    number = f"D{localdate():%Y%m%d}{secrets.token_hex(8)}"
    made: Order = Order.objects.create(
        number=number, person=person, organization=branch, amount=amount, provider=provider.name,
        code_text=provider.open(number, amount, f"{person.name}党费")[:500],
        expires_at=timezone.now() + timedelta(minutes=MINUTES),
    )  # fmt: skip
    OrderItem.objects.bulk_create(
        [OrderItem(order=made, charge=one, organization_id=one.organization_id, amount=one.amount) for one in charges]
    )
    act.log(made, summary=f"扫码订单：{person.name}，{len(charges)} 个月，{amount} 元")
    return made


def _may_order(person: Any, charges: Sequence[Charge]) -> None:
    if not charges:
        raise Refused("请勾选要交的月份", field="charges")
    if any(one.person_id != person.pk for one in charges):
        raise Refused("只能交自己的党费", field="charges")
    if len({one.organization_id for one in charges}) > 1:
        raise Refused("这些月份分属两个支部，请分两次交", field="charges")
    payments.check(payments.Received(charges[0].organization, localdate(), charges, "own", person.name), charges)


def cancel(act: Act, order: Order, data: None = None) -> Order:
    """Give an order up. Money that comes all the same is not lost: it waits in suspense."""
    _give_up(order, by_name(order.provider))
    act.log(order, summary=f"取消扫码订单 {order.number}")
    return order


def _give_up(order: Order, provider: Provider | None) -> None:
    """Cancel an open order; refused where the provider has the money already, for its notice may be lost or on the way."""
    said = provider.ask(order.number) if provider is not None else None
    if said is not None and said.kind == "paid":
        raise Refused("上一个订单已经付了款，正在入账", next_step="请过几分钟再刷新页面，不要重复付款。", code="paid")
    _end(order, OrderState.CANCELLED)
    if provider is not None:
        provider.close(order.number)


def _end(order: Order, state: OrderState) -> None:
    order.state, order.ended_at = state, timezone.now()
    order.rev += 1
    order.save(update_fields=["state", "ended_at", "rev"])


def expire() -> int:
    """Close orders whose time is over; the provider is asked first, for its notice may be on the way."""
    rows = Order.objects.system("orders whose time is over").filter(
        state=OrderState.OPEN, expires_at__lt=timezone.now()
    )
    done = 0
    for one in rows.order_by("pk")[:200]:
        done += 1
        with transaction.atomic():
            provider = by_name(one.provider)
            said = provider.ask(one.number) if provider is not None else None
            if provider is not None and said is not None and said.kind == "paid":
                take(said, provider.name, b"asked")
                continue
            (here,) = rows.model.objects.system("an order in hand").filter(pk=one.pk).select_for_update(of=("self",))
            if here.state == OrderState.OPEN:
                _end(here, OrderState.EXPIRED)
                if provider is not None:
                    provider.close(here.number)
    return done


def ask_again() -> int:
    """Ask the provider about open orders, whose notice may have been lost, and about those just ended: one may be paid in the
    moment in which it is closed. Returns how many were paid.
    """
    found = 0
    orders = Order.objects.system("orders nobody has told of")
    money = Incoming.objects.system("money of an order").filter(order=OuterRef("pk"))
    ended = orders.filter(
        ~Exists(money), state__in=[OrderState.CANCELLED, OrderState.EXPIRED], ended_at__gt=timezone.now() - STILL_ASKED
    )
    for one in [*orders.filter(state=OrderState.OPEN).order_by("pk")[:200], *ended.order_by("pk")[:200]]:
        provider = by_name(one.provider)
        said = provider.ask(one.number) if provider is not None else None
        if provider is not None and said is not None and said.kind == "paid":
            with transaction.atomic():
                take(said, provider.name, b"asked")
            found += 1
    return found


def hear(name: str, body: bytes, signature: str) -> tuple[bool, str]:
    """Take a notice of a provider; (whether it may stop sending, what was made of it). Writes it down, forged ones too."""
    provider: Provider | None = by_name(name)
    if provider is None:
        return False, "没有这个支付渠道"
    try:
        said = provider.read(body, signature)
    except Forged as forged:
        with transaction.atomic():
            _note(name, body, Notice(forged.order_number, "", "", None), None, "forged", "签名不符，不予采信")  # type: ignore[arg-type]
        return False, "签名不符"
    if not _is_money(said.amount):
        with transaction.atomic():
            _note(name, body, replace(said, amount=None), None, "ignored", NO_MONEY)  # type: ignore[arg-type]
        return False, NO_MONEY
    with transaction.atomic():
        return True, take(said, name, body)


def _is_money(amount: Decimal) -> bool:
    """Tell whether a signed amount is one of money: whole fen, and no more than the books can hold."""
    return amount.is_finite() and abs(amount) < MOST and amount == amount.quantize(Decimal("0.01"))


def take(said: Notice, name: str, body: bytes) -> str:
    """Do what a verified notice says, in the caller's transaction; return it in words."""
    rows = Order.objects.system("the order a notice is about").filter(number=said.order_number, provider=name)
    order = rows.select_for_update(of=("self",)).select_related("organization", "person").first()
    if said.kind != "paid":
        return _note(name, body, said, order, "ignored", _not_paid(said, order))
    if said.amount <= 0:
        return _note(name, body, said, order, "ignored", "金额不是正数，不作收款")
    key = f"{name}:{said.trade_number}"
    if Incoming.objects.system("has this trade come before").filter(key=key).exists():
        return _note(name, body, said, order, "repeated", "重复通知，已经入账")
    try:
        with transaction.atomic():
            return _money(said, name, body, key, order)
    except IntegrityError:  # the same notice at the same moment
        return _note(name, body, said, order, "repeated", "重复通知，已经入账")


def _not_paid(said: Notice, order: Order | None) -> str:
    if said.kind == "closed":
        if order is not None and order.state == OrderState.OPEN:
            _end(order, OrderState.CANCELLED)
            return "渠道关闭了订单"
        return "订单早已结束，不作改动"
    return "渠道的退款通知：请在待查款里登记退款，账上不自动改动"


def _money(said: Notice, name: str, body: bytes, key: str, order: Order | None) -> str:
    """Book the money, and settle the order's months where all of it fits."""
    why = _odd(said, order)
    place = order.organization if order is not None else _nowhere()
    payer = order.person.name if order is not None else said.payer
    arrived = incoming.Arrived("online", key, localdate(), said.amount, payer, note=f"订单 {said.order_number}"[:200],
                               serial=said.trade_number[:60], why=why or "扫码支付", order=order)  # fmt: skip
    came = incoming.book(SYSTEM, place, arrived)
    if why or order is None:
        if order is not None and order.state == OrderState.OPEN:
            _end(order, OrderState.ODD)
        audit.record(SYSTEM, "dues.order.hear", came, summary=f"网上收款待查：{said.amount} 元，{why}")
        return _note(name, body, said, order, "suspense", why)
    try:
        with transaction.atomic():
            act = Act(SYSTEM, "dues.order.hear", "扫码交纳党费")
            charges = [item.charge for item in _items(order)]
            order.payment = incoming.settle(act, came, incoming.Match(charges, "own"), order.organization)
    except Refused as refused:
        Incoming.objects.system("money in hand").filter(pk=came.pk).update(why=str(refused)[:200])
        if order.state == OrderState.OPEN:
            _end(order, OrderState.ODD)
        audit.record(SYSTEM, "dues.order.hear", came, summary=f"网上收款待查：{said.amount} 元，{refused}"[:300])
        return _note(name, body, said, order, "suspense", str(refused)[:200])
    order.state, order.ended_at = OrderState.PAID, timezone.now()
    order.rev += 1
    order.save(update_fields=["state", "ended_at", "payment", "rev"])
    audit.record(
        SYSTEM,
        "dues.order.hear",
        order,
        summary=f"扫码交纳党费：{order.person.name}，{order.amount} 元，收据 {order.payment.receipt}",
    )
    return _note(name, body, said, order, "paid", "已入账")


def _odd(said: Notice, order: Order | None) -> str:
    """Return why money is not simply the payment of its order, "" where it is."""
    if order is None:
        return "没有这个订单"
    if said.amount != order.amount:
        return f"付了 {said.amount} 元，订单是 {order.amount} 元"
    if order.state == OrderState.CANCELLED:
        return "订单已经取消，钱后来到了"
    if order.state in (OrderState.PAID, OrderState.ODD):
        return "这个订单已经付过一次"
    return ""


def _items(order: Order) -> list[OrderItem]:
    rows = OrderItem.objects.system("months of an order in hand").filter(order=order)
    return list(rows.select_related("charge__person", "charge__organization"))


def _nowhere() -> Any:
    """Return where money of an unknown order is kept: the root."""
    return Organization.objects.system("the root").filter(parent__isnull=True).order_by("pk").first()


def _note(name: str, body: bytes, said: Notice, order: Order | None, verdict: str, words: str) -> str:
    """Write a notice down."""
    place = order.organization if order is not None else _nowhere()
    Callback.objects.create(
        organization=place, provider=name, order_number=said.order_number[:60], trade_number=said.trade_number[:80],
        kind=said.kind[:12], amount=said.amount, digest=hashlib.sha256(body).hexdigest(), verdict=verdict, words=words[:200],
    )  # fmt: skip
    return words


def _ahead(act: Act, person: Any, by: int) -> list[Charge]:
    """Write one's charges for the months to come, as far as one pays ahead; return those that are unpaid."""
    branch = roster.collector(person.pk, localdate())
    if branch is None:
        raise Refused("您现在不在任何党支部", next_step="请联系组织部门。")
    now = months.first(localdate())
    wanted = months.span(months.later(now, 1), months.later(now, by))
    rows = Charge.objects.system("one's own months").filter(person=person, stands=True, month__in=wanted)
    held = set(rows.values_list("month", flat=True))
    charging.ensure(act, branch, person.pk, [month for month in wanted if month not in held])
    return list(rows.filter(settled=False))
