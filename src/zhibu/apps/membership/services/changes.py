"""Writing a change of membership: the row, the person's political status, the change itself, the trail, the events."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.apps.membership.events import MemberLeft, MemberReturned, MemberStatusChanged
from zhibu.apps.membership.models import IN_PARTY, ChangeKind, Member, MemberChange
from zhibu.apps.membership.services.ties import Tie, end_ties
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.services.affiliations import EndAffiliation, end_affiliation
from zhibu.apps.people.services.persons import check_consistent
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish

#: columns that a change may write, of the member and of the person
MEMBER = (
    "kind", "status", "status_since", "applied_on", "admitted_on", "full_on", "probation_until", "rights_from",
    "rights_until", "rectify_until", "left_on",
)  # fmt: skip
PERSON = ("political_status", "joined_party_on", "full_member_on")
MASSES = "13"
#: measures that leave rights and status as they are
HIDDEN = (ChangeKind.WARNING, ChangeKind.SERIOUS, ChangeKind.POSTS)


@dataclass(frozen=True)
class Decision:
    """By which decision: day of the assembly, document, who approved it when, and why (the words are sealed)."""

    decided_on: date | None = None
    document: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    words: str = ""


#: where nothing is said of the decision
UNSAID = Decision()


@dataclass(frozen=True)
class Entry:
    """A change to be written; until: the end of what it opens; article: what it rests on; source: what did it."""

    kind: ChangeKind
    on: date
    values: Mapping[str, Any]
    person: Mapping[str, Any] = field(default_factory=dict)
    until: date | None = None
    article: str = ""
    decision: Decision = UNSAID
    source: str = ""


def lock(member: Member) -> Member:
    """Return the row again, locked, with its person and organisation."""
    rows = Member.objects.system("a member in hand").select_for_update(of=("self",))
    found: Member = rows.select_related("person", "organization").get(pk=member.pk)
    return found


def write(act: Act, member: Member, entry: Entry) -> MemberChange:
    """Write a change: columns of member and person, the change with what it takes to undo it, one line in the trail.

    The member must be locked. Relations, ties and events are the caller's.
    """
    before, person = copy.copy(member), member.person
    values = dict(entry.values)
    if "status" in values and values["status"] != member.status:
        values.setdefault("status_since", entry.on)
        values.setdefault("left_on", None if values["status"] in IN_PARTY else entry.on)
    old = {name: stored(getattr(member, name)) for name in values}
    for name, value in values.items():
        setattr(member, name, value)
    member.rev += 1
    member.save(update_fields=[*values, "rev"])
    old_person, changes = write_person(act, person, entry.person)
    row = MemberChange.objects.create(
        member=member, kind=entry.kind, on=entry.on, until=entry.until, organization_id=member.organization_id,
        status=member.status, member_kind=member.kind, article=entry.article, source=entry.source,
        decided_on=entry.decision.decided_on, document=entry.decision.document, approved_by=entry.decision.approved_by,
        approved_on=entry.decision.approved_on, words=entry.decision.words or None,
        by_account_id=act.actor.account_id, by_name=act.actor.name[:100],
        data={
            "before": old, "after": {name: stored(value) for name, value in values.items()},
            "person_before": old_person, "person_after": {name: stored(value) for name, value in entry.person.items()},
        },
    )  # fmt: skip
    # the trail is read by more people than may see measures
    label = "党纪处分" if entry.kind in HIDDEN else ChangeKind(entry.kind).label
    summary = f"{label}：{person.name}（{entry.on.isoformat()}起）"
    act.log(member, changes=[*diff(before, member, [n for n in MEMBER if n in values]), *changes], summary=summary)
    return row  # type: ignore[no-any-return]


def write_person(act: Act, person: Person, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Change]]:
    """Write political status and dates on the person; return the values before and what changed."""
    changed = {name: value for name, value in values.items() if getattr(person, name) != value}
    old = {name: stored(getattr(person, name)) for name in values}
    if not changed:
        return old, []
    before = copy.copy(person)
    for name, value in changed.items():
        setattr(person, name, value)
    check_consistent(person)
    person.rev += 1
    person.save(update_fields=[*changed, "rev", "changed_at"])
    changes = diff(before, person, PERSON)
    act.log(person, changes=changes, organization_id=home_of(person), summary=f"党员管理写入政治面貌：{person.name}")
    return old, changes


def home_of(person: Person) -> int | None:
    """Return where lines about the person are seen."""
    from zhibu.apps.people.services.persons import home_id

    return home_id(person)


def stored(value: Any) -> Any:
    """Return a value as it stands in `MemberChange.data`: dates in ISO."""
    return value.isoformat() if isinstance(value, date) else value


def open_relation(person_id: int) -> Affiliation | None:
    """Return the open party relation of somebody, locked."""
    rows = Affiliation.objects.system("party relation of a member in hand").filter(
        person_id=person_id, kind=Kind.PARTY, until__isnull=True
    )
    found: Affiliation | None = rows.select_for_update(of=("self",)).select_related("organization", "person").first()
    return found


def end_relation(act: Act, member: Member, row: MemberChange, on: date) -> None:
    """End the party relation with everything tied to it, and note in the change what to open again."""
    relation = open_relation(member.person_id)
    if relation is None:
        return
    if on < relation.since:
        raise Refused(f"生效日期早于组织关系的起始日期 {relation.since.isoformat()}", field="on")
    end_affiliation(act, relation, EndAffiliation(on, act.reason))
    row.data = {**row.data, "relation": [relation.pk, relation.rev]}
    row.save(update_fields=["data"])
    end_ties(act.actor, [Tie(member.person_id, None, relation.organization_id, on)])


def tell(act: Act, member: Member, on: date, before: str) -> None:
    """Publish what the change of status comes to."""
    if member.status in IN_PARTY:
        publish(MemberStatusChanged(member.pk, member.person_id, on, act.actor, before, member.status))
    else:
        publish(MemberLeft(member.pk, member.person_id, on, act.actor, member.organization_id, member.status))


def tell_return(act: Act, member: Member, on: date, before: str) -> None:
    """Publish what a reversal comes to."""
    if before not in IN_PARTY and member.status in IN_PARTY:
        publish(MemberReturned(member.pk, member.person_id, on, act.actor, member.organization_id))
    else:
        publish(MemberStatusChanged(member.pk, member.person_id, on, act.actor, before, member.status))
