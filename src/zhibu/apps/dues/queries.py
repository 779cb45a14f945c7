"""Reads: lists with what their columns need, what somebody owes, rates of collection, what other apps ask."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models import (
    ArrearCase,
    Assessment,
    Base,
    Budget,
    Charge,
    Disclosure,
    HandUp,
    Incoming,
    Order,
    Payment,
    Policy,
    QuarterlyConsent,
    Relief,
    Settlement,
    Spending,
)
from zhibu.apps.dues.models.common import Total
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

ZERO = Decimal("0.00")


def _rows(model: Any, *related: str) -> Any:
    """Return the function that lists a model for an actor with what its columns need."""

    def listed(actor: Actor) -> "QuerySet[Any]":
        rows: QuerySet[Any] = model.objects.visible_to(actor).select_related("organization", *related)
        return rows

    return listed


listed_charges = _rows(Charge, "person", "relief")
listed_payments = _rows(Payment, "handed_person", "incoming")
listed_incoming = _rows(Incoming, "order")
listed_bases = _rows(Base, "person", "replaced_by")
listed_reliefs = _rows(Relief, "person")
listed_quarterly = _rows(QuarterlyConsent, "person")
listed_cases = _rows(ArrearCase, "person")
listed_assessments = _rows(Assessment, "job")
listed_hand_ups = _rows(HandUp, "superior")
listed_spendings = _rows(Spending)
listed_budgets = _rows(Budget)
listed_policies = _rows(Policy)
listed_reports = _rows(Disclosure)


def of_people(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the rows of the people the text means, within the actor's reach."""
    people = search.matching(Person.objects.visible_to(actor), text, actor)
    return rows.filter(person__in=people.order_by().values("pk"))


def of_payers(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the payments that somebody brought, or that paid months of the people the text means."""
    people = search.matching(Person.objects.visible_to(actor), text, actor).order_by().values("pk")
    paid = Settlement.objects.system("months of visible payments").filter(
        payment=OuterRef("pk"), charge__person__in=people
    )
    return rows.filter(Q(handed_by__icontains=text.strip()) | Q(Exists(paid)))


def of_transfers(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the transfers that tell of the text."""
    words = text.strip()
    return rows.filter(Q(payer_name__icontains=words) | Q(note__icontains=words) | Q(serial=words))


def is_member() -> Q:
    """Condition on people: their party relation lies in a party organisation now."""
    inside = Affiliation.objects.system("is a visible person a member").filter(
        current(), kind=Kind.PARTY, person=OuterRef("pk")
    )
    return Q(Exists(inside)) & Q(state="live", political_status__in=["01", "02"])


def months_of(payment: Payment) -> list[Settlement]:
    """Return what a payment settled, reversed ones too."""
    rows = Settlement.objects.system("months of a visible payment").filter(payment=payment)
    return list(rows.select_related("charge__person").order_by("charge__person__name", "charge__month"))


def own_charges(person_id: int, since: date) -> list[Charge]:
    """Return somebody's months from `since` on, the latest first."""
    rows = Charge.objects.system("one's own dues").filter(person_id=person_id, stands=True, month__gte=since)
    return list(rows.select_related("organization", "relief", "version").order_by("-month"))


def own_payments(person_id: int, most: int = 24) -> list[tuple[Payment, list[date], Decimal]]:
    """Return (receipt, months, amount of theirs) of what was paid for somebody, the latest first; two queries."""
    rows = Settlement.objects.system("one's own receipts").filter(charge__person_id=person_id, stands=True)
    found: dict[int, tuple[Payment, list[date], Decimal]] = {}
    for row in rows.select_related("payment__organization", "charge").order_by(
        "-payment__on", "-payment_id", "charge__month"
    ):
        payment, held, amount = found.get(row.payment_id, (row.payment, [], ZERO))
        found[row.payment_id] = (payment, [*held, row.charge.month], amount + row.amount)
    more = Payment.objects.system("one's own voluntary dues").filter(
        voluntary_person_id=person_id, stands=True, voluntary__gt=0
    )
    for payment in more.select_related("organization"):
        known, held, amount = found.get(payment.pk, (payment, [], ZERO))
        found[payment.pk] = (known, held, amount + payment.voluntary)
    return sorted(found.values(), key=lambda one: (one[0].on, one[0].pk), reverse=True)[:most]


def own_orders(person_id: int) -> "QuerySet[Order]":
    """Return somebody's orders."""
    rows: QuerySet[Order] = Order.objects.system("one's own orders").filter(person_id=person_id)
    return rows.select_related("organization", "payment__organization")


def paid_to(person_id: int) -> date | None:
    """Return the last month up to which somebody's dues are paid without a gap, as its first day; None: nothing known."""
    return paid_to_many([person_id], localdate()).get(person_id)


def paid_to_many(people: Sequence[int], on: date) -> dict[int, date]:
    """Return person -> first day of the last month up to which dues are paid without a gap; who has no month yet is left out."""
    rows = Charge.objects.system("up to when dues are paid").filter(person_id__in=list(people), stands=True)
    found: dict[int, date] = {}
    stopped: set[int] = set()
    for person, month, settled in rows.order_by("person_id", "month").values_list("person_id", "month", "settled"):
        if person in stopped:
            continue
        if settled:
            found[person] = month
        else:
            stopped.add(person)
            found.setdefault(person, months.later(month, -1))
    return found


@dataclass(frozen=True)
class Figures:
    """Collection of a branch in a month (or a span): members and amounts, owed and paid."""

    organization: Organization
    people: int
    paid_people: int
    owed: Decimal
    paid: Decimal

    @property
    def rate(self) -> int:
        """Per cent of the people who have paid; 100 only when all have."""
        return self.paid_people * 100 // self.people if self.people else 100

    @property
    def left(self) -> Decimal:
        """What is not paid yet."""
        return self.owed - self.paid

    @property
    def unpaid_people(self) -> int:
        """How many have not paid."""
        return self.people - self.paid_people


def collection(actor: Actor, month: date, below: Organization | None = None) -> list[Figures]:
    """Return the figures of a month of every branch within reach, in the order of the tree; two queries."""
    rows = Charge.objects.visible_to(actor).filter(month=month, stands=True)
    if below is not None:
        rows = rows.filter(under("organization__path", [below.path]))
    counted = rows.order_by().values("organization_id").annotate(
        people=Count("pk"), done=Count("pk", filter=Q(settled=True)), owed=Total("amount"),
        paid=Total("amount", filter=Q(settled=True)),
    )  # fmt: skip
    by_place = {row["organization_id"]: row for row in counted}
    places = Organization.objects.system("branches of visible dues").filter(pk__in=by_place).order_by("path")
    return [
        Figures(one, row["people"], row["done"], row["owed"] or ZERO, row["paid"] or ZERO)
        for one in places
        for row in [by_place[one.pk]]
    ]


def compliance(organization_ids: Iterable[int], year: int) -> dict[int, tuple[int, int, bool]]:
    """Return organisation -> (months charged to members there in a year, of these paid, report of the year published)."""
    ids = list(organization_ids)
    rows = Charge.objects.system("dues of organisations asked for").filter(
        organization_id__in=ids, stands=True, month__year=year
    )
    counted = (
        rows.order_by()
        .values_list("organization_id")
        .annotate(whole=Count("pk"), done=Count("pk", filter=Q(settled=True)))
    )
    known = {pk: (whole, done) for pk, whole, done in counted}
    told = Disclosure.objects.system("reports of organisations asked for").filter(organization_id__in=ids, year=year)
    published = set(told.values_list("organization_id", flat=True))
    return {pk: (*known.get(pk, (0, 0)), pk in published) for pk in ids}


def branch_month(actor: Actor, branch: Organization, month: date) -> list[Charge]:
    """Return a branch's list of a month by name, within the actor's reach."""
    rows = listed_charges(actor).filter(organization=branch, month=month, stands=True)
    return list(rows.order_by("person__name", "pk"))


def arrears(actor: Actor, branch: Organization, before: date) -> list[Charge]:
    """Return what a branch's members owe of months before one, the oldest first."""
    rows = listed_charges(actor).filter(organization=branch, stands=True, settled=False, month__lt=before)
    return list(rows.order_by("person__name", "month"))


def unassessed(actor: Actor, month: date, paths: Sequence[str] = ()) -> "QuerySet[Person]":
    """Return the members within reach who have no charge for a month: their base has not been fixed, or nobody worked it out."""
    charged = Charge.objects.system("who has a charge").filter(person=OuterRef("pk"), month=month, stands=True)
    inside = Affiliation.objects.system("members of visible branches").filter(current(), kind=Kind.PARTY)
    visible = Organization.objects.visible_to(actor, "dues.view")
    inside = inside.filter(person=OuterRef("pk"), organization__in=visible.order_by().values("pk"))
    if paths:
        inside = inside.filter(under("organization__path", tuple(paths)))
    rows: QuerySet[Person] = Person.objects.system("members of visible branches").filter(
        Exists(inside), ~Exists(charged), state="live", political_status__in=["01", "02"]
    )
    return rows.order_by("name", "pk")


def unpaid_months(people: list[int] | None = None) -> dict[int, list[tuple[date, int]]]:
    """Return person -> (month, branch) unpaid, the oldest first."""
    rows = Charge.objects.system("unpaid dues").filter(stands=True, settled=False)
    rows = rows if people is None else rows.filter(person_id__in=people)
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for person, month, branch in rows.order_by("month").values_list("person_id", "month", "organization_id"):
        found[person].append((month, branch))
    return found


def quarterly(people: list[int] | None = None) -> dict[int, list[tuple[date, date | None]]]:
    """Return person -> periods in which the branch agreed to payment by the quarter."""
    rows = QuarterlyConsent.objects.system("who pays by the quarter")
    rows = rows if people is None else rows.filter(person_id__in=people)
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for person, since, until in rows.values_list("person_id", "since", "until"):
        found[person].append((since, until))
    return found


def by_quarter(unpaid: list[date], periods: list[tuple[date, date | None]]) -> list[date]:
    """Return those of the months that may be paid with their quarter."""
    return [m for m in unpaid if any(since <= m and (until is None or m < until) for since, until in periods)]


def late_months(charges: Sequence[Charge], today: date | None = None) -> list[date]:
    """Return the months of one person's unpaid charges whose time is over; payment by the quarter is allowed for."""
    if not charges:
        return []
    person = charges[0].person_id
    unpaid = [one.month for one in charges]
    agreed = by_quarter(unpaid, quarterly([person]).get(person, []))
    return rules.overdue(unpaid, today or localdate(), agreed)


def branches_of_people(people: Sequence[int]) -> dict[int, Organization]:
    """Return person -> where their party relation lies now."""
    rows = Affiliation.objects.system("branches of visible people").filter(
        current(), kind=Kind.PARTY, person_id__in=list(people)
    )
    return {row.person_id: row.organization for row in rows.select_related("organization")}
