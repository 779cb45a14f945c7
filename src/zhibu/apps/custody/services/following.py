"""What becomes of records of care when something happens to the person or to the workstation."""

from collections.abc import Iterable, Sequence
from datetime import date

from zhibu.apps.custody.models import CareRecord, Ending, ServiceRecord
from zhibu.apps.custody.services import cares
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.events import Veto


def open_record(person_id: int) -> CareRecord | None:
    """Return the open record of a person, locked."""
    rows = CareRecord.objects.system("care of a person to whom something happens").filter(person_id=person_id)
    found: CareRecord | None = (
        rows.filter(until__isnull=True).select_for_update(of=("self",)).select_related("person", "organization").first()
    )
    return found


def enter(actor: Actor, person_id: int, on: date, home_id: int | None, event_id: int) -> None:
    """Open a record for whoever enters care, at the workstation of the life event; what it is about is added later."""
    if open_record(person_id) is not None:
        return
    rows = Affiliation.objects.system("workstation of a life event").filter(
        person_id=person_id, kind=Kind.SERVICE, until__isnull=True
    )
    served = rows.select_related("organization", "person").order_by("-since", "-pk").first()
    if served is None:
        return
    home = Organization.objects.system("unit that sent a person into care").filter(pk=home_id).first()
    details = cares.Details(category="", sent_by=str(home or "")[:100])
    act = Act(actor, "custody.care.open", "建立托管档案")
    cares.create(act, served.person, served.organization, on, details, opened_by=event_id)


def leave(actor: Actor, person_id: int, on: date, ending: Ending, event_id: int) -> None:
    """Close the open record, if there is one."""
    if (care := open_record(person_id)) is not None:
        cares.end(Act(actor, "custody.care.close", "结束托管档案"), care, on, ending, closed_by=event_id)


def new_home(actor: Actor, person_id: int, home_id: int | None) -> None:
    """Another unit keeps the person's record now: it is the one that answers for the care."""
    care = open_record(person_id)
    home = Organization.objects.system("unit that answers for a person in care").filter(pk=home_id).first()
    if care is None or home is None or care.sent_by == str(home)[:100]:
        return
    before, care.sent_by = care.sent_by, str(home)[:100]
    care.rev += 1
    care.save(update_fields=["sent_by", "rev"])
    change = Change("sent_by", "派出单位", before, care.sent_by)
    Act(actor, "custody.care.edit").log(care, changes=[change], summary=f"随调动改派出单位：{care.person.name}")


def take_back(actor: Actor, person_id: int, event_id: int) -> None:
    """Undo what a life event did here; forbid it where something was written since that would hang in the air."""
    rows = CareRecord.objects.system("care touched by a life event").filter(person_id=person_id)
    rows = rows.select_for_update(of=("self",)).select_related("person", "organization")
    act = Act(actor, "custody.care.reverse", "撤销")
    for care in rows.filter(opened_by=event_id, until__isnull=True):
        served = ServiceRecord.objects.system("services of a record in hand").filter(care=care, stands=True).exists()
        if served or care.agreements.system("agreements of a record in hand").filter(ended_on__isnull=True).exists():
            raise Veto("托管档案里已有服务记录或协议", next_step="请先撤回这些记录、终止协议，再撤销进入托养托管。")
        cares.end(act, care, care.since, Ending.MISTAKE, closed_by=event_id)
    for care in rows.filter(closed_by=event_id).exclude(opened_by=event_id):
        cares.reopen(act, care, event_id)


def move_with(actor: Actor, sources: Sequence[int], survivor_id: int, reason: str, uids: Iterable[str] = ()) -> None:
    """Hand the open records of workstations over to another one; with `uids` only those of these people."""
    survivor = Organization.objects.system("workstation that remains").get(pk=survivor_id)
    rows = CareRecord.objects.system("care of a merged workstation").filter(organization_id__in=sources)
    chosen = list(uids)
    if chosen:
        people = Person.objects.system("people of a part").filter(uid__in=chosen)
        rows = rows.filter(person__in=people.values("pk"), until__isnull=True)
    act = Act(actor, "custody.care.move", "移交托管档案", reason=reason)
    for care in rows.select_for_update(of=("self",)).select_related("person", "organization"):
        cares.hand_over(act, care, survivor)


def kept_at(organization_id: int) -> int:
    """Return how many people are in care at a workstation."""
    rows = CareRecord.objects.system("care at a closing workstation").filter(organization_id=organization_id)
    return int(rows.filter(until__isnull=True).count())
