"""Everything of dues on each side: bases, months in every state, receipts, transfers, orders, hand-ups, uses, reports."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from tests.matrix.sensitive import picture
from zhibu.apps.dues import months
from zhibu.apps.dues.models import (
    ArrearCase,
    Assessment,
    Base,
    Budget,
    Callback,
    Charge,
    Disclosure,
    Entry,
    HandUp,
    Incoming,
    Order,
    OrderItem,
    Payment,
    Policy,
    Posting,
    QuarterlyConsent,
    Relief,
    Settlement,
    Spending,
    TrialTrade,
)
from zhibu.kernel import files
from zhibu.kernel.actor import Actor

D = Decimal
MODELS = {"dues": "organizations.Organization", "dues-order": "dues.Order"}
#: addresses that only a provider posts to
POSTED = {"dues-notice"}
FILES = {"my-receipt", "dues-list", "dues-sheet"}
NOBODYS = {"dues.TrialTrade"}
#: acts whose state or input the world does not hold: tests/dues performs them
NOT_FILLED = {
    "dues.assess.run", "dues.payment.collect", "dues.payment.member", "dues.incoming.match", "dues.incoming.certain", "dues.order.make",
    "dues.handup.send", "dues.deposit", "dues.spending.answer", "dues.spending.pay", "dues.base.fix", "dues.charge.renew",
    "dues.quarterly.agree", "dues.relief.ask", "dues.relief.revise", "dues.base.withdraw", "dues.report.publish",
}  # fmt: skip


def own(world: Any) -> dict[str, dict[str, Any]]:
    """Amounts, and what else the acts ask for."""
    return {
        "dues.budget.set": {"amount": "1500", "year": str(localdate().year)}, "dues.spending.ask": {"amount": "20"},
        "dues.policy.set": {"rounding": "yuan", "kept": ""},
    }  # fmt: skip


def world(root: Any, seen: Any, other: Any, accounts: Any) -> None:
    """An order of the member whose account looks around."""
    me, branch = accounts["member"].person, seen.of("branch")
    expires = timezone.now() + timedelta(days=2)
    seen.keep(
        Order.objects.create(
            number="DOWN1",
            person=me,
            organization=branch,
            amount=D(5),
            provider="local",
            code_text=reverse("dues-test-pay", args=["DOWN1"]),
            expires_at=expires,
        )
    )
    TrialTrade.objects.create(number="DOWN1", amount=D(5))


def values() -> dict[str, list[Any]]:
    """Values of parameters that are no uid."""
    return {"dues-notice": ["local"], "dues-test-pay": ["D-none"]}


def side(side: Any) -> None:
    """Make them for the side's branch, of its first people."""
    branch, word, first, second, third = side.of("branch"), side.word, *side.people[:3]
    now = months.first(localdate())
    keep = side.keep
    keep(
        Policy.objects.create(organization=branch, since=now, rounding="jiao", ground=f"{word}文", by_name=f"{word}办")
    )
    base = keep(_base(first, branch, word, now.replace(month=1)))
    keep(_base(second, branch, word, now.replace(month=1), stands=False))
    run = keep(Assessment.objects.create(organization=branch, month=now, count=3, by_name=f"{word}办"))
    assert run.pk
    entry = _entry(branch, word, "assess", {"receivable": D(90), "due": D(-90)})
    keep(entry)
    unpaid = keep(_charge(first, branch, word, now, entry, base))
    paid = keep(_charge(second, branch, word, now, entry, base, settled=True))
    ordered = keep(_charge(third, branch, word, now, entry, base))
    keep(
        _charge(
            first,
            branch,
            word,
            months.later(now, -1),
            entry,
            base,
            stands=False,
            reversal=_entry(branch, word, "adjust", {}),
        )
    )
    _money(side, branch, paid, ordered)
    _eased(side, branch)
    assert unpaid.pk
    _funds(side, branch)


def _eased(side: Any, branch: Any) -> None:
    """Reliefs, a consent to payment by the quarter, long arrears."""
    word, keep, first, second, third = side.word, side.keep, *side.people[:3]
    now = months.first(localdate())
    blob = files.store_made(picture(), mime="image/jpeg")
    more = {"permission": "dues.view", "actor": Actor(account_id=side.accounts[0].pk, name=f"{word}经办")}
    for state in ("asked", "agreed"):
        who = first if state == "asked" else third
        relief = Relief.objects.create(
            person=who, organization=branch, since=now, until=months.later(now, 5), amount=D(0), reason=f"{word}困难", studied_on=localdate(),
            state=state, answer=f"{word}意见", asked_name=f"{word}报", asked_by=1,
        )  # fmt: skip
        keep(relief, files.attach(relief, blob, name=f"{word}.jpg", **more))
    keep(
        QuarterlyConsent.objects.create(
            person=second,
            organization=branch,
            since=now,
            agreed_on=localdate(),
            reason=f"{word}在外",
            by_name=f"{word}办",
        )
    )
    keep(
        ArrearCase.objects.create(
            person=third,
            organization=branch,
            oldest=months.later(now, -6),
            run=6,
            opened_on=localdate(),
            words=f"{word}情况",
        )
    )


def _base(person: Any, branch: Any, word: str, since: date, **more: Any) -> Base:
    lines = f'[{{"code": "post", "label": "{word}岗位工资", "amount": "6000.00", "sign": "plus", "why": "{word}", "running": "6000.00"}}]'
    made: Base = Base.objects.create(
        person=person, organization=branch, payer="waged", since=since, amount=D(6000), lines=lines, source="signed",
        ground=f"{word}依据", by_name=f"{word}核", **more,
    )  # fmt: skip
    return made


def _entry(branch: Any, word: str, kind: str, sides: dict[str, Decimal]) -> Entry:
    made: Entry = Entry.objects.create(
        organization=branch, on=localdate(), kind=kind, words=f"{word}摘要", by_name=f"{word}记",
        key=f"{word}:{kind}:{Entry.objects.system('test').count()}",
    )  # fmt: skip
    for account, amount in sides.items():
        Posting.objects.create(entry=made, organization=branch, account=account, amount=amount)
    return made


def _charge(person: Any, branch: Any, word: str, month: date, entry: Entry, base: Base, **more: Any) -> Charge:
    made: Charge = Charge.objects.create(
        person=person, organization=branch, month=month, payer="waged", base=D(6000), version=base, rate=D("0.015"), computed=D(90),
        amount=D(90), entry=entry, why=f"{word}说明", **more,
    )  # fmt: skip
    return made


def _money(side: Any, branch: Any, paid: Charge, ordered: Charge) -> None:
    """A receipt with its month, transfers in every state, orders with a notice."""
    word, keep, today = side.word, side.keep, localdate()
    coming = _entry(branch, word, "incoming", {"bank": D(90), "suspense": D(-90)})
    came = keep(
        Incoming.objects.create(
            organization=branch, kind="bank", key=f"{word}:1", on=today, amount=D(90), left=D(90), payer_name=f"{word}付", note=f"{word}附言",
            serial=f"{side.code}S1", why=f"{word}待查", entry=coming,
        )
    )  # fmt: skip
    payment = keep(
        Payment.objects.create(
            organization=branch, year=today.year, number=1, on=today, method="cash", amount=D(90), origin="other", handed_by=f"{word}代",
            note=f"{word}备注", entry=_entry(branch, word, "pay", {"cash": D(90), "paid": D(-90)}), by_name=f"{word}收",
        )
    )  # fmt: skip
    keep(Settlement.objects.create(payment=payment, charge=paid, organization=branch, amount=D(90)))
    assert came.pk
    _order(side, branch, ordered)


def _order(side: Any, branch: Any, ordered: Charge) -> None:
    """An order with a forged notice about it."""
    word, keep, today = side.word, side.keep, localdate()
    expires = timezone.make_aware(datetime.combine(today + timedelta(days=2), datetime.min.time()))
    order = keep(
        Order.objects.create(
            number=f"D{side.code}1",
            person=ordered.person,
            organization=branch,
            amount=D(90),
            provider="local",
            code_text=reverse("dues-test-pay", args=[f"D{side.code}1"]),
            expires_at=expires,
        )
    )
    keep(OrderItem.objects.create(order=order, charge=ordered, organization=branch, amount=D(90)))
    keep(
        Callback.objects.create(
            organization=branch,
            provider="local",
            order_number=order.number,
            amount=D(90),
            digest="0" * 64,
            verdict="forged",
            words=f"{word}通知",
        )
    )
    TrialTrade.objects.create(number=order.number, amount=D(90))


def _funds(side: Any, branch: Any) -> None:
    """A hand-up on its way, a budget, uses in two states, a report."""
    word, keep, today = side.word, side.keep, localdate()
    # what is sent, used and given back below has been in the box
    _entry(branch, word, "receive", {"cash": D(95), "below": D(-95)})
    keep(
        HandUp.objects.create(
            organization=branch, superior=side.of("committee"), year=today.year, number=1, on=today, base=D(90), percent=D(0), kept=D(0), upward=D(90),
            large=D(0), method="cash", note=f"{word}备注", sent=_entry(branch, word, "hand_up", {"paid": D(90), "cash": D(-90)}), sent_name=f"{word}缴",
        )
    )  # fmt: skip
    keep(
        Budget.objects.create(
            organization=branch,
            year=today.year,
            use="training",
            amount=D(1000),
            ground=f"{word}依据",
            by_name=f"{word}定",
        )
    )
    for state, more in (
        ("asked", {}),
        ("paid", {"entry": _entry(branch, word, "spend", {"used": D(5), "cash": D(-5)})}),
    ):
        keep(
            Spending.objects.create(
                organization=branch, use="training", amount=D(5), words=f"{word}事由", payee=f"{word}商店", state=state, asked_name=f"{word}申",
                asked_on=today, answer=f"{word}意见", **more,
            )
        )  # fmt: skip
    keep(
        Disclosure.objects.create(
            organization=branch, year=today.year, figures={"people": 3, "uses": [[f"{word}用途", "5.00"]]}, words=f"{word}说明", published_on=today,
            by_name=f"{word}公布",
        )
    )  # fmt: skip
