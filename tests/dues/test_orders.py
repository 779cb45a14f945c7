"""Orders paid by a code, and notices that come twice, late, forged, out of order or for another amount: every cent is told."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.dues.helpers import agrees, assessed, do, owed, pay
from zhibu.apps.dues.models import Callback, Incoming, Order, Payment, TrialTrade
from zhibu.apps.dues.providers import local
from zhibu.apps.dues.services import incoming, ordering
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def member(house: factories.House, office: Actor, two: list, settings: Any) -> Actor:
    settings.DUES_PROVIDER = "local"
    assessed(office, house.root)
    return Actor(account_id=9, person_id=two[0].pk, name="李建国", grants=())


def ordered(member: Actor, person: Any) -> Order:
    made: Order = do(member, "dues.order.make", person, ordering.NewOrder(owed(person)))
    return made


def notice(
    order: Order, amount: str | None = None, kind: str = "paid", trade: str = "T1", number: str = ""
) -> tuple[bytes, str]:
    said = {"order": number or order.number, "trade": trade, "kind": kind, "amount": amount or str(order.amount)}
    body = json.dumps(said).encode()
    return body, local.sign(body)


def left() -> Decimal:
    return sum((one.left for one in Incoming.objects.system("test")), D(0))


def test_a_notice_pays_the_order_and_coming_twice_it_pays_once(
    house: factories.House, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    for _ in range(2):
        assert ordering.hear("local", *notice(order))[0]
    order.refresh_from_db()
    assert (order.state, order.payment.amount, owed(two[0])[0].settled) == ("paid", D("90.00"), True)
    assert [one.verdict for one in Callback.objects.system("test").order_by("pk")] == ["paid", "repeated"]
    assert Payment.objects.system("test").count() == 1
    agrees(house.root)


def test_a_forged_notice_is_written_down_and_believed_in_nothing(
    house: factories.House, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    body, signature = notice(order)
    assert not ordering.hear("local", body.replace(b"90.00", b"09.00"), signature)[0]
    assert not ordering.hear("local", b"\xff{", "x")[0]
    assert not ordering.hear("other", body, signature)[0]
    assert {one.verdict for one in Callback.objects.system("test")} == {"forged"}
    assert not Incoming.objects.system("test").exists()


@pytest.mark.parametrize("amount", ["NaN", "1e999", "Infinity", "90.001", "九十", "1e12"])
def test_a_signed_notice_of_no_amount_of_money_is_written_down_and_nothing_else(
    house: factories.House, member: Actor, two: list, amount: str
) -> None:
    order = ordered(member, two[0])
    heard, words = ordering.hear("local", *notice(order, amount))
    assert (heard, words) == (False, ordering.NO_MONEY)
    assert Callback.objects.system("test").get().verdict == "ignored"
    assert not Incoming.objects.system("test").exists()
    agrees(house.root)


@pytest.mark.parametrize(("amount", "number"), [("89.99", ""), ("900", ""), ("90", "D-unknown")])
def test_another_amount_or_an_unknown_order_waits_in_suspense(
    house: factories.House, member: Actor, two: list, amount: str, number: str
) -> None:
    order = ordered(member, two[0])
    assert ordering.hear("local", *notice(order, amount, number=number))[0]
    assert not owed(two[0])[0].settled
    assert left() == D(amount)
    agrees(house.root)


def test_a_notice_for_a_cancelled_order_or_for_months_paid_in_cash_meanwhile_waits(
    house: factories.House, office: Actor, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    do(member, "dues.order.cancel", order)
    ordering.hear("local", *notice(order))
    assert left() == D("90.00")
    second = ordered(member, two[0])
    pay(office, owed(two[0]))
    ordering.hear("local", *notice(second, trade="T2"))
    second.refresh_from_db()
    assert (second.state, left()) == ("odd", D("180.00"))
    for came in Incoming.objects.system("test"):
        do(office, "dues.incoming.refund", came, incoming.Refund(localdate(), "重复支付"))
    agrees(house.root)


def test_a_late_notice_still_pays_and_closed_after_paid_changes_nothing(
    house: factories.House, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    Order.objects.system("test").filter(pk=order.pk).update(expires_at="2020-01-01T00:00Z")
    ordering.expire()
    order.refresh_from_db()
    assert order.state == "expired"
    ordering.hear("local", *notice(order))
    ordering.hear("local", *notice(order, kind="closed"))
    ordering.hear("local", *notice(order, kind="refunded"))
    order.refresh_from_db()
    assert (order.state, left()) == ("paid", D(0))
    agrees(house.root)


def test_closed_before_paid_and_a_second_payment_of_an_order_are_kept(
    house: factories.House, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    ordering.hear("local", *notice(order, kind="closed"))
    ordering.hear("local", *notice(order))
    ordering.hear("local", *notice(order, trade="T2"))
    assert left() == D("180.00")
    agrees(house.root)


def test_a_notice_that_never_came_is_asked_for(house: factories.House, member: Actor, two: list) -> None:
    order = ordered(member, two[0])
    assert local.pay(order.number) is not None
    assert TrialTrade.objects.get().state == "paid"
    assert ordering.ask_again() == 1
    assert ordering.ask_again() == 0
    order.refresh_from_db()
    assert order.state == "paid"
    ordering.hear("local", *local.notice(TrialTrade.objects.get(), "paid"))
    assert Payment.objects.system("test").count() == 1
    agrees(house.root)


def test_one_orders_ones_own_months_only(house: factories.House, member: Actor, two: list) -> None:
    with pytest.raises(Refused, match="自己"):
        do(member, "dues.order.make", two[0], ordering.NewOrder(owed(two[1])))


def test_an_order_the_provider_has_the_money_of_is_not_given_up(
    house: factories.House, member: Actor, two: list
) -> None:
    order = ordered(member, two[0])
    local.pay(order.number)  # its notice is lost
    for again in (lambda: ordered(member, two[0]), lambda: do(member, "dues.order.cancel", order)):
        with pytest.raises(Refused, match="已经付了款"):
            again()
    assert ordering.ask_again() == 1
    order.refresh_from_db()
    assert (order.state, owed(two[0])[0].settled) == ("paid", True)
    agrees(house.root)


def test_an_order_paid_in_the_moment_of_its_end_is_found(house: factories.House, member: Actor, two: list) -> None:
    order = ordered(member, two[0])
    do(member, "dues.order.cancel", order)
    TrialTrade.objects.filter(number=order.number).update(state="paid", trade_number="T9")
    assert ordering.ask_again() == 1
    assert ordering.ask_again() == 0, "it is known now"
    assert Incoming.objects.system("test").get().state == "open"
    agrees(house.root)
