"""What this app gives to pages of others: a person's page, the identify desk, one's own page, the first page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.cards.panels import Button, Panel
from zhibu.apps.cards.panels import register as register_desk
from zhibu.apps.dues import months, queries
from zhibu.apps.dues.models import Charge, Relief
from zhibu.apps.dues.permissions import ASSESS, RECORD, VIEW
from zhibu.apps.people import own, record
from zhibu.apps.people import panels as people_panels
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.ui.parts import Fact, Happening

#: receipts on the timeline of a person
LATEST = 6


def _sum(charges: Sequence[Charge]) -> Decimal:
    return sum((one.amount for one in charges), Decimal("0.00"))


def _unpaid(person: Person, actor: Actor) -> list[Charge]:
    """Return what a person owes, as far as the actor reaches, months to come left out."""
    rows = queries.listed_charges(actor).filter(person=person, stands=True, settled=False, month__lte=localdate())
    return list(rows.order_by("month"))


def of_person(request: HttpRequest, person: Person) -> people_panels.Panel | None:
    """The dues of a member on their page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW) or person.political_status not in ("01", "02"):
        return None
    rows = queries.listed_charges(actor).filter(person=person, stands=True)
    unpaid = _unpaid(person, actor)
    known = rows.exists()
    paths = person.scope_paths()
    links = []
    if person.state == "live":
        if record.allowed(actor, paths, RECORD) and known:
            links.append(("收党费", reverse("action-on", args=["dues.payment.member", person.uid])))
        if record.allowed(actor, paths, ASSESS):
            links.append(("核定党费基数", reverse("action-on", args=["dues.base.fix", person.uid])))
    if not known and not links:
        return None
    today = localdate()
    relief = Relief.objects.visible_to(actor).filter(
        person=person, state="agreed", since__lte=today, until__gte=months.first(today)
    )
    context = {
        "unpaid": unpaid, "words": months.words(one.month for one in unpaid), "whole": _sum(unpaid),
        "paid_to": queries.paid_to(person.pk) if known else None, "relief": relief.first(),
    }  # fmt: skip
    return people_panels.Panel("党费", "dues/_of_person.html", context, tuple(links))


@record.timeline
def receipts(actor: Actor, person: Person) -> list[Happening]:
    """The latest receipts, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    found = []
    visible = set(
        queries.listed_payments(actor).filter(settlements__charge__person=person).values_list("pk", flat=True)[:200]
    )
    for payment, held, amount in queries.own_payments(person.pk, LATEST):
        if payment.pk in visible:
            words = f"{months.words(held)}，{amount} 元" if held else f"{amount} 元"
            found.append(Happening("交党费", payment.on, words, url=payment.get_absolute_url()))
    return found


def at_desk(person: Person, actor: Actor, today: date) -> Panel | None:
    """What somebody owes, at the identify desk."""
    if not actor.may(VIEW):
        return None
    unpaid = _unpaid(person, actor)
    if not unpaid:
        return None
    buttons = []
    if actor.may(RECORD, unpaid[0].organization.path):
        url = reverse("action-on", args=["dues.payment.member", person.uid])
        buttons.append(Button("收党费", url, "banknotes", "go"))
    facts = (Fact("未交党费", f"{months.words(one.month for one in unpaid)}，共 {_sum(unpaid)} 元"),)
    return Panel(facts, ((f"党费 {len(unpaid)} 个月未交", "due"),), tuple(buttons))


def _owed_now(person: Person) -> dict[str, Any] | None:
    rows = queries.own_charges(person.pk, months.later(months.first(localdate()), -24))
    unpaid = [one for one in rows if not one.settled and one.month <= localdate()]
    return (
        {"unpaid": unpaid, "words": months.words(one.month for one in unpaid), "whole": _sum(unpaid)} if rows else None
    )


@own.panel(30)
def of_ones_own(request: HttpRequest, person: Person) -> own.Panel | None:
    """One's own dues on one's own page."""
    found = _owed_now(person)
    return own.Panel("dues/_own.html", found) if found else None


def bench_own(request: HttpRequest, person: Any) -> bench.Panel | None:
    """What one owes, on the first page; nothing where all is paid."""
    found = _owed_now(person) if person is not None else None
    if not found or not found["unpaid"]:
        return None
    return bench.Panel("我的党费", "dues/_bench_own.html", found, (("去交党费", reverse("my-dues")),))


def bench_office(request: HttpRequest, person: Any) -> bench.Panel | None:
    """This month's collection within reach, on the first page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    rows = Charge.objects.visible_to(actor).filter(month=months.first(localdate()), stands=True)
    counted = rows.aggregate(people=Count("pk"), done=Count("pk", filter=Q(settled=True)))
    if not counted["people"]:
        return None
    context = {
        **counted, "waiting": queries.listed_incoming(actor).filter(state="open").count(),
        "cases": queries.listed_cases(actor).filter(closed_on__isnull=True).count(),
    }  # fmt: skip
    return bench.Panel("本月党费", "dues/_bench.html", context, (("收缴情况", reverse("dues-board")),))


people_panels.register(25, of_person)
register_desk(40, at_desk)
bench.register_own(30, bench_own)
bench.register_office(30, bench_office)
