"""What the roster of care looks up for all its rows at once: whom they mean, who serves them, what is there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.permissions import MANAGE
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.services.recognising import recognise
from zhibu.apps.people.staff_numbers import fold, having
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import parts


@dataclass
class Known:
    """Clerks by number and name, open records by person, agreements by record."""

    clerks: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    cares: dict[int, CareRecord] = field(default_factory=dict)
    agreed: dict[int, list[Agreement]] = field(default_factory=lambda: defaultdict(list))
    served: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def load(actor: Actor, judged: Sequence[Any], *, lock: bool = False) -> Known:
    """Give the rows the people they mean, and look up what is there of them."""
    found = Known()
    reach = Person.objects.visible_to(actor, MANAGE).filter(state="live")
    people = recognise(reach, judged)
    for part in parts(sorted({one.values["clerk"] for one in judged if "clerk" in one.values})):
        for person in reach.filter(having(part) | Q(name__in=part)):
            for word in {fold(person.name), fold(person.staff_number)} - {""}:
                found.clerks[word].append(person)
    for part in parts(people):
        _load_cares(found, part, lock=lock)
    return found


def _load_cares(found: Known, people: Sequence[int], *, lock: bool) -> None:
    rows = CareRecord.objects.system("open records of people recognised in the actor's reach")
    rows = rows.filter(person__in=people, until__isnull=True).select_related("person", "organization", "clerk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    mine = {care.pk: care for care in rows}
    found.cares.update({care.person_id: care for care in mine.values()})
    for agreement in Agreement.objects.system("agreements of records in hand").filter(care__in=mine):
        found.agreed[agreement.care_id].append(agreement)
    served = Affiliation.objects.system("service relations of people in hand").filter(
        current(), person__in=people, kind=Kind.SERVICE
    )
    for person, organization in served.values_list("person_id", "organization_id"):
        found.served[person].add(organization)
