"""Reads that cross models: affiliations and posts of a person, duplicates, head counts, the record as of a past day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Upper

from zhibu.apps.organizations.residents import Resident
from zhibu.apps.people import lookup
from zhibu.apps.people.models import Affiliation, Distinct, LifeEvent, Person, Post
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.rules import GONE
from zhibu.apps.people.staff_numbers import fold, having
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import rows_holding
from zhibu.kernel.tree import under


def list_rows(actor: Actor, *, from_within: bool = False) -> "QuerySet[Person]":
    """Return the people within reach, live ones only; from_within: see `visible_from_within`."""
    people = Person.objects
    rows: QuerySet[Person] = people.visible_from_within(actor) if from_within else people.visible_to(actor)
    return rows.filter(state="live")


def places(people: Iterable[Person], actor: Actor) -> dict[int, dict[str, Affiliation]]:
    """Return person id -> kind -> current affiliation, in one query; names of other subtrees are left out.

    A viewer of one relation does not learn where else the person belongs outside the viewer's reach.
    """
    people_ids = [p.pk for p in people]
    found: dict[int, dict[str, Affiliation]] = defaultdict(dict)
    if not people_ids:
        return found
    rows = Affiliation.objects.visible_to(actor).filter(current(), person__in=people_ids).select_related("organization")
    names = ("person_id", "kind", "organization__name", "organization__short_name")
    for row in rows.only(*names).order_by("since"):
        found[row.person_id][row.kind] = row
    return found


def place_names(people: Iterable[Person], actor: Actor) -> dict[int, dict[str, str]]:
    """Return person id -> kind -> name of the place, as `places` does, for lists of results drawn while typing."""
    people_ids = [p.pk for p in people]
    found: dict[int, dict[str, str]] = defaultdict(dict)
    paths = None if actor.may_everywhere("people.view") else actor.paths("people.view")
    if people_ids and paths != ():
        for pk, kind, name in lookup.place_names(people_ids, paths):
            found[pk][kind] = name
    return found


def affiliations(person: Person, actor: Actor) -> list[Affiliation]:
    """Return all periods of a person that lie in the actor's reach, open ones first; those that never held stay out."""
    rows = Affiliation.objects.visible_to(actor).filter(person=person).exclude(until=F("since"))
    rows = rows.select_related("organization", "person")
    return sorted(rows, key=lambda r: (r.until is not None, list(Kind).index(Kind(r.kind)), -r.since.toordinal()))


def posts_of(person: Person, actor: Actor) -> list[Post]:
    """Return the posts a person holds or held, within the actor's reach."""
    rows = Post.objects.visible_to(actor).filter(person=person).select_related("organization", "person")
    return sorted(rows, key=lambda r: (r.until is not None, -r.since.toordinal()))


def life_events(person: Person, actor: Actor) -> list[LifeEvent]:
    """Return what was entered about the person's working life, the latest first, as far as the actor reaches."""
    rows = LifeEvent.objects.visible_to(actor).filter(person=person)
    return list(rows.select_related("person", "reversed_by").order_by("-pk"))


def residents(actor: Actor, organization: Any, most: int) -> list[Resident]:
    """Return the people who belong to the organisation itself now, in the actor's reach, by name; `most` of them.

    Not those of whom only the record is kept here, because they left or died: it goes where `handlers` says.
    """
    here = Affiliation.objects.visible_to(actor).filter(current(), organization=organization)
    here = here.exclude(kind=Kind.HOME, person__employment__in=GONE)
    rows = list_rows(actor).filter(pk__in=here.values("person_id")).order_by("name", "pk")[:most]
    kinds: dict[int, list[str]] = defaultdict(list)
    people = list(rows)
    for row in here.filter(person__in=[one.pk for one in people]).order_by("kind"):
        kinds[row.person_id].append(row.get_kind_display())
    return [Resident(one.uid.hex, one.name, "、".join(kinds[one.pk])) for one in people]


def leading_group(organization: Any, actor: Actor) -> list[Post]:
    """Return the posts of an organisation held now; the person is named only to those who may see people there."""
    rows = Post.objects.visible_to(actor).filter(organization=organization).filter(current())
    return list(rows.select_related("person", "organization"))


def within_reach(people: Iterable[int], actor: Actor) -> set[int]:
    """Return those of the people (ids) whose page the actor may open."""
    return set(Person.objects.visible_to(actor).filter(pk__in=set(people)).values_list("pk", flat=True))


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, and why."""

    first: Person
    second: Person
    why: str


def duplicates(actor: Actor, limit: int = 200) -> list[Pair]:
    """Return pairs of live records that look like one person.

    They have the same document number, the same staff number but for small letters, or the same name, birth date and phone.
    Only pairs that lie in the actor's reach on both sides, and that nobody has found to be two people.
    """
    people = Person.objects.visible_to(actor, "people.merge").filter(state="live")
    numbers = (
        people.exclude(identity_blind=None).order_by().values("identity_blind").annotate(n=Count("pk")).filter(n__gt=1)
    )
    same_number = people.filter(identity_blind__in=Subquery(numbers.values("identity_blind")[:limit]))
    twins = (
        people.exclude(birth_date=None)
        .exclude(mobile="")
        .order_by()
        .values("name", "birth_date", "mobile")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    alike = Q(pk__in=[])
    for row in twins[:limit]:
        alike |= Q(name=row["name"], birth_date=row["birth_date"], mobile=row["mobile"])
    known = set(Distinct.objects.visible_to(actor, "people.merge").values_list("first_id", "second_id"))
    found: dict[tuple[int, int], Pair] = {}
    for rows, key, why in (
        (same_number, lambda p: bytes(p.identity_blind), "证件号码相同"),
        (_of_one_staff_number(people, limit), lambda p: fold(p.staff_number), "工号只差大小写"),
        (people.filter(alike), lambda p: (p.name, p.birth_date, p.mobile), "姓名、出生日期、手机相同"),
    ):
        groups: dict[Any, list[Person]] = defaultdict(list)
        for person in rows.order_by("pk"):
            groups[key(person)].append(person)
        for group in groups.values():
            for second in group[1:]:
                pair = (group[0].pk, second.pk)
                if pair not in known:
                    found.setdefault(pair, Pair(group[0], second, why))
    return list(found.values())[:limit]


def _of_one_staff_number(people: "QuerySet[Person]", limit: int) -> "QuerySet[Person]":
    """Return those whose staff numbers differ by case alone."""
    folded = people.exclude(staff_number="").order_by().values(folded=Upper("staff_number"))
    doubled = folded.annotate(n=Count("pk")).filter(n__gt=1)[:limit]
    return people.filter(having(row["folded"] for row in doubled))


def survivor(actor: Actor, uid: Any) -> Person | None:
    """Return the live record that a merged one became part of, directly or by further mergers, within reach."""
    # asked of every address that is not found, so in plain words: nearly always nothing was merged
    value = Person._meta.get_field("uid").get_db_prep_value(uid, connection)
    into = next((key for (key,) in rows_holding(Person, ["merged_into_id"], "uid", [value], "state = 'merged'")), None)
    if into is None:
        return None
    merged = Person.objects.system("where an old link leads").filter(state="merged").order_by()
    while into is not None:
        kept = into
        into = merged.filter(pk=kept).values_list("merged_into_id", flat=True).first()
    return list_rows(actor).filter(pk=kept).first()


def members_of(organization: Any, actor: Actor, on: date | None = None) -> "QuerySet[Person]":
    """Return the people who belong to an organisation or to what lies under it on a day."""
    inside = Affiliation.objects.system("members of a visible organisation").filter(current(on))
    inside = inside.filter(under("organization__path", (organization.path,)))
    return list_rows(actor).filter(pk__in=inside.values("person_id")).order_by(F("name"))
