"""Reads that cross models: readers in use at a desk, desks of an actor, what a tap shows, blank cards."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import Assistance, Card, CardBatch, DeviceState, ReaderDevice, ReaderProfile, State, Tap
from zhibu.apps.cards.permissions import IDENTIFY, ISSUE
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.paths import ancestors
from zhibu.kernel.tree import under

#: cards that a demonstration offers to try
TRIALS = 3


def readers(actor: Actor, permission: str) -> "QuerySet[ReaderProfile]":
    """Return the reader profiles used where the actor holds the permission: kept there, below, or anywhere above."""
    rows: QuerySet[ReaderProfile] = ReaderProfile.objects.system("a reader set up above is used below").filter(
        in_use=True
    )
    if actor.is_system:
        return rows
    tops = actor.paths(permission)
    if not tops:
        return rows.none()
    above = {path for top in tops for path in ancestors(top)}
    return rows.filter(under("organization__path", tops) | Q(organization__path__in=above)).select_related(
        "organization"
    )


def readers_at(organization: Organization) -> list[ReaderProfile]:
    """Return the reader profiles of a desk, the nearest first."""
    rows = ReaderProfile.objects.system("readers of a desk in hand").filter(
        in_use=True, organization__path__in=[*ancestors(organization.path), organization.path]
    )
    found = rows.select_related("organization").order_by("pk")
    return sorted(found, key=lambda row: -len(row.organization.path))


def trials_of(people: Any, reader: ReaderProfile | None) -> list[tuple[str, str]]:
    """Return (label, what the reader would type) of cards of some people to try in a demonstration, and of one nobody knows."""
    rows = Card.objects.system("cards to try in a demonstration").filter(holder__in=people)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=localdate()), state=State.ACTIVE)
    good = rows.select_related("holder").order_by("pk")[:TRIALS]
    if reader is None:
        return [(f"{card.holder}的卡", card.number) for card in good] + [("没登记的卡", "K999999")]
    chips = [(f"{card.holder}的卡", card.chip) for card in good] + [("没登记的卡", "0A99EE01")]
    return [(label, rules.written(chip, reader.form)) for label, chip in chips]


def devices_at(organization: Organization, actor: Actor) -> list[ReaderDevice]:
    """Return the machines with readers at a desk and below it, those of the desk itself first."""
    rows = ReaderDevice.objects.visible_to(actor, IDENTIFY).filter(state=DeviceState.ENROLLED)
    found = rows.filter(under("organization__path", [organization.path])).select_related("organization")
    return sorted(found, key=lambda row: (len(row.organization.path), row.organization.path, row.pk))


def device_now(device: ReaderDevice) -> ReaderDevice:
    """Return the device as it stands this moment, with what a desk shows of it; one row by its key."""
    rows = ReaderDevice.objects.system("a device in reach, asked again while a desk waits")
    columns = ("name", "state", "seen_at", "readers", "waiting", "last_sequence")
    found: ReaderDevice = rows.only(*columns).get(pk=device.pk)
    return found


def newest_tap(device: ReaderDevice, after: int) -> Tap | None:
    """Return the last tap of a device, if there is one behind that number."""
    rows = Tap.objects.system("taps of a device in reach").filter(device=device, sequence__gt=after)
    found: Tap | None = rows.order_by("-sequence").first()
    return found


def desks(actor: Actor) -> list[Organization]:
    """Return the organisations at which the actor may open the desk: the tops of where the permission is held."""
    rows = Organization.objects.visible_to(actor, IDENTIFY).filter(dissolved_on__isnull=True)
    return list(rows.filter(path__in=actor.paths(IDENTIFY)).order_by("path"))


def issuable(actor: Actor) -> "QuerySet[Card]":
    """Return the cards that may be given to somebody."""
    rows: QuerySet[Card] = Card.objects.visible_to(actor, ISSUE)
    return rows.filter(state__in=[State.BLANK, State.RETURNED], replaced_by=None)


def without_card() -> Q:
    """Condition on people: they have no card in use."""
    held = Card.objects.system("who has a card").filter(holder_id=OuterRef("pk"), state=State.ACTIVE)
    return ~Q(Exists(held))


def held_by(person: Person, actor: Actor) -> list[Card]:
    """Return the cards a person has or had last, of those the actor may see, the one in use first."""
    rows = Card.objects.visible_to(actor).filter(holder=person).select_related("organization", "replaced_by")
    order = [State.ACTIVE, State.LOST, State.RETURNED, State.DESTROYED, State.BLANK]
    return sorted(rows, key=lambda card: (order.index(State(card.state)), -card.pk))


def with_reach(rows: "QuerySet[Any]", actor: Actor, column: str) -> "QuerySet[Any]":
    """Annotate `in_reach`: whether the viewer may see the person in that column."""
    people = Person.objects.visible_to(actor).filter(pk=OuterRef(column))
    found: QuerySet[Any] = rows.annotate(in_reach=Exists(people))
    return found


def cards(actor: Actor) -> "QuerySet[Card]":
    """Return the cards within reach, with their holders."""
    rows = Card.objects.visible_to(actor).select_related("organization", "holder", "batch", "replaced_by")
    return with_reach(rows, actor, "holder_id")


def taps(actor: Actor) -> "QuerySet[Tap]":
    """Return what was tapped at the desks within reach."""
    rows = Tap.objects.visible_to(actor).select_related("organization", "person", "card")
    return with_reach(rows, actor, "person_id")


def assistances(actor: Actor) -> "QuerySet[Assistance]":
    """Return who was helped at the desks within reach."""
    rows = Assistance.objects.visible_to(actor).select_related("organization", "person")
    return with_reach(rows, actor, "person_id")


def batches(actor: Actor) -> "QuerySet[CardBatch]":
    """Return the batches within reach, with the number of cards still blank as `blank`."""
    from django.db.models import Count, IntegerField
    from django.db.models.functions import Coalesce

    blank = Card.objects.system("cards of a visible batch").filter(batch_id=OuterRef("pk"), state=State.BLANK)
    counted = blank.order_by().values("batch_id").annotate(n=Count("pk")).values("n")
    rows: QuerySet[CardBatch] = CardBatch.objects.visible_to(actor).select_related("organization")
    return rows.annotate(blank=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def expiring(rows: "QuerySet[Card]") -> "QuerySet[Card]":
    """Keep cards in use that end soon, or have ended."""
    from datetime import timedelta

    from zhibu.apps.cards.rules import SOON_DAYS

    return rows.filter(state=State.ACTIVE, valid_to__lte=localdate() + timedelta(days=SOON_DAYS))
