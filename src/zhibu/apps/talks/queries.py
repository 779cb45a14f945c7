"""Reads of talks: the list, who of a branch has had one, counts a branch and year."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.membership.queries import MemberOn, members_on, members_on_many
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.queries import open_on
from zhibu.apps.people.models import Person, Post
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.talks import rules
from zhibu.apps.talks.models import Talk
from zhibu.apps.talks.permissions import VIEW
from zhibu.kernel.actor import Actor

COMMITTEE = (
    "secretary",
    "deputy_secretary",
    "organization",
    "publicity",
    "discipline",
    "united_front",
    "youth",
    "member",
)


def listed(actor: Actor) -> "QuerySet[Talk]":
    """Return the talks within reach."""
    rows: QuerySet[Talk] = Talk.objects.visible_to(actor)
    return rows.select_related("organization", "first", "second")


def members(organization: Any, day: date) -> list[MemberOn]:
    """Return the members of a branch on a day."""
    return members_on(organization, day)


def committee(organization: Any, day: date) -> set[int]:
    """Return who sat on the committee of a branch on a day."""
    rows = Post.objects.system("committee of a branch in hand").filter(
        current(day), organization=organization, kind__in=COMMITTEE
    )
    return set(rows.values_list("person_id", flat=True))


def of_person(person: Person) -> "QuerySet[Talk]":
    """Return the talks somebody took part in, the latest first."""
    rows: QuerySet[Talk] = Talk.objects.system("one's own talks").filter(
        Q(first=person) | Q(second=person), stands=True
    )
    return rows.select_related("first", "second").order_by("-on", "-pk")


@dataclass(frozen=True)
class Row:
    """A branch on the board: members, with how many somebody talked this year, talks by kind, names of those left."""

    organization: Organization
    members: int
    talked: int
    counts: dict[str, int]
    left: tuple[str, ...]

    @property
    def total(self) -> int:
        """All talks of the year."""
        return sum(self.counts.values())


def board(actor: Actor, year: int, today: date | None = None) -> list[Row]:
    """Return the branches within reach with their talks of a year; the number of queries does not depend on the data."""
    today = today or localdate()
    places = list(Organization.objects.visible_to(actor, VIEW).filter(open_on(today), kind="branch").order_by("path"))
    day = min(today, date(year, 12, 31))
    by_place = members_on_many([place.pk for place in places], day)
    talks = year_of([place.pk for place in places], year)
    return [_row(place, by_place[place.pk], talks.get(place.pk, [])) for place in places]


def year_of(organization_ids: Sequence[int], year: int) -> dict[int, list[tuple[str, int, int]]]:
    """Return organisation id -> (kind, first, second) of its talks of a year that stand."""
    rows = Talk.objects.system("talks of branches in a year").filter(
        stands=True, on__gte=date(year, 1, 1), on__lte=date(year, 12, 31)
    )
    found: dict[int, list[tuple[str, int, int]]] = {pk: [] for pk in organization_ids}
    for place, kind, first, second in rows.values_list("organization_id", "kind", "first_id", "second_id"):
        if place in found:
            found[place].append((kind, first, second))
    return found


def _row(place: Organization, members: list[MemberOn], talks: list[tuple[str, int, int]]) -> Row:
    people = {pk for _, first, second in talks for pk in (first, second)}
    names = {one.person_id: one.name for one in members}
    left = rules.without(names, people)
    counts = Counter(kind for kind, _, _ in talks)
    return Row(
        place, len(members), len(members) - len(left), {kind: counts.get(kind, 0) for kind in rules.LABELS},
        tuple(name for pk, name in names.items() if pk in left),
    )  # fmt: skip
