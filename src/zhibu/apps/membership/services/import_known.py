"""What the roster of members looks up for all its rows at once: whom they mean, their membership, the branches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership.models import Introducer, Member, RecordState
from zhibu.apps.membership.permissions import MANAGE
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.services.persons import identity_hashes
from zhibu.kernel.actor import Actor
from zhibu.kernel.identity import check_document

#: parameters of one statement
CHUNK = 500


@dataclass
class Known:
    """People within reach by number, their memberships and party relations, branches by name."""

    by_staff: dict[str, Person] = field(default_factory=dict)
    by_document: dict[bytes, Person] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    introducers: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    relations: dict[int, Organization] = field(default_factory=dict)
    branches: dict[str, list[Organization]] = field(default_factory=lambda: defaultdict(list))


def load(actor: Actor, judged: Sequence[Any], *, lock: bool = False) -> Known:
    """Look up what the rows may mean; document numbers that cannot be one are said to be wrong."""
    _hash_documents(judged)
    found = Known()
    reach = Person.objects.visible_to(actor, MANAGE).filter(state="live")
    if lock:
        reach = reach.select_for_update(of=("self",))
    for part in _parts([one.values["staff_number"] for one in judged if "staff_number" in one.values]):
        found.by_staff.update({person.staff_number: person for person in reach.filter(staff_number__in=part)})
    for part in _parts([one.blind for one in judged if one.blind is not None]):
        found.by_document.update({bytes(p.identity_blind or b""): p for p in reach.filter(identity_blind__in=part)})
    for part in _parts(sorted({p.pk for p in (*found.by_staff.values(), *found.by_document.values())})):
        _load_members(found, part, lock=lock)
    places = Organization.objects.visible_to(actor, MANAGE).filter(
        kind__in=[Kind.BRANCH, Kind.GROUP], dissolved_on__isnull=True
    )
    for place in places:
        for name in {place.code, place.name, place.short_name} - {""}:
            found.branches["".join(name.split())].append(place)
    return found


def _load_members(found: Known, people: Sequence[int], *, lock: bool) -> None:
    rows = Member.objects.system("members recognised in the actor's reach").filter(
        person__in=people, state=RecordState.LIVE
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    mine = {member.pk: member for member in rows.select_related("person", "organization")}
    found.members.update({member.person_id: member for member in mine.values()})
    named = Introducer.objects.system("introducers of members in hand").filter(
        member__in=mine, withdrawn_at__isnull=True
    )
    for row in named:
        found.introducers[row.member_id].append(row.name)
    relations = Affiliation.objects.system("party relations of people in hand").filter(
        person__in=people, kind=Relation.PARTY, until__isnull=True
    )
    for relation in relations.select_related("organization"):
        found.relations[relation.person_id] = relation.organization


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


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
