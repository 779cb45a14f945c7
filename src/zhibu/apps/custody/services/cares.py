"""Records of care: opened, kept, moved to another workstation, closed."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Agreement, CareRecord, Ending, ServiceRecord
from zhibu.apps.custody.models.service import VISITS
from zhibu.apps.custody.params import categories
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.services.affiliations import Affiliate, EndAffiliation, affiliate, end_affiliation
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.files.models import Attachment

#: columns of the form, and those of them whose words the trail never holds
COLUMNS = (
    "category", "sent_by", "clerk", "living", "living_words", "kin_name", "kin_relation", "kin_phone", "visit_months",
)  # fmt: skip
SEALED = "（已加密）"
NOT_FOUND_CLERK = "负责人应当是本站能看到的人"


@dataclass(frozen=True)
class Details:
    """What the form of a record of care asks; special_needs None leaves them as they are."""

    category: str
    sent_by: str = ""
    clerk: Person | None = None
    living: str = ""
    living_words: str = ""
    special_needs: str | None = None
    kin_name: str = ""
    kin_relation: str = ""
    kin_phone: str = ""
    visit_months: int = rules.VISIT_MONTHS
    reason: str = ""


@dataclass(frozen=True)
class Open:
    """A new record: the workstation, the first day, and the details."""

    organization: Any
    since: date
    details: Details


@dataclass(frozen=True)
class Move:
    """The workstation that serves from a day on."""

    organization: Any
    on: date
    reason: str = ""


@dataclass(frozen=True)
class Close:
    """The first day on which it is no longer care, and why."""

    on: date
    ending: str
    reason: str = ""


@dataclass(frozen=True)
class Allowance:
    """The standard agreed, in yuan a month; None: none."""

    amount: Decimal | None
    reason: str = ""


def open_(act: Act, person: Person, data: Open) -> CareRecord:
    """Open a record of care; whoever has no service relation with the workstation gets one on the same day."""
    if data.since > localdate():
        raise Refused("进入日期不能晚于今天", field="since")
    if person.birth_date and data.since <= person.birth_date:
        raise Refused("进入日期早于出生日期", field="since")
    served = Affiliation.objects.system("service relation of a person in hand").filter(current(), person=person)
    if not served.filter(kind=Kind.SERVICE, organization=data.organization).exists():
        affiliate(act, person, Affiliate(Kind.SERVICE, data.organization, data.since))
    return create(act, person, data.organization, data.since, data.details)


def create(
    act: Act, person: Person, organization: Any, since: date, details: Details, *, opened_by: int | None = None
) -> CareRecord:
    """Write a new record with its audit line. Raises Refused where the person has an open one."""
    values = {name: getattr(details, name) for name in COLUMNS}
    care = CareRecord(person=person, organization=organization, since=since, opened_by=opened_by, **values)
    care.special_needs = details.special_needs or None
    care.next_visit_on = rules.next_visit(since, None, care.visit_months)
    try:
        with transaction.atomic():
            care.save()
    except IntegrityError as error:
        raise Refused("此人已有托管档案", next_step="请打开原来的那一份办理。", code="one_open") from error
    act.log(care, summary=f"建立托管档案：{person.name}（{organization}，{since.isoformat()} 起）")
    return care


def edit(act: Act, care: CareRecord, data: Details) -> CareRecord:
    """Change the details; the words of the special needs are sealed and not told to the trail."""
    before = copy.copy(care)
    for name in COLUMNS:
        setattr(care, name, getattr(data, name))
    if data.special_needs is not None:
        care.special_needs = data.special_needs or None
    changes = differences(before, care)
    if not changes:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。", code="unchanged")
    refresh_visits(care)
    return saved(act, care, changes, f"修改托管档案：{care.person.name}")


def differences(before: CareRecord, after: CareRecord) -> list[Change]:
    """Return what differs in the details, as the trail tells it: of special needs only that they differ."""
    changes = [_worded(change, before, after) for change in diff(before, after, COLUMNS)]
    old, new = before.special_needs or "", after.special_needs or ""
    if old != new:
        changes.append(Change("special_needs", "特殊需要", SEALED if old else "", SEALED if new else ""))
    return changes


def _worded(change: Change, before: CareRecord, after: CareRecord) -> Change:
    if change.field != "category":
        return change
    return Change("category", change.label, before.category_label, after.category_label)


def set_allowance(act: Act, care: CareRecord, data: Allowance) -> CareRecord:
    """Change the standard of the allowance."""
    before = copy.copy(care)
    care.allowance = data.amount
    changes = diff(before, care, ["allowance"])
    if not changes:
        raise Refused("补贴标准没有变化", field="amount")
    return saved(act, care, changes, f"核定补贴标准：{care.person.name}")


def move(act: Act, care: CareRecord, data: Move) -> CareRecord:
    """Hand the person over to another workstation: its service relation begins, the former one ends."""
    if data.organization.pk == care.organization_id:
        raise Refused("已经由这个工作站服务", field="organization")
    if data.on > localdate() or data.on < care.since:
        raise Refused("移交日期应在进入托养托管之后，不晚于今天", field="on")
    served = Affiliation.objects.system("service relations of a person in hand").filter(
        current(), person=care.person, kind=Kind.SERVICE
    )
    held = {row.organization_id: row for row in served.select_related("organization", "person")}
    old = held.get(care.organization_id)
    if old is not None:
        if data.on < old.since:
            raise Refused(f"移交日期早于原服务关系的起始日期 {old.since.isoformat()}", field="on")
        end_affiliation(act, old, EndAffiliation(data.on, data.reason))
    if data.organization.pk not in held:
        affiliate(act, care.person, Affiliate(Kind.SERVICE, data.organization, data.on, reason=data.reason))
    return hand_over(act, care, data.organization)


def hand_over(act: Act, care: CareRecord, organization: Any) -> CareRecord:
    """Put the record, and the files on what hangs on it, under another workstation; the clerk is named anew there."""
    before = copy.copy(care)
    care.organization, care.clerk = organization, None
    changes = diff(before, care, ["organization", "clerk"])
    for model in (Agreement, ServiceRecord):
        keys = model.objects.system("what hangs on a record in hand").filter(care=care).values_list("pk", flat=True)
        files = Attachment.objects.system("files of a record that moves").filter(object_type=model._meta.label)
        files.filter(object_id__in=[str(key) for key in keys]).update(organization=organization)
    return saved(act, care, changes, f"移交托管档案：{care.person.name}，交{organization}")


def close(act: Act, care: CareRecord, data: Close) -> CareRecord:
    """Close a record by hand; whoever counts as in care leaves it by the life event of the person instead."""
    if care.person.employment == "in_care" and data.ending != Ending.MISTAKE:
        raise Refused(
            "此人的人员类别是“托养托管”",
            next_step="请在其主档的“人员变动”里办理结束托养托管、退休或离开单位，档案随之结束。",
        )
    if data.on > localdate() or data.on < care.since:
        raise Refused("结束日期应在进入日期之后，不晚于今天", field="on")
    return end(act, care, data.on, data.ending, data.reason)


def end(
    act: Act, care: CareRecord, on: date, ending: str, words: str = "", *, closed_by: int | None = None
) -> CareRecord:
    """End a record and its agreements on a day."""
    day = max(on, care.since)
    before = copy.copy(care)
    care.until, care.ending, care.ending_words, care.closed_by = day, ending, words, closed_by
    rows = Agreement.objects.system("agreements of a record in hand").filter(care=care, ended_on__isnull=True)
    for row in rows.select_for_update(of=("self",)).filter(until__gte=day):
        row.ended_on, row.ended_why, row.ended_by, row.rev = day, str(Ending(ending).label), closed_by, row.rev + 1
        row.save()
        act.log(
            row, organization_id=care.organization_id, summary=f"随托管结束终止协议 {row.number}（{care.person.name}）"
        )
    changes = diff(before, care, ["until", "ending"])
    return saved(act, care, changes, f"结束托管档案：{care.person.name}（{Ending(ending).label}）")


def reopen(act: Act, care: CareRecord, event_id: int) -> CareRecord:
    """Take back an end that a life event brought, with the agreements that ended by it."""
    before = copy.copy(care)
    care.until, care.ending, care.ending_words, care.closed_by = None, "", "", None
    rows = Agreement.objects.system("agreements of a record in hand").filter(care=care, ended_by=event_id)
    for row in rows.select_for_update(of=("self",)):
        row.ended_on, row.ended_why, row.ended_by, row.rev = None, "", None, row.rev + 1
        row.save()
        act.log(row, organization_id=care.organization_id, summary=f"恢复协议 {row.number}（{care.person.name}）")
    return saved(act, care, diff(before, care, ["until", "ending"]), f"恢复托管档案：{care.person.name}")


def refresh_visits(care: CareRecord) -> None:
    """Set when the person was last visited and is to be visited next, from the services that stand; saves nothing."""
    rows = ServiceRecord.objects.system("visits of a record in hand").filter(care=care, stands=True, kind__in=VISITS)
    last = rows.order_by("-on").values_list("on", flat=True).first()
    care.last_visit_on = last
    care.next_visit_on = rules.next_visit(care.since, last, care.visit_months)


def visit_months_of(category: str, today: date) -> int:
    """Return how often a category is visited."""
    row = in_force(categories(), today).get(category)
    return row.visit_months if row else rules.VISIT_MONTHS


def saved(act: Act, care: CareRecord, changes: Iterable[Change], summary: str, **more: Mapping[str, Any]) -> CareRecord:
    """Save a record with a new revision and its audit line. Raises Refused where the person has another open one."""
    care.rev += 1
    try:
        with transaction.atomic():
            care.save()
    except IntegrityError as error:
        raise Refused("此人已有另一份托管档案", next_step="请打开那一份办理。", code="one_open") from error
    act.log(care, changes=list(changes), summary=summary)
    return care
