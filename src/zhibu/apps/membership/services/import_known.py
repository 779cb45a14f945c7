"""What the roster of members looks up for all its rows at once: whom they mean, their membership, the branches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zhibu.apps.membership.models import Introducer, Member, RecordState
from zhibu.apps.membership.permissions import MANAGE
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.services.recognising import recognise
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import parts


@dataclass
class Known:
    """Memberships and party relations, branches by name."""

    members: dict[int, Member] = field(default_factory=dict)
    introducers: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    relations: dict[int, Organization] = field(default_factory=dict)
    branches: dict[str, list[Organization]] = field(default_factory=lambda: defaultdict(list))


def load(actor: Actor, judged: Sequence[Any], *, lock: bool = False) -> Known:
    """Give the rows the people they mean, and look up what is there of them."""
    found = Known()
    reach = Person.objects.visible_to(actor, MANAGE).filter(state="live")
    if lock:
        reach = reach.select_for_update(of=("self",))
    for part in parts(recognise(reach, judged)):
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
