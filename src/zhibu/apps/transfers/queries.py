"""Reads that cross models: lists with what their columns need, who waits, guests of a branch, figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.apps.transfers.models import (
    OPEN,
    Arrival,
    Contact,
    ContactPlan,
    Floating,
    Guest,
    Letter,
    LetterLine,
    Report,
    Transfer,
    Twofold,
)
from zhibu.kernel.actor import Actor
from zhibu.kernel.paths import ancestors
from zhibu.kernel.periods import holding

#: branches in which a formal relation may lie
BRANCHES = (Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE, Kind.GROUP)
#: days ahead in which contacts and reports stand in the inbox
SOON = timedelta(days=3)
REPORT_SOON = timedelta(days=30)


def listed(actor: Actor) -> "QuerySet[Transfer]":
    """Return the transfers within reach."""
    rows: QuerySet[Transfer] = Transfer.objects.visible_to(actor)
    return rows.select_related("person", "organization", "target", "letter", "letter__organization")


def listed_arrivals(actor: Actor) -> "QuerySet[Arrival]":
    """Return what came to the branches within reach."""
    rows: QuerySet[Arrival] = Arrival.objects.visible_to(actor)
    return rows.select_related("transfer__person", "organization", "letter")


def listed_letters(actor: Actor) -> "QuerySet[Letter]":
    """Return the letters of the committees within reach."""
    rows: QuerySet[Letter] = Letter.objects.visible_to(actor)
    return rows.select_related("organization")


def listed_floating(actor: Actor) -> "QuerySet[Floating]":
    """Return the members of branches within reach who are away."""
    rows: QuerySet[Floating] = Floating.objects.visible_to(actor)
    return rows.select_related("person", "organization", "host")


def listed_twofold(actor: Actor) -> "QuerySet[Twofold]":
    """Return the members of branches within reach who take part in a second place."""
    rows: QuerySet[Twofold] = Twofold.objects.visible_to(actor)
    return rows.select_related("person", "organization", "host")


def listed_guests(actor: Actor) -> "QuerySet[Guest]":
    """Return the guests of the branches within reach."""
    rows: QuerySet[Guest] = Guest.objects.visible_to(actor)
    return rows.select_related("floating__person", "floating__organization", "organization")


def listed_plans(actor: Actor) -> "QuerySet[ContactPlan]":
    """Return the plans of the branches within reach."""
    rows: QuerySet[ContactPlan] = ContactPlan.objects.visible_to(actor)
    return rows.select_related("person", "organization", "keeper")


def of_people(rows: "QuerySet[Any]", text: str, actor: Actor, column: str) -> "QuerySet[Any]":
    """Keep the rows of the people the text means.

    Within the actor's reach of people; who is not in it yet or no more is found by the beginning of the name.
    """
    people = search.matching(Person.objects.visible_to(actor), text, actor)
    return rows.filter(
        Q(**{f"{column}__in": people.order_by().values("pk")}) | Q(**{f"{column}__name__startswith": text.strip()})
    )


def lines(letter: Letter) -> list[LetterLine]:
    """Return who stands on a letter, in order."""
    rows = LetterLine.objects.system("lines of a letter in hand").filter(letter=letter)
    return list(rows.select_related("transfer__person").order_by("place"))


def with_names(actor: Actor, letters: list[Letter]) -> None:
    """Give letters `names`: the first on each, and how many in all; one query."""
    rows = LetterLine.objects.system("names on visible letters").filter(letter__in=[one.pk for one in letters], place=1)
    first = dict(rows.values_list("letter_id", "name"))
    for letter in letters:
        name = first.get(letter.pk, "")
        letter.names = f"{name}等 {letter.count} 人" if letter.count > 1 else name  # type: ignore[attr-defined]


def letters_of(transfer: Transfer) -> list[LetterLine]:
    """Return every letter on which a transfer stood, void ones too, the latest first."""
    rows = LetterLine.objects.system("letters of a transfer in hand").filter(transfer=transfer)
    return list(rows.select_related("letter__organization").order_by("-pk"))


def open_transfer(person_id: int) -> Transfer | None:
    """Return the transfer of a person that is under way."""
    rows = Transfer.objects.system("transfer of a person in hand").filter(person_id=person_id, state__in=OPEN)
    found: Transfer | None = rows.select_related("person", "organization", "target", "letter").first()
    return found


def waiting_here(today: date) -> Q:
    """Condition on arrivals: the branch has still to answer."""
    return Q(answer="", transfer__state="issued") & (
        Q(letter=F("transfer__letter")) | Q(letter__isnull=True, transfer__letter__isnull=True)
    )


def under_way(today: date) -> Q:
    """Condition on transfers out of the platform: the letter is out and no receipt has come."""
    return Q(direction="out", state="issued")


def run_out(today: date) -> Q:
    """Condition on transfers: came back, or their letter no longer holds."""
    return Q(state="returned") | Q(state="issued", letter__valid_until__lt=today)


def to_contact(today: date) -> Q:
    """Condition on plans: a contact is due within days, or was."""
    return Q(until__isnull=True, next_on__lte=today + SOON)


def to_contact_within(today: date, days: int | None) -> Q:
    """Condition on plans: open, and due within so many days (-1: overdue; None: whenever)."""
    due = Q(next_on__lte=today + timedelta(days=days)) if days is not None else Q()
    return Q(until__isnull=True) & due


def to_report(today: date) -> Q:
    """Condition on those away: the yearly report is due within a month, or was."""
    return Q(until__isnull=True, next_report_on__lte=today + REPORT_SOON)


def overstayed(today: date) -> Q:
    """Condition on those away: the day of return has come."""
    return Q(until__isnull=True, expected_until__lt=today)


def issuer_of(branch: Organization) -> Organization:
    """Return the committee that issues the letters of a branch: the nearest above, else what stands nearest above."""
    rows = Organization.objects.system("who issues letters").filter(path__in=[branch.path, *ancestors(branch.path)])
    above: list[Organization] = sorted(rows, key=lambda place: -len(place.path))
    for kind in (Kind.COMMITTEE, Kind.GENERAL_BRANCH):
        for place in above:
            if place.kind == kind:
                return place
    return next((place for place in above if place.kind not in (Kind.BRANCH, Kind.GROUP)), branch)


@dataclass(frozen=True)
class GuestOn:
    """A guest of a branch on a day: takes part there without a vote."""

    person_id: int
    name: str
    home: str
    home_id: int
    host_id: int
    floating_id: int
    confirmed: bool


def guests_of(branch: Organization, day: date) -> list[GuestOn]:
    """Return the floating members who take part in a branch on a day, by name; one query. They vote at home only."""
    return guests_of_many([branch.pk], day)


def guests_of_many(organization_ids: Iterable[int], day: date) -> list[GuestOn]:
    """Return the same of several branches."""
    rows = Guest.objects.system("guests of branches").filter(holding(day), organization__in=list(organization_ids))
    rows = rows.select_related("floating__person", "floating__organization").order_by("floating__person__name", "pk")
    return [
        GuestOn(
            guest.floating.person_id, guest.floating.person.name, guest.floating.organization.name,
            guest.floating.organization_id, guest.organization_id, guest.floating_id, guest.confirmed_on is not None,
        )
        for guest in rows
    ]  # fmt: skip


def twofold_of_many(organization_ids: Iterable[int], day: date) -> list[tuple[int, str, str]]:
    """Return (person, name, home) of those who take part in these organisations besides their own on a day; one query."""
    rows = Twofold.objects.system("who takes part in two places").filter(holding(day), host__in=list(organization_ids))
    rows = rows.select_related("person", "organization").order_by("person__name", "pk")
    return [(one.person_id, one.person.name, one.organization.name) for one in rows]


def own_twofold(person: Person) -> list[Twofold]:
    """Return where else somebody takes part."""
    rows = Twofold.objects.system("one's own participation").filter(person=person, until__isnull=True)
    return list(rows.select_related("host").order_by("pk"))


def own_floating(person: Person) -> Floating | None:
    """Return where somebody takes part now."""
    rows = Floating.objects.system("one's own participation").filter(person=person, until__isnull=True)
    found: Floating | None = rows.select_related("organization", "host").first()
    return found


def own_plan(person: Person) -> ContactPlan | None:
    """Return who keeps in touch with somebody."""
    rows = ContactPlan.objects.system("one's own plan").filter(person=person, until__isnull=True)
    found: ContactPlan | None = rows.select_related("keeper", "organization").first()
    return found


def own_transfers(person: Person) -> list[Transfer]:
    """Return somebody's own transfers, the latest first."""
    rows = Transfer.objects.system("one's own transfers").filter(person=person)
    return list(rows.select_related("letter", "organization").order_by("-pk")[:3])


def contacts(plan: ContactPlan, most: int) -> list[Contact]:
    """Return the latest contacts of a plan."""
    return list(Contact.objects.system("contacts of a plan in hand").filter(plan=plan).order_by("-on", "-pk")[:most])


def reports(floating: Floating, most: int) -> list[Report]:
    """Return the latest reports of somebody away."""
    rows = Report.objects.system("reports of somebody in hand").filter(floating=floating)
    return list(rows.order_by("-on", "-pk")[:most])


@dataclass(frozen=True)
class Figures:
    """What waits within reach; zero everywhere where nothing does."""

    to_approve: int
    to_receive: int
    returned: int
    under_way: int
    floating: int
    guests: int
    overdue: int

    @property
    def any(self) -> bool:
        """Tell whether there is anything to show."""
        return any(vars(self).values())


def figures(actor: Actor, today: date | None = None) -> Figures:
    """Return the figures of the first page; five queries."""
    today = today or localdate()
    moving = Transfer.objects.visible_to(actor).filter(state__in=OPEN).order_by()
    counted = moving.aggregate(
        asked=Count("pk", filter=Q(state="asked")),
        returned=Count("pk", filter=run_out(today)),
        issued=Count("pk", filter=Q(state="issued")),
    )
    arrivals = Arrival.objects.visible_to(actor).filter(waiting_here(today)).count()
    away = Floating.objects.visible_to(actor).filter(until__isnull=True).count()
    guests = Guest.objects.visible_to(actor).filter(until__isnull=True).count()
    overdue = ContactPlan.objects.visible_to(actor).filter(until__isnull=True, next_on__lt=today).count()
    return Figures(counted["asked"], arrivals, counted["returned"], counted["issued"], away, guests, overdue)


@dataclass(frozen=True)
class YearLine:
    """A line of the statistics: how many went out and came in, in a year."""

    organization: Organization
    within_out: int
    within_in: int
    out: int
    come: int


def by_branch(actor: Actor, year: int) -> list[YearLine]:
    """Return the branches within reach that anybody left or came to in a year; three queries."""
    begin, end = date(year, 1, 1), date(year + 1, 1, 1)
    done = Transfer.objects.visible_to(actor).filter(ended_on__gte=begin, ended_on__lt=end).order_by()
    gone = done.filter(state__in=["received", "left"], direction__in=["within", "out"])
    went = gone.values("organization_id", "direction").annotate(n=Count("pk"))
    came = Arrival.objects.visible_to(actor).filter(answer="accepted", answered_on__gte=begin, answered_on__lt=end)
    arrived = came.order_by().values("organization_id", "transfer__direction").annotate(n=Count("pk"))
    out = {(row["organization_id"], row["direction"]): row["n"] for row in went}
    come = {(row["organization_id"], row["transfer__direction"]): row["n"] for row in arrived}
    keys = {key for key, _ in (*out, *come)}
    places = Organization.objects.system("branches of visible transfers").filter(pk__in=keys).order_by("path")
    return [
        YearLine(
            place, out.get((place.pk, "within"), 0), come.get((place.pk, "within"), 0), out.get((place.pk, "out"), 0),
            come.get((place.pk, "in"), 0),
        )
        for place in places
    ]  # fmt: skip


def away_by_branch(actor: Actor, today: date) -> list[tuple[Organization, int, int, int]]:
    """Return (branch, away, guests, contacts overdue) of the branches within reach where there is any; four queries."""
    away = _per_place(Floating.objects.visible_to(actor).filter(until__isnull=True))
    guests = _per_place(Guest.objects.visible_to(actor).filter(until__isnull=True))
    late = _per_place(ContactPlan.objects.visible_to(actor).filter(until__isnull=True, next_on__lt=today))
    places = Organization.objects.system("branches of visible rows").filter(pk__in={*away, *guests, *late})
    return [
        (place, away.get(place.pk, 0), guests.get(place.pk, 0), late.get(place.pk, 0))
        for place in places.order_by("path")
    ]


def _per_place(rows: "QuerySet[Any]") -> dict[int, int]:
    return dict(rows.order_by().values("organization_id").annotate(n=Count("pk")).values_list("organization_id", "n"))
