"""The head counts of the workbench. Each figure is a link to the list behind it, with the filter set."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.permissions import VIEW as SEE_ORGANIZATIONS
from zhibu.apps.people.codes import labels
from zhibu.apps.people.queries import list_rows
from zhibu.apps.people.rules import GONE
from zhibu.kernel.actor import Actor

SEE_PEOPLE, SEE_PARTY = "people.view", "people.see.party"
MEMBER, PROBATIONARY = "01", "02"
HERE = "here"


@dataclass(frozen=True)
class Figure:
    """A count and the list it counts."""

    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Heads:
    """People within reach who belong today (neither left nor dead): all, by kind of employment, and members.

    Members only where the viewer may know who is one.
    """

    total: int
    by_kind: tuple[Figure, ...]
    members: tuple[Figure, ...]

    @property
    def figures(self) -> list[Figure]:
        """Return the figures at the head of the page, four at most: all, members, and the largest kinds."""
        largest = sorted(self.by_kind, key=lambda figure: -figure.value)
        shown = [Figure("在册人员", self.total, people_list(presence=HERE)), *self.members]
        return (shown + [f for f in largest if f.value != self.total])[:4]


def people_list(**filters: str) -> str:
    """Return the address of the list of people with filters set."""
    return _list("people", filters)


def _list(url_name: str, filters: dict[str, str]) -> str:
    return reverse(url_name) + (f"?{urlencode(filters)}" if filters else "")


def knows_members(actor: Actor) -> bool:
    """Tell whether the actor may see who is a Party member wherever they see people."""
    shown, known = actor.paths(SEE_PEOPLE), actor.paths(SEE_PARTY)
    return actor.is_system or (bool(shown) and all(any(path.startswith(top) for top in known) for path in shown))


def heads(actor: Actor) -> Heads | None:
    """Return the head counts within reach, None for those who see no people; one query."""
    if not actor.may(SEE_PEOPLE):
        return None
    rows = list_rows(actor).order_by().values_list("employment", "political_status").annotate(number=Count("pk"))
    kinds: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for employment, status, number in rows.exclude(employment__in=GONE):
        kinds[employment] += number
        statuses[status] += number
    by_kind = tuple(
        Figure(label, kinds[code], people_list(employment=code))
        for code, label in labels("employment").items()
        if kinds[code]
    )
    members: tuple[Figure, ...] = ()
    if knows_members(actor):
        names = {MEMBER: "中共党员", PROBATIONARY: "预备党员"}
        members = tuple(
            Figure(name, statuses[code], people_list(political_status=code, presence=HERE))
            for code, name in names.items()
            if statuses[code]
        )
    return Heads(kinds.total(), by_kind, members)


def organizations(actor: Actor) -> list[Figure]:
    """Return how many organisations of each kind exist today within reach, in the order of the kinds; one query."""
    if not actor.may(SEE_ORGANIZATIONS):
        return []
    gone = Q(dissolved_on__isnull=False, dissolved_on__lte=localdate())
    rows = Organization.objects.visible_to(actor, SEE_ORGANIZATIONS).exclude(gone).order_by().values_list("kind")
    found = dict(rows.annotate(number=Count("pk")))
    return [
        Figure(str(kind.label), found[kind.value], _list("organizations", {"kind": kind.value, "state": "open"}))
        for kind in _party_first(Kind)
        if kind.value in found
    ]


def _party_first(kinds: Iterable[Kind]) -> list[Kind]:
    party = [Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP]
    return party + [kind for kind in kinds if kind not in party]
