"""What follows from a death, from its being taken back, and from two records of a person becoming one."""

from datetime import date

from zhibu.apps.membership.events import MemberLeft, MemberMerging, MemberReturned
from zhibu.apps.membership.models import ChangeKind, Introducer, Member, MemberChange, RecordState, Status
from zhibu.apps.membership.models.change import standing
from zhibu.apps.membership.services.changes import Entry, write
from zhibu.kernel import audit
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish

DIE, MERGE = "membership.member.die", "membership.member.merge"


def _live(*people: int) -> list[Member]:
    rows = Member.objects.system("members of a person").filter(person__in=people, state=RecordState.LIVE)
    return list(rows.select_for_update(of=("self",)).select_related("person", "organization").order_by("pk"))


def die(actor: Actor, person_id: int, on: date, event_id: int) -> None:
    """End the membership of somebody who died."""
    for member in _live(person_id):
        if not member.in_party:
            continue
        act = Act(actor, DIE)
        write(act, member, Entry(ChangeKind.DIE, on, {"status": Status.DECEASED}, source=f"life:{event_id}"))
        publish(MemberLeft(member.pk, person_id, on, actor, member.organization_id, member.status))


def revive(actor: Actor, person_id: int, event_id: int) -> None:
    """Take back what a death did here."""
    from zhibu.apps.membership.services.reversing import take_back

    rows = MemberChange.objects.system("the death taken back").filter(standing(), source=f"life:{event_id}")
    for change in rows.select_related("member__person", "member__organization"):
        take_back(Act(actor, DIE), change)
        member = change.member
        publish(MemberReturned(member.pk, person_id, change.on, actor, member.organization_id))


def merge(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Leave one row live: that of the record kept, unless only the other one is of a member.

    The other goes on to be read; what hung on it moves (changes, introducers, and what subscribers keep).
    """
    rows = _live(kept_id, dropped_id)
    if len(rows) < 2:
        return
    kept = next(row for row in rows if row.person_id == kept_id)
    other = next(row for row in rows if row.person_id == dropped_id)
    if other.in_party and not kept.in_party:
        kept, other = other, kept
    other.state, other.rev = RecordState.MERGED, other.rev + 1
    other.save(update_fields=["state", "rev"])
    for model in (MemberChange, Introducer):
        model.objects.system("merger of two records").filter(member=other).update(member=kept)
    for name in ("applied_on", "admitted_on", "full_on"):
        if getattr(kept, name) is None and (value := getattr(other, name)) is not None:
            setattr(kept, name, value)
    kept.rev += 1
    kept.save(update_fields=["applied_on", "admitted_on", "full_on", "rev"])
    publish(MemberMerging(kept.pk, other.pk, actor))
    audit.record(actor, MERGE, kept, summary=f"随主档合并：{kept.person.name}的两份党员记录并为一份")
