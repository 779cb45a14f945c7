"""Reads of lights: the facts they follow from, who owes what, the board of a committee, the year of a branch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Substr
from django.utils.timezone import localdate

from zhibu.apps.compliance import rules
from zhibu.apps.compliance.models import QUIET, Light, of_state
from zhibu.apps.compliance.params import duties
from zhibu.apps.meetings.models import Meeting, Participant, State
from zhibu.apps.meetings.queries import held
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import PostKind, current
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar import dated
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.paths import STEP
from zhibu.kernel.tree import under

#: posts that make up a branch committee
SEATS = (
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANIZATION, PostKind.PUBLICITY, PostKind.DISCIPLINE,
    PostKind.UNITED_FRONT, PostKind.YOUTH, PostKind.MEMBER,
)  # fmt: skip
OWING = (Kind.BRANCH, Kind.COMMITTEE)


def counted_from(duty: rules.Duty, founded: date | None, came: date) -> date:
    """Return the first day on which a duty is asked for.

    What is monthly or quarterly, from the day an organisation came to the platform. What is owed once a year is owed for the
    whole of that year by an organisation that existed before: it still has time, and what was held earlier can be entered.
    """
    if duty.every is rules.Every.YEAR and founded is not None:
        return max(founded, date(came.year, 1, 1))
    return max(founded or date.min, came)


@dataclass
class Place:
    """An organisation that owes something: its groups, how many sit on its committee, when it was founded and came here."""

    pk: int
    kind: str
    founded: date | None
    came: date
    seats: int
    groups: tuple[int, ...]

    def counted_from(self, duty: rules.Duty) -> date:
        """Return the first day on which a duty is asked of it."""
        return counted_from(duty, self.founded, self.came)

    def owes(self, duty: rules.Duty) -> bool:
        """Tell whether a duty is asked of it."""
        if self.kind != duty.of:
            return False
        return {"committee": self.seats >= duty.seats, "group": bool(self.groups)}.get(duty.needs, True)


@dataclass
class Facts:
    """(organisation, kind of meeting) -> day of the last one held."""

    by_place: dict[tuple[int, str], date]

    def last(self, place: Place, duty: rules.Duty) -> date | None:
        """Return the last day a duty was done; where each group has its own, the day since which none is behind."""
        if duty.needs == "group":
            days = [self._last(group, duty.kinds) for group in place.groups]
            return None if None in days else min(day for day in days if day is not None)
        return self._last(place.pk, duty.kinds)

    def _last(self, pk: int, kinds: Sequence[str]) -> date | None:
        if len(kinds) == 1:
            return self.by_place.get((pk, kinds[0]))
        days = [self.by_place[pk, kind] for kind in kinds if (pk, kind) in self.by_place]
        return max(days, default=None)


class Stored(NamedTuple):
    """A light as it stands."""

    pk: int
    last_on: date | None
    clear_until: date
    due_until: date
    asked: bool
    excused_until: date | None


def stored(organization_ids: Collection[int] | None) -> dict[tuple[int, str], Stored]:
    """Return (organisation, duty) -> the light."""
    rows = Light.objects.system("lights to bring up to date").order_by()
    if organization_ids is not None:
        rows = rows.filter(organization__in=organization_ids)
    columns = ("organization_id", "duty", "pk", "last_on", "clear_until", "due_until", "asked", "excused_until")
    return {(place, duty): Stored(*rest) for place, duty, *rest in rows.values_list(*columns)}


def facts(organization_ids: Collection[int] | None) -> Facts:
    """Return the last meetings held, those of the groups of branches included; two grouped queries, one for the groups of some."""
    own = Meeting.objects.system("last meetings held, for lights").filter(state=State.HELD)
    together = Participant.objects.system("last meetings held together, for lights").filter(meeting__state=State.HELD)
    if organization_ids is not None:
        groups = Organization.objects.system("groups of branches in hand").filter(parent__in=organization_ids)
        # named one by one: SQLite would read every meeting ever held to ask for the superior of its organisation
        wanted = {*organization_ids, *groups.filter(kind=Kind.GROUP).order_by().values_list("pk", flat=True)}
        own, together = own.filter(organization__in=wanted), together.filter(organization__in=wanted)
    own_rows = own.order_by().values_list("organization_id", "kind").annotate(last=Max("on"))
    their_rows = together.order_by().values_list("organization_id", "meeting__kind").annotate(last=Max("meeting__on"))
    found: dict[tuple[int, str], date] = {(place, kind): last for place, kind, last in own_rows}
    for place, kind, last in their_rows:
        found[place, kind] = max(last, found.get((place, kind), last))
    return Facts(found)


def places(organization_ids: Collection[int] | None, day: date) -> Iterator[Place]:
    """Yield the branches and committees that exist on a day; three queries."""
    rows = Organization.objects.system("who owes organisational life").exclude(dissolved_on__lte=day).order_by()
    groups: dict[int, list[int]] = defaultdict(list)
    of_groups, owing = rows.filter(kind=Kind.GROUP), rows.filter(kind__in=OWING)
    posts = Post.objects.system("who sits on branch committees").filter(current(day), kind__in=SEATS).order_by()
    if organization_ids is not None:
        of_groups, owing = of_groups.filter(parent__in=organization_ids), owing.filter(pk__in=organization_ids)
        posts = posts.filter(organization__in=organization_ids)
    for pk, parent in of_groups.values_list("pk", "parent_id"):
        groups[parent].append(pk)
    seats = dict(posts.values_list("organization_id").annotate(n=Count("person", distinct=True)))
    local = lru_cache(maxsize=1_000)(_local_day)  # organisations come to the platform by the hundred
    for pk, kind, founded, created in owing.values_list("pk", "kind", "founded_on", "created_at"):
        yield Place(pk, kind, founded, local(created), seats.get(pk, 0), tuple(groups.get(pk, ())))


def _local_day(moment: datetime) -> date:
    return localdate(moment)


def listed(actor: Actor) -> "QuerySet[Light]":
    """Return the lights within reach that are asked for."""
    rows: QuerySet[Light] = Light.objects.visible_to(actor).filter(asked=True)
    return rows.select_related("organization")


def in_force() -> dict[str, rules.Duty]:
    """Return the duties of today."""
    return dated.in_force(duties(), localdate())


@dataclass(frozen=True)
class Cell:
    """Of one place and duty: how many lights show what."""

    done: int = 0
    due: int = 0
    overdue: int = 0
    quiet: int = 0

    @property
    def all(self) -> int:
        """Return how many organisations owe it."""
        return self.done + self.due + self.overdue + self.quiet

    @property
    def in_time(self) -> int:
        """Return how many are behind in nothing: held, or not asked yet."""
        return self.done + self.quiet

    @property
    def tone(self) -> str:
        """Return the colour of the worst of them."""
        return "late" if self.overdue else "due" if self.due else "ok" if self.done else ""

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.done + other.done, self.due + other.due, self.overdue + other.overdue, self.quiet + other.quiet
        )


@dataclass
class Line:
    """A row of the board: an organisation with everything below it."""

    path: str
    cells: dict[str, Cell]
    organization: Any = None

    @property
    def whole(self) -> Cell:
        """Return the sum over all duties."""
        return sum(self.cells.values(), Cell())


def top(actor: Actor) -> Organization | None:
    """Return where a viewer's board begins: the highest organisation within reach."""
    paths = actor.paths(Light.scope_permission)
    rows = Organization.objects.system("where a board begins").order_by("path")
    found: Organization | None = (rows if actor.is_system else rows.filter(path__in=paths)).first()
    return found


def board(actor: Actor, at: Organization, today: date) -> list[Line]:
    """Return a line for `at` itself and each organisation right below it that owes anything; one grouped query, one for names."""
    length = len(at.path) + STEP
    rows = Light.objects.visible_to(actor).filter(under("organization__path", [at.path]), asked=True).order_by()
    states = {name: Count("pk", filter=of_state(name, today)) for name in ("done", "due", "overdue", QUIET)}
    grouped = (
        rows.annotate(place=Substr("organization__path", 1, length)).values_list("place", "duty").annotate(**states)
    )
    lines: dict[str, Line] = {}
    for place, duty, *shown in grouped:
        lines.setdefault(place, Line(place, {})).cells[duty] = Cell(*shown)
    named = Organization.objects.system("names on a board of what is visible").filter(path__in=lines)
    for organization in named:
        lines[organization.path].organization = organization
    return sorted(lines.values(), key=lambda line: (-line.whole.overdue, line.path))


def of_organization(organization: Organization) -> list[Light]:
    """Return the lights of an organisation in hand, in the order of the table."""
    rows = Light.objects.system("lights of an organisation in hand").filter(organization=organization, asked=True)
    order = list(in_force())
    return sorted(rows.select_related("organization"), key=lambda light: order.index(light.duty))


@dataclass(frozen=True)
class Seen:
    """A meeting that was held, with its address."""

    organization_id: int
    kind: str
    on: date
    uid: Any


@dataclass(frozen=True)
class Period:
    """A month, quarter or year of a duty: the meetings that were held in it."""

    label: str
    first: date
    after: date
    held: tuple[Seen, ...]
    state: str


def year(organization: Organization, lights: Iterable[Light], of: int, today: date) -> list[tuple[Light, list[Period]]]:
    """Return each light with the periods of a year: held, missing, still to come, or not yet asked for; four queries."""
    first, after = date(of, 1, 1), date(of + 1, 1, 1)
    groups = list(
        Organization.objects.system("groups of a branch in hand").filter(parent=organization, kind=Kind.GROUP)
    )
    ids = [organization.pk, *(group.pk for group in groups)]
    kinds = {kind for duty in duties() for kind in duty.kinds}
    rows = held(ids, kinds, first, after)
    known = Meeting.objects.system("links to meetings of an organisation in hand")
    uids = dict(known.filter(pk__in=[one.meeting_id for one in rows]).values_list("pk", "uid"))
    found = [Seen(one.organization_id, one.kind, one.on, uids[one.meeting_id]) for one in rows]
    came = localdate(organization.created_at)
    result = []
    for light in lights:
        duty = light.rule
        owners = [group.pk for group in groups] if duty.needs == "group" else [organization.pk]
        mine = [one for one in found if one.kind in duty.kinds and one.organization_id in owners]
        since = min([counted_from(duty, organization.founded_on, came), *(one.on for one in found)])
        result.append((light, list(_periods(duty, mine, owners, (first, after), since, today))))
    return result


def _periods(
    duty: rules.Duty, found: Sequence[Seen], owners: Sequence[int], span: tuple[date, date], since: date, today: date
) -> Iterator[Period]:
    day = span[0]
    while day < span[1]:
        first, after = dated.period(rules.MONTHS[duty.every], day)
        held_then = tuple(one for one in found if first <= one.on < after)
        complete = bool(owners) and set(owners) <= {one.organization_id for one in held_then}
        opens = add_months(first, duty.opens - 1) if duty.every is rules.Every.YEAR else first
        state = _state(complete, (first, opens, after), since, today)
        yield Period(_label(duty.every, first), first, after, held_then, state)
        day = after


def _state(complete: bool, days: tuple[date, date, date], since: date, today: date) -> str:
    """days: the first of the period, the one from which it is asked for, the first day after it."""
    first, opens, after = days
    if complete:
        return "held"
    if today >= after:
        return "missed" if since <= first else "before"
    if today < opens:
        return "ahead"
    return "now" if since <= max(first, opens) else "before"


def _label(every: rules.Every, first: date) -> str:
    if every is rules.Every.MONTH:
        return f"{first.month} 月"
    return f"{(first.month + 2) // 3} 季度" if every is rules.Every.QUARTER else f"{first.year} 年"
