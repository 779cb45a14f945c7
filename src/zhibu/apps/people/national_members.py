"""The members of an organisation as a layout of the national member system wants them; a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Q

from zhibu.apps.organizations.models import Kind as OrganizationKind
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.models.national import PERMISSION
from zhibu.apps.people.national_layout import BRANCH, MEMBERS, Layout
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

PAGE = 5_000
EXPORT = "people.export"


@dataclass(frozen=True)
class Branch:
    """The Party branch of a member: its full name, and how else it is called."""

    name: str = ""
    also: frozenset[str] = field(default_factory=frozenset)


def needed(layout: Layout, *more: str) -> list[str]:
    """Return every permission somebody must hold over a person whose row of this layout they read."""
    return [PERMISSION, *more, *(group.see for group in layout.groups)]


def missing_at(actor: Actor, layout: Layout, path: str) -> list[str]:
    """Return the labels of the field groups the actor may not see at the path."""
    return [group.label for group in layout.groups if not actor.may(group.see, path)]


def readable(rows: Any, actor: Actor, permissions: Iterable[str]) -> Any:
    """Narrow opened rows of people to those over whom the actor holds every one of the permissions."""
    if actor.is_system:
        return rows
    for permission in permissions:
        paths = actor.paths(permission)
        rows = rows.filter(Person.scope_q(paths)) if paths else rows.none()
    return rows


def members(rows: Any) -> Any:
    """Keep full and probationary members who are live."""
    return rows.filter(state="live", political_status__in=MEMBERS)


def party_inside(path: str) -> Q:
    """Condition: the person's Party relation lies in the subtree."""
    inside = Affiliation.objects.system("members of a visible organisation").filter(current(), kind=Kind.PARTY)
    return Q(pk__in=inside.filter(under("organization__path", (path,))).values("person_id"))


def branches_of(people: Sequence[int]) -> dict[int, Branch]:
    """Return person -> Party branch: the organisation of the Party relation, or the branch above a group."""
    places: dict[int, str] = {}
    keys = iter(people)
    while page := list(islice(keys, PAGE)):
        rows = Affiliation.objects.system("branches of readable members").filter(
            current(), kind=Kind.PARTY, person__in=page
        )
        places.update(rows.values_list("person_id", "organization__path"))
    wanted = {path[:end] for path in set(places.values()) for end in range(1, len(path) + 1)}
    known = {}
    rows = Organization.objects.system("names of the branches of readable members")
    for path, kind, name, short in rows.values_list("path", "kind", "name", "short_name"):
        if path in wanted:
            known[path] = (kind, Branch(name, frozenset({name, short} - {""})))
    return {pk: _branch(path, known) for pk, path in places.items()}


def _branch(path: str, known: dict[str, tuple[str, Branch]]) -> Branch:
    above = [known[path[:end]] for end in range(len(path), 0, -1) if path[:end] in known]
    if not above:
        return Branch()
    kind, own = above[0]
    if kind != OrganizationKind.GROUP:
        return own
    return next((branch for found, branch in above if found == OrganizationKind.BRANCH), own)


def value_of(person: Person, name: str, branches: dict[int, Branch]) -> Any:
    """Return the value of a column of a layout."""
    return branches.get(person.pk, Branch()).name if name == BRANCH else getattr(person, name)
