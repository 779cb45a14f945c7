"""What the roster of care looks up for all its rows at once: whom they mean, who serves them, what is there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.permissions import MANAGE
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.services.persons import identity_hashes
from zhibu.kernel.actor import Actor
from zhibu.kernel.identity import check_document

#: parameters of one statement
CHUNK = 500


@dataclass
class Known:
    """People within reach by number, clerks by number and name, open records by person, agreements by record."""

    by_staff: dict[str, Person] = field(default_factory=dict)
    by_document: dict[bytes, Person] = field(default_factory=dict)
    clerks: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    cares: dict[int, CareRecord] = field(default_factory=dict)
    agreed: dict[int, list[Agreement]] = field(default_factory=lambda: defaultdict(list))
    served: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def load(actor: Actor, judged: Sequence[Any], *, lock: bool = False) -> Known:
    """Look up what the rows may mean; document numbers that cannot be one are said to be wrong."""
    _hash_documents(judged)
    found = Known()
    reach = Person.objects.visible_to(actor, MANAGE).filter(state="live")
    staff = [one.values["staff_number"] for one in judged if "staff_number" in one.values]
    blinds = [one.blind for one in judged if one.blind is not None]
    for part in _parts(staff):
        found.by_staff.update({person.staff_number: person for person in reach.filter(staff_number__in=part)})
    for part in _parts(blinds):
        found.by_document.update({bytes(p.identity_blind or b""): p for p in reach.filter(identity_blind__in=part)})
    for part in _parts(sorted({one.values["clerk"] for one in judged if "clerk" in one.values})):
        for person in reach.filter(Q(staff_number__in=part) | Q(name__in=part)):
            for word in {person.name, person.staff_number} - {""}:
                found.clerks[word].append(person)
    people = sorted({p.pk for p in (*found.by_staff.values(), *found.by_document.values())})
    for part in _parts(people):
        _load_cares(found, part, lock=lock)
    return found


def _hash_documents(judged: Sequence[Any]) -> None:
    numbered, numbers = [], []
    for one in judged:
        if not (number := one.values.get("identity_number")):
            continue
        checked = check_document("resident", number, localdate())
        if isinstance(checked, str):
            numbered.append(one)
            numbers.append(checked)
        elif "staff_number" not in one.values:
            one.wrong("identity_number", f"{checked.message.rstrip('。')}。持其他证件的，请填工号。")
    for one, blind in zip(numbered, identity_hashes(numbers), strict=True):
        one.blind = blind


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


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
