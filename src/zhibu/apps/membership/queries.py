"""Reads for the apps above: who the members of a branch are on a day, and whether they vote."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from zhibu.apps.membership import rules
from zhibu.apps.membership.models import IN_PARTY, Member, MemberChange, MemberKind, RecordState, Status
from zhibu.apps.membership.models.change import ChangeKind, standing
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.models.affiliation import current
from zhibu.kernel.tree import under

#: organisations whose subtrees are worth a condition each, and whose ids are worth naming
FEW, MANY = 50, 2_000


@dataclass(frozen=True)
class MemberOn:
    """A member of a branch on a day. organization_id: the branch or the group in it; ground: why there is no vote."""

    person_id: int
    member_id: int
    name: str
    kind: str
    has_vote: bool
    ground: str
    organization_id: int = 0
    status: str = Status.NORMAL


def members_on(organization: Any, day: date) -> list[MemberOn]:
    """Return all members of a branch, those of its groups included, on a day, by name. See `members_on_many`."""
    return members_on_many([organization.pk], day)[organization.pk]


def members_on_many(organization_ids: Sequence[int], day: date) -> dict[int, list[MemberOn]]:
    """Return organisation id -> its members on a day (with those of what lies under it), by name.

    Members are those whose party relation lay there on that day and who had been admitted; 停止党籍 are among them,
    without a vote. Four queries, whatever the number of organisations. Asked by no viewer: check what you show.
    """
    places = _places(organization_ids)
    found: dict[int, list[MemberOn]] = {pk: [] for pk in organization_ids}
    if not places:
        return found
    inside = _relations(day, organization_ids)
    columns = ("person_id", "organization_id", "person__name")
    rows = list(inside.order_by("person__name", "person_id").values_list(*columns))
    members = Member.objects.system("members of branches on a day").filter(
        Exists(inside.filter(person_id=OuterRef("person_id"))), state=RecordState.LIVE
    )
    # plain rows: a model each takes longer than all the rest
    by_person = {member.person_id: member for member in members.values_list(*ROW, named=True)}
    happened = changes_of(inside)
    for person_id, place, name in rows:
        member = by_person.get(person_id)
        one = on_day(member, happened.get(member.id, ()), day, name, place) if member else None
        for organization_id in places.get(place, ()) if one else ():
            found[organization_id].append(one)  # type: ignore[arg-type]
    return found


def _relations(day: date, organization_ids: Sequence[int]) -> Any:
    """Return the party relations that hold on the day in the organisations and under them."""
    rows = Affiliation.objects.system("party relations of branches on a day").filter(current(day), kind=Relation.PARTY)
    if len(organization_ids) > MANY:
        return rows  # all of them: cheaper than naming thousands, and what lies elsewhere is passed over
    tops = Organization.objects.system("branches asked for").filter(pk__in=organization_ids)
    kinds = dict(tops.values_list("path", "kind"))
    higher = tuple(path for path, kind in kinds.items() if kind not in (Kind.BRANCH, Kind.GROUP))
    # a branch has groups under it and nothing else, so that no range of paths is needed for it
    direct = Q(organization__in=organization_ids) | Q(organization__parent__in=organization_ids)
    return rows.filter(direct | under("organization__path", higher) if higher else direct)


def _places(organization_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return organisation id -> those of the asked ones it lies in."""
    rows = Organization.objects.system("branches asked for and their groups")
    tops = dict(rows.filter(pk__in=organization_ids).values_list("path", "pk"))
    if not tops:
        return {}
    found: dict[int, list[int]] = defaultdict(list)
    below = rows.filter(under("path", tuple(tops))) if len(tops) <= FEW else rows
    lengths = sorted({len(path) for path in tops})
    for pk, path in below.values_list("pk", "path"):
        found[pk] = [tops[path[:n]] for n in lengths if n <= len(path) and path[:n] in tops]
    return found


#: kinds of change that alter status or rights: what a past day is read from
_ON_STATUS = Q(status__gt="") | Q(kind__in=[ChangeKind.OBSERVE, ChangeKind.OBSERVED, ChangeKind.CANCEL])


def changes_of(inside: Any) -> dict[int, list[MemberChange]]:
    """Return member id -> what happened to those of some party relations that alters status or rights, in its order."""
    rows = MemberChange.objects.system("what happened to members of branches").filter(standing(), _ON_STATUS)
    rows = rows.filter(Exists(inside.filter(person_id=OuterRef("member__person_id"))))
    found: dict[int, list[MemberChange]] = defaultdict(list)
    for row in rows.defer("words", "data").order_by("on", "id"):
        found[row.member_id].append(row)
    return found


@dataclass
class Standing:
    """Members of branches as (person, branch, status): on a day, and those who had come by a later day, as they stood then."""

    on: list[tuple[int, int, str]] = field(default_factory=list)
    came: list[tuple[int, int, str]] = field(default_factory=list)


def standing_in(branch_ids: Sequence[int], day: date, later: date) -> Standing:
    """Return who were members of branches (or their groups) on a day, and who else by a later one (the same: nobody).

    What `members_on_many` says of both days, without names, votes and order: for a whole house in chunks. Whose membership,
    relation and status are the same since before the day are plain rows; the others are looked at one by one. Five queries.
    """
    groups = Organization.objects.system("groups of branches asked for").filter(parent__in=branch_ids)
    places = {pk: pk for pk in branch_ids} | dict(groups.order_by().values_list("pk", "parent_id"))
    found, changing = Standing(), set(_changing(places))
    unlike: list[int] = []
    for person, place, member, status, plain in _plain_rows(places, day, later):
        if plain and member not in changing:
            found.on.append((person, places[place], status))
        else:
            unlike.append(person)
    if unlike:
        _look_at_each(unlike, places, day, later, found)
    return found


def _inside(places: Iterable[int], *days: date) -> Any:
    """Return the party relations at organisations that hold on one of the days, of people who are or were members."""
    rows = Affiliation.objects.system("members of branches in hand").filter(
        kind=Relation.PARTY, organization__in=list(places)
    )
    held = Q()
    for day in dict.fromkeys(days):
        held |= current(day)
    return rows.filter(held, person__memberships__state=RecordState.LIVE).order_by()


def _plain_rows(places: Iterable[int], day: date, later: date) -> Any:
    """Return (person, place, member, status, 1 where all of it held on the day and before)."""
    member = "person__memberships"
    early = Q(**{f"{member}__admitted_on__isnull": True}) | Q(**{f"{member}__admitted_on__lte": day})
    same = Q(**{f"{member}__status_since__isnull": True}) | Q(**{f"{member}__status_since__lte": day})
    known = Q(**{f"{member}__status__in": IN_PARTY})
    plain = Case(
        When(current(day) & early & same & known, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    columns = ("person_id", "organization_id", f"{member}__id", f"{member}__status", "plain")
    return _inside(places, day, later).annotate(plain=plain).values_list(*columns)


def _changing(places: Iterable[int]) -> Any:
    """Return the members in organisations of whom there are changes that alter status or rights."""
    there = Affiliation.objects.system("members of branches in hand").filter(
        kind=Relation.PARTY, organization__in=list(places), person=OuterRef("member__person_id")
    )
    rows = MemberChange.objects.system("what happened to members of branches").filter(standing(), _ON_STATUS)
    return rows.filter(Exists(there)).order_by().values_list("member_id", flat=True)


def _look_at_each(people: Sequence[int], places: dict[int, int], day: date, later: date, found: Standing) -> None:
    """Add those whose state has to be read from what happened to them."""
    inside = _inside(places, day, later).filter(person_id__in=set(people))
    happened = changes_of(inside)
    names = [f"person__memberships__{name}" for name in ROW]
    rows = [
        (since, until, place, _Row(*values))
        for since, until, place, *values in inside.values_list("since", "until", "organization_id", *names)
    ]
    held = {person for person, _, _ in found.on}
    for moment, answer in ((day, found.on), (later, found.came)):
        for since, until, place, member in rows:
            if since > moment or (until is not None and until <= moment) or member.person_id in held:
                continue
            one = on_day(member, happened.get(member.id, ()), moment, "", places[place])
            if one is not None:
                answer.append((one.person_id, one.organization_id, one.status))
                held.add(one.person_id)


class _Row(NamedTuple):
    """The columns of a member that tell of a past day."""

    id: int
    person_id: int
    kind: str
    status: str
    status_since: date | None
    admitted_on: date | None
    full_on: date | None


#: columns of a member that tell of a past day
ROW = _Row._fields


def on_day(member: Any, changes: Iterable[MemberChange], day: date, name: str, place: int) -> MemberOn | None:
    """Return how a member (a record or a row of its columns) stood on a day, None for who was none.

    changes: those that stand, in the order of their days.
    """
    if member.admitted_on is not None and member.admitted_on > day:
        return None
    status, observed, seen = str(Status.NORMAL), False, False
    for change in changes:
        if change.on > day:
            break
        seen = True
        if change.status:
            status = change.status
        if change.kind == ChangeKind.OBSERVE:
            observed = True  # its time may be over: the rights return with a decision, not by themselves
        elif change.kind == ChangeKind.OBSERVED:
            observed = False
    if not seen and (member.status_since is None or member.status_since <= day):
        status = member.status
    if status not in IN_PARTY:
        return None
    kind = kind_on(member, day)
    ground = rules.has_vote(kind, status, observed=observed)
    return MemberOn(member.person_id, member.id, name, kind, not ground, ground, place, status)


def kind_on(member: Any, day: date) -> str:
    """Return whether the member was full or probationary on a day; without a date of becoming full as today."""
    if member.full_on is not None:
        return str(MemberKind.FULL if member.full_on <= day else MemberKind.PROBATIONARY)
    return str(member.kind)


def branch_of(person_id: int, day: date) -> Organization | None:
    """Return the branch in which a person's party relation lay on a day: of a group its branch. None without one."""
    rows = Affiliation.objects.system("branch of a person").filter(
        current(day), person_id=person_id, kind=Relation.PARTY
    )
    row = rows.select_related("organization__parent").order_by("-since").first()
    if row is None:
        return None
    place: Organization = row.organization
    return place.parent if place.kind == Kind.GROUP else place


def member_of(person_id: int) -> Member | None:
    """Return the row of a person who is or was a member."""
    rows = Member.objects.system("membership of a person").filter(person_id=person_id, state=RecordState.LIVE)
    found: Member | None = rows.select_related("person", "organization").first()
    return found


def member_on(member: Member, day: date) -> MemberOn | None:
    """Return how one member stood on a day; None for who was none that day."""
    rows = MemberChange.objects.system("what happened to a member").filter(standing(), _ON_STATUS, member=member)
    changes = list(rows.defer("words", "data").order_by("on", "id"))
    return on_day(member, changes, day, member.person.name, member.organization_id)
