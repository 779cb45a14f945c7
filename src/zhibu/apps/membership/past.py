"""Statistics of a past day: who the members within reach were then, and by what they are counted.

Branch, kind, status, age and years of membership are those of the day; what is kept without dates (education, ethnic group, kind of
post) is as it is today. Where an organisation lies in the tree is as today, too. Today itself is counted by `counting`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from zhibu.apps.membership import counting, queries
from zhibu.apps.membership.bands import DIMENSIONS
from zhibu.apps.membership.counting import COLUMNS, SHOWN, Branch, Table
from zhibu.apps.membership.models import Member, MemberKind, RecordState, Status
from zhibu.apps.membership.permissions import VIEW
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

#: people of whom a past day is worked out at once: each is looked at
MOST = 50_000


@dataclass(frozen=True)
class Then:
    """A member as of a past day; values: dimension -> value."""

    member_id: int
    name: str
    kind: str
    status: str
    organization_id: int
    values: dict[str, str]

    def counts(self, code: str) -> bool:
        """Tell whether they are counted in a column of the table by branch."""
        return all(self.values[dimension] in some for dimension, some in COLUMNS[code][1])


class TooMany(Exception):
    """More people lie within reach than are looked at at once."""


def relations(actor: Actor, day: date, below: Any = None, directly: Any = None) -> Any:
    """Return the party relations within reach that held on a day, of an organisation with what lies under it, or of it alone."""
    rows = Affiliation.objects.system("party relations within reach on a past day").filter(
        current(day), under("organization__path", tuple(actor.paths(VIEW))), kind=Kind.PARTY
    )
    if directly is not None:
        return rows.filter(organization=directly)
    return rows.filter(under("organization__path", (below.path,))) if below is not None else rows


def members(actor: Actor, day: date, below: Any = None, directly: Any = None) -> list[Then]:
    """Return the members within reach as they stood on a day, by name; five queries. Raises TooMany."""
    inside = relations(actor, day, below, directly)
    if inside.count() > MOST:
        raise TooMany
    columns = tuple(dict.fromkeys(name for code in SHOWN for name in DIMENSIONS[code].columns))
    rows = Member.objects.system("members within reach on a past day").filter(
        Exists(inside.filter(person_id=OuterRef("person_id"))), state=RecordState.LIVE
    )
    plain = {row.person_id: row for row in rows.values_list(*queries.ROW, named=True)}
    known = {pk: dict(zip(columns, values, strict=True)) for pk, *values in rows.values_list("person_id", *columns)}
    happened = queries.changes_of(inside)
    found = []
    named = inside.order_by("person__name", "person_id").values_list("person_id", "organization_id", "person__name")
    for person, place, name in named:
        row = plain.get(person)
        one = queries.on_day(row, happened.get(row.id, ()), day, name, place) if row is not None else None
        if one is not None:
            facts = {**known[person], "kind": one.kind, "status": one.status}
            found.append(Then(one.member_id, name, one.kind, one.status, place, _values(facts, day)))
    return found


def _values(facts: dict[str, Any], day: date) -> dict[str, str]:
    return {
        code: DIMENSIONS[code].value_of(tuple(facts[name] for name in DIMENSIONS[code].columns), day) for code in SHOWN
    }


def address(day: date, **more: str) -> str:
    """Return the list behind a figure of a past day."""
    return f"{reverse('members-on')}?{urlencode({'day': day.isoformat(), **more})}"


def tables(actor: Actor, found: Sequence[Then], day: date, below: Any = None) -> list[Table]:
    """Return the figures of the dimensions."""
    place = {"below": below.uid.hex} if below is not None else {}
    numbers = {code: Counter(one.values[code] for one in found) for code in SHOWN}
    return [
        counting.table(actor, code, numbers[code], len(found), lambda d, value: address(day, **place, by=d, of=value))
        for code in SHOWN
    ]


def by_branch(found: Sequence[Then], day: date) -> list[Branch]:
    """Return the branches of that day in the order of the tree with their figures, those of groups added."""
    rows = [(one.organization_id, {code: int(one.counts(code)) for code in COLUMNS}) for one in found]
    return counting.branches(rows, lambda name, uid: address(day, **{name: uid}))


@dataclass(frozen=True)
class Shown:
    """A line of the list behind a figure: url is "" where the viewer does not reach the member today."""

    name: str
    place: str
    kind: str
    status: str
    url: str


def shown(actor: Actor, found: Sequence[Then]) -> list[Shown]:
    """Return the lines of a list; two queries."""
    keys = [one.member_id for one in found]
    urls = {one.pk: one.get_absolute_url() for one in Member.objects.visible_to(actor).filter(pk__in=keys)}
    rows = Organization.objects.system("branches of visible members on a past day")
    places = {one.pk: str(one) for one in rows.filter(pk__in={one.organization_id for one in found})}
    return [
        Shown(
            one.name, places[one.organization_id], MemberKind(one.kind).label, Status(one.status).label,
            urls.get(one.member_id, ""),
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """The figures of a day: the total, a table a dimension, a line a branch."""

    total: int
    tables: list[Table]
    branches: list[Branch]


def figures(actor: Actor, day: date, today: date, below: Any = None) -> Figures:
    """Return the figures of a day: today's grouped by the database, those of a past day one by one. Raises TooMany."""
    if day == today:
        total, made = counting.tables(actor, today, below)
        return Figures(total, made, counting.by_branch(actor, today, below))
    found = members(actor, day, below)
    return Figures(len(found), tables(actor, found, day, below), by_branch(found, day))
