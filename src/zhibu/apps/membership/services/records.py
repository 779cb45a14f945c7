"""What is kept of a member beside status: dates, introducers, a note; whether to be reminded of the political birthday."""

import copy
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate, now

from zhibu.apps.membership import rules
from zhibu.apps.membership.models import Introducer, Member, MemberKind
from zhibu.apps.membership.params import eras, limits
from zhibu.apps.membership.services import changes
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change

COLUMNS = ("applied_on", "admitted_on", "full_on", "note")


@dataclass(frozen=True)
class Details:
    """What the form of a member asks; early: why a probation shorter than the rule of its time is right."""

    applied_on: date | None = None
    admitted_on: date | None = None
    full_on: date | None = None
    introducers: tuple[str, ...] = ()
    note: str = ""
    early: str = ""
    reason: str = ""


def check(member: Member, data: Details, birth: date | None) -> None:
    """Refuse dates that cannot be, at their field."""
    faults = rules.dates(birth, data.admitted_on, data.full_on, localdate(), limits())
    if data.applied_on:
        faults += rules.admission(birth, data.applied_on, data.admitted_on or localdate(), localdate(), limits())
    if member.kind == MemberKind.PROBATIONARY and data.full_on:
        raise Refused("预备党员还没有转正日期", field="full_on", next_step="转正请在“发展党员”里办理。")
    faults += rules.short_probation(data.admitted_on, data.full_on, eras(), data.early)
    for fault in faults:
        raise Refused(fault.message, field=fault.code, article=fault.article)


def edit(act: Act, member: Member, data: Details) -> Member:
    """Change dates, introducers and note; the dates are written on the person's record, too."""
    member = changes.lock(member)
    check(member, data, member.person.birth_date)
    before = copy.copy(member)
    member.note = data.note or (f"预备期不满的情况：{data.early}"[:200] if data.early else "")
    for name in ("applied_on", "admitted_on", "full_on"):
        setattr(member, name, getattr(data, name))
    told = [*diff(before, member, COLUMNS), *name_introducers(member, data.introducers)]
    if not told:
        raise Refused("内容没有变化", next_step="请修改后再保存，或直接返回。", code="unchanged")
    member.rev += 1
    member.save(update_fields=[*COLUMNS, "rev"])
    changes.write_person(act, member.person, {"joined_party_on": member.admitted_on, "full_member_on": member.full_on})
    act.log(member, changes=told, summary=f"修改党员信息：{member.person.name}")
    return member


def name_introducers(member: Member, names: tuple[str, ...]) -> list[Change]:
    """Make these the introducers; what stays by name keeps its link to a person."""
    rows = Introducer.objects.system("introducers of a member in hand").filter(member=member, withdrawn_at__isnull=True)
    there = {row.name: row for row in rows}
    wanted = [name.strip() for name in names if name.strip()]
    if list(there) == wanted:
        return []
    for name, row in there.items():
        if name not in wanted:
            row.withdrawn_at = now()
            row.save(update_fields=["withdrawn_at"])
    for name in wanted:
        if name not in there:
            Introducer.objects.create(member=member, name=name[:100])
    return [Change("introducers", "入党介绍人", "、".join(there), "、".join(wanted))]


def be_quiet(act: Act, member: Member, data: None = None) -> Member:
    """Switch the reminder of one's own political birthday off, or on again."""
    member = changes.lock(member)
    before = copy.copy(member)
    member.quiet, member.rev = not member.quiet, member.rev + 1
    member.save(update_fields=["quiet", "rev"])
    act.log(member, changes=diff(before, member, ["quiet"]), summary=f"政治生日提醒：{member.person.name}")
    return member
