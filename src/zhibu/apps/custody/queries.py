"""Reads that cross models: lists with what their columns need, counts of the board, what the desk and a page show."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from zhibu.apps.custody.models import (
    Agreement,
    BatchLine,
    CareRecord,
    HelpRequest,
    Proxy,
    ServiceBatch,
    ServiceRecord,
    YearlyCheck,
)
from zhibu.apps.custody.permissions import MANAGE, SERVE
from zhibu.apps.custody.rules import noticed_from
from zhibu.apps.organizations.models import Cover, Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel.actor import Actor
from zhibu.kernel.periods import holding

#: days ahead in which follow-ups stand in the inbox
SOON = timedelta(days=14)


def open_agreements() -> "QuerySet[Agreement]":
    """Return the agreements that hold or have run out and were neither ended nor extended."""
    rows: QuerySet[Agreement] = Agreement.objects.system("agreements of visible records")
    follower = Agreement.objects.system("is it extended").filter(extends=OuterRef("pk"))
    return rows.filter(~Exists(follower), ended_on__isnull=True)


def ending_agreements(today: date) -> Q:
    """Condition on agreements: they end within the time of notice, or have, and nothing follows."""
    return Q(pk__in=open_agreements().filter(until__lte=noticed_from(today), care__until__isnull=True).values("pk"))


def with_agreement(rows: "QuerySet[CareRecord]") -> "QuerySet[CareRecord]":
    """Annotate `agreed_until`: the last day of the latest agreement that was not ended."""
    latest = open_agreements().filter(care=OuterRef("pk")).order_by("-until")
    return rows.annotate(agreed_until=Subquery(latest.values("until")[:1], output_field=DateField()))


def listed(actor: Actor) -> "QuerySet[CareRecord]":
    """Return the records of care within reach."""
    rows = CareRecord.objects.visible_to(actor).select_related("person", "organization", "clerk")
    return with_agreement(rows)


def listed_agreements(actor: Actor) -> "QuerySet[Agreement]":
    """Return the agreements within reach; `followed` says whether one extends it."""
    follower = Agreement.objects.system("is it extended").filter(extends=OuterRef("pk"))
    rows = Agreement.objects.visible_to(actor).select_related("care__person", "care__organization", "extends")
    return rows.annotate(followed=Exists(follower))  # type: ignore[no-any-return]


def listed_services(actor: Actor) -> "QuerySet[ServiceRecord]":
    """Return the services within reach, corrected and withdrawn ones too."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.visible_to(actor)
    return rows.select_related("care__person", "care__organization", "corrects", "corrected_by", "proxy")


def of_people(rows: "QuerySet[Any]", text: str, actor: Actor, column: str) -> "QuerySet[Any]":
    """Keep the rows of the people the text means, within the actor's reach."""
    people = search.matching(Person.objects.visible_to(actor), text, actor)
    return rows.filter(**{f"{column}__in": people.order_by().values("pk")})


def open_care(person: Person, actor: Actor) -> CareRecord | None:
    """Return the open record of a person, as far as the actor reaches; bare, for a tap at the desk waits for it."""
    found: CareRecord | None = CareRecord.objects.visible_to(actor).filter(person=person, until__isnull=True).first()
    return found


def care_of(person: Person, actor: Actor) -> list[CareRecord]:
    """Return the records of a person within reach, the latest first."""
    return list(listed(actor).filter(person=person).order_by("-since", "-pk"))


def without_care(today: date) -> Q:
    """Condition on people: live, and nobody has opened a record of care for them."""
    held = CareRecord.objects.system("who is in care").filter(person=OuterRef("pk"), until__isnull=True)
    return Q(state="live") & ~Q(employment__in=["deceased", "left"]) & ~Q(Exists(held))


def to_visit(today: date) -> Q:
    """Condition on records: the visit is due today or was."""
    return Q(until__isnull=True, next_visit_on__lte=today)


def to_follow(today: date) -> Q:
    """Condition on services: a follow-up is due within a fortnight, or was."""
    return Q(stands=True, followed_at__isnull=True, follow_up_on__lte=today + SOON)


@dataclass(frozen=True)
class Station:
    """A line of the board: a workstation and its counts."""

    organization: Organization
    people: int
    overdue: int
    ending: int
    follow_ups: int
    services: int
    unsorted: int


def board(actor: Actor, today: date | None = None) -> list[Station]:
    """Return the workstations within reach that serve anybody, with what waits there; four queries."""
    today = today or localdate()
    cares = CareRecord.objects.visible_to(actor).order_by()
    rows = cares.filter(until__isnull=True).values("organization_id")
    counted = rows.annotate(
        people=Count("pk"),
        overdue=Count("pk", filter=Q(next_visit_on__lt=today)),
        unsorted=Count("pk", filter=Q(category="")),
    )
    by_place = {row["organization_id"]: row for row in counted}
    agreements = Agreement.objects.visible_to(actor).filter(ending_agreements(today)).order_by()
    services = ServiceRecord.objects.visible_to(actor).filter(stands=True).order_by()
    ending = _per_place(agreements)
    follow_ups = _per_place(services.filter(to_follow(today)))
    done = _per_place(services.filter(on__gte=today.replace(day=1)))
    places = Organization.objects.system("workstations of visible records").filter(pk__in=by_place).order_by("path")
    return [
        Station(
            place, by_place[place.pk]["people"], by_place[place.pk]["overdue"], ending.get(place.pk, 0),
            follow_ups.get(place.pk, 0), done.get(place.pk, 0), by_place[place.pk]["unsorted"],
        )
        for place in places
    ]  # fmt: skip


def _per_place(rows: "QuerySet[Any]") -> dict[int, int]:
    return dict(rows.values("care__organization_id").annotate(n=Count("pk")).values_list("care__organization_id", "n"))


def may_manage(actor: Actor, care: CareRecord) -> bool:
    """Tell whether the actor keeps the record."""
    return actor.may(MANAGE, care.organization.path)


def may_serve(actor: Actor, care: CareRecord) -> bool:
    """Tell whether the actor records services there."""
    return actor.may(SERVE, care.organization.path)


def listed_batches(actor: Actor) -> "QuerySet[ServiceBatch]":
    """Return the rounds within reach; `signed` counts who signed."""
    rows = ServiceBatch.objects.visible_to(actor).select_related("organization")
    got = BatchLine.objects.system("lines of visible rounds").filter(batch=OuterRef("pk"), received=True).order_by()
    counted = got.values("batch_id").annotate(n=Count("pk")).values("n")
    return rows.annotate(signed=Coalesce(Subquery(counted, output_field=IntegerField()), 0))  # type: ignore[no-any-return]


def lines(batch: ServiceBatch) -> "QuerySet[BatchLine]":
    """Return the list of a round that the actor sees, in its order."""
    rows: QuerySet[BatchLine] = BatchLine.objects.system("list of a visible round").filter(batch=batch)
    return rows.select_related("care__person", "care__organization", "service").order_by("place")


def listed_checks(actor: Actor) -> "QuerySet[YearlyCheck]":
    """Return the yearly checks within reach."""
    rows: QuerySet[YearlyCheck] = YearlyCheck.objects.visible_to(actor)
    return rows.select_related("care__person", "care__organization")


def listed_proxies(actor: Actor) -> "QuerySet[Proxy]":
    """Return the proxies within reach."""
    rows: QuerySet[Proxy] = Proxy.objects.visible_to(actor)
    return rows.select_related("care__person", "care__organization")


def listed_help(actor: Actor) -> "QuerySet[HelpRequest]":
    """Return the requests for help within reach."""
    rows: QuerySet[HelpRequest] = HelpRequest.objects.visible_to(actor)
    return rows.select_related("care__organization", "person", "service")


def own_help(person: Person) -> "QuerySet[HelpRequest]":
    """Return what somebody asked for themselves, the latest first."""
    rows: QuerySet[HelpRequest] = HelpRequest.objects.system("one's own requests").filter(person=person)
    return rows.order_by("-pk")


def branches(request: HelpRequest, who: str) -> list[str]:
    """Return the paths of the branches whose members may help: the person's own, or those the workstation covers."""
    if who == "own":
        rows = Affiliation.objects.system("branch of a person in hand").filter(current(), person_id=request.person_id)
        own = rows.filter(kind=Kind.PARTY).select_related("organization__parent").first()
        if own is None:
            return []
        place = own.organization.parent if own.organization.kind == "group" else own.organization
        return [(place or own.organization).path]
    covers = Cover.objects.system("branches of a workstation in hand").filter(holding(localdate()))
    return list(covers.filter(organization_id=request.care.organization_id).values_list("covered__path", flat=True))
