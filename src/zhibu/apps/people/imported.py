"""What the importer looks up for a thousand rows at once: organisations by name, people by number and name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.people.staff_numbers import ByNumber, fold
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import ids_holding

# in the words of the partial indices, else every look reads the whole table
_KNOWN = "identity_blind IS NOT NULL AND state = 'live'"
_NUMBERED = "NOT (staff_number = '') AND state = 'live'"


class OrganizationNames:
    """Open organisations within the actor's reach by code, full name and short name."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._found: dict[str, dict[int, Organization]] = defaultdict(dict)
        rows = Organization.objects.visible_to(actor, "people.import").filter(dissolved_on__isnull=True)
        for organization in rows:
            for name in {organization.code, organization.name, organization.short_name} - {""}:
                self._found["".join(name.split()).casefold()][organization.pk] = organization

    def reach(self, organization: Organization) -> bool:
        """Tell whether the actor may put people into the organisation, and so know its name."""
        return self._actor.may("people.import", organization.path)

    def find(self, name: str, kind: str) -> Organization | str:
        """Return the one organisation of that name that may hold the relation, or what is wrong in Chinese."""
        found = list(self._found.get("".join(name.split()).casefold(), {}).values())
        if not found:
            return f"没有找到组织“{name[:40]}”，请填写组织机构里的全称、简称或编码。"
        if len(found) > 1:
            fitting = [o for o in found if (o.kind in PARTY_KINDS) == (kind == "party")]
            if len(fitting) != 1:
                codes = "、".join(f"{o}（{o.code}）" for o in found[:4])
                return f"有不止一个组织叫“{name[:40]}”：{codes}。请改填编码。"
            found = fitting
        return found[0]


@dataclass
class Known:
    """People the rows may mean, however they are recognised, and where they belong."""

    by_document: dict[tuple[str, bytes], Person] = field(default_factory=dict)
    by_staff: ByNumber = field(default_factory=ByNumber)
    #: folded number of a record that was given up in a merge -> who remained
    by_former: dict[str, Person] = field(default_factory=dict)
    by_name: dict[tuple[str, date | None], list[Person]] = field(default_factory=lambda: defaultdict(list))
    reachable: set[int] = field(default_factory=set)
    places: dict[int, dict[str, dict[int, Organization]]] = field(default_factory=dict)


def former_numbers() -> dict[str, int]:
    """Return folded staff number of a merged record -> who remained, by the index of merged records."""
    rows = Person.objects.system("numbers of merged records").filter(merged_into__isnull=False, state="merged")
    merged = {pk: (into, number) for pk, into, number in rows.values_list("pk", "merged_into_id", "staff_number")}
    found: dict[str, int] = {}
    for into, number in merged.values():
        while into in merged:
            into = merged[into][0]
        if number:
            found[fold(number)] = into
    return found


def load_known(actor: Actor, judged: Iterable[Any], former: Mapping[str, int]) -> Known:
    """Look up everyone the rows may mean, in a constant number of queries whatever the rows; former: see `former_numbers`."""
    judged = list(judged)
    everyone = Person.objects.system("recognise imported rows; out of reach is answered neutrally").filter(state="live")
    blinds = [one.blind for one in judged if one.blind]
    staff = [fold(one.values["staff_number"]) for one in judged if one.values.get("staff_number")]
    names = {one.values.get("name") for one in judged if not one.blind and not one.values.get("staff_number")}
    names |= {one.values.get("name") for one in judged if not one.blind}
    found = Known()
    people: dict[int, Person] = {}
    if known := ids_holding(Person, "identity_blind", blinds, _KNOWN):
        for person in everyone.filter(pk__in=known):
            people[person.pk] = person
            found.by_document[person.document_type, bytes(person.identity_blind or b"")] = person
    if known := ids_holding(Person, "staff_number", staff, _NUMBERED, upper=True):
        found.by_staff.add(people.setdefault(person.pk, person) for person in everyone.filter(pk__in=known))
    old = {number: former[number] for number in staff if number in former and not found.by_staff.get(number)}
    remained = everyone.in_bulk(set(old.values())) if old else {}
    found.by_former = {n: people.setdefault(pk, remained[pk]) for n, pk in old.items() if pk in remained}
    if names:
        # a namesake elsewhere is not looked at: without a number nobody outside the reach can be meant
        for person in Person.objects.visible_to(actor, "people.import").filter(state="live", name__in=names):
            person = people.setdefault(person.pk, person)
            found.by_name[person.name, person.birth_date].append(person)
    if people:
        inside = Person.objects.visible_to(actor, "people.import").filter(pk__in=list(people))
        found.reachable = set(inside.values_list("pk", flat=True))
        rows = Affiliation.objects.system("places of recognised people").filter(current(), person__in=list(people))
        for row in rows.select_related("organization"):
            found.places.setdefault(row.person_id, {}).setdefault(row.kind, {})[row.organization_id] = row.organization
    return found
