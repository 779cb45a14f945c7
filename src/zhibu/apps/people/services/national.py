"""The national member system: lists written out in its layout, files of it compared. People are never written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import QueryDict
from django.utils.timezone import localdate, now

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import NationalCheck, NationalDifference
from zhibu.apps.people.models.national import PERMISSION, CheckState
from zhibu.apps.people.national_layout import layout_on
from zhibu.apps.people.national_members import EXPORT, missing_at
from zhibu.kernel import audit, jobs
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import screen
from zhibu.kernel.console.listing import select
from zhibu.kernel.files.models import Blob
from zhibu.kernel.jobs.models import Job

MOST_AT_ONCE = 2_000
EXPORT_JOB, COMPARE_JOB = "people.national.export", "people.national.compare"


@dataclass(frozen=True)
class ExportMembers:
    """Which list (its query string), and why: every number written out in full is a look of its own."""

    listed: str
    reason: str


@dataclass(frozen=True)
class CompareFile:
    """A stored file from the system and the organisation whose members it should hold."""

    organization: Any
    blob: Blob
    file_name: str
    blanks: bool = False


@dataclass(frozen=True)
class ReviewMany:
    """The list (its query string), the rows ticked in it (none: all of them), and how they were dealt with."""

    listed: str
    uids: tuple[str, ...]
    reason: str


def start_export(act: Act, obj: None, data: ExportMembers) -> Job:
    """Queue the writing of the list; the worker looks the permissions up again."""
    layout = layout_on(localdate())
    lacking = [code for code in (EXPORT, "people.reveal") if not act.actor.may(code)]
    if lacking:
        raise Refused("导出含完整证件号码，您没有导出人员或查看完整号码的权限", next_step="请联系组织部办理。")
    payload = {"list": data.listed, "layout": layout.code, "reason": data.reason}
    top = Organization.objects.visible_to(act.actor, PERMISSION).order_by("path").first()
    label = f"导出{layout.label}（全国系统版式）"
    job = jobs.enqueue(EXPORT_JOB, actor=act.actor, label=label, payload=payload, organization=top)
    act.log(job, summary=f"发起导出{layout.label}（全国系统版式），事由：{data.reason}")
    return job


def compare(act: Act, obj: None, data: CompareFile) -> NationalCheck:
    """Note the file and queue the comparison."""
    layout = layout_on(localdate())
    lacking = missing_at(act.actor, layout, data.organization.path)
    if lacking:
        raise Refused(
            f"比对要看到这些信息，您在“{data.organization}”没有权限：{'、'.join(lacking)}",
            field="organization",
            next_step="请选择您有权限的组织，或请组织部办理。",
        )
    check: NationalCheck = NationalCheck.objects.create(
        organization=data.organization,
        layout=layout.code,
        file=data.blob,
        file_name=data.file_name[:200],
        blanks=data.blanks,
        requested_by_id=act.actor.account_id,
        requested_by_name=act.actor.name[:100],
    )
    check.job = jobs.enqueue(
        COMPARE_JOB,
        actor=act.actor,
        label=f"与全国系统核对：{data.file_name}"[:200],
        payload={"check": check.pk},
        organization=data.organization,
    )
    check.save(update_fields=["job"])
    act.log(check, summary=f"上传全国系统文件比对：{check.file_name}（{data.organization}）")
    return check


def fail(check: NationalCheck, message: str) -> None:
    """Say why the comparison came to nothing; the platform's own step, told by the job."""
    rows = NationalCheck.objects.system("a comparison that failed").filter(pk=check.pk, state=CheckState.READING)
    rows.update(state=CheckState.FAILED, message=message[:500])


def review(act: Act, obj: NationalDifference, data: None) -> NationalDifference:
    """Mark a row as seen to."""
    obj.reviewed_at, obj.reviewed_by, obj.rev = now(), act.actor.name[:100], obj.rev + 1
    obj.save(update_fields=["reviewed_at", "reviewed_by", "rev"])
    act.log(obj)
    return obj


def review_many(act: Act, obj: None, data: ReviewMany) -> NationalCheck:
    """Mark the rows of a list, or those ticked, as seen to: all or none, each with its line. Returns their (first) check."""
    rows = list(open_rows(act.actor, data.listed, data.uids).select_for_update(of=("self",))[: MOST_AT_ONCE + 1])
    if not rows:
        raise Refused("这些条都已经核对过", next_step="请返回名单，重新勾选。")
    if len(rows) > MOST_AT_ONCE:
        raise Refused(f"一次最多标记 {MOST_AT_ONCE:,} 条", next_step="请用筛选条件缩小名单，分几次标记。")
    marked = NationalDifference.objects.system("rows opened above").filter(pk__in=[row.pk for row in rows])
    marked.update(reviewed_at=now(), reviewed_by=act.actor.name[:100], rev=F("rev") + 1)
    audit.record_many(
        audit.AuditLine(
            act.actor, act.code, f"标记已核对：{row}", "people.NationalDifference", str(row.pk), row.organization_id,
            reason=data.reason, for_whom=act.actor.for_whom,
        )
        for row in rows
    )  # fmt: skip
    for check in {row.check_of_id: row.check_of for row in rows}.values():
        count = sum(row.check_of_id == check.pk for row in rows)
        act.log(check, summary=f"标记已核对 {count} 条：{check}")
    first: NationalCheck = rows[0].check_of
    return first


def open_rows(actor: Actor, listed: str, uids: Sequence[str]) -> Any:
    """Return the rows of the list as filtered there that still wait, or those of them that were ticked."""
    rows, _, _, _ = select(screen("national-differences"), actor, QueryDict(listed))
    found = rows.filter(reviewed_at__isnull=True)
    try:
        return found.filter(uid__in=list(uids)) if uids else found
    except ValidationError:
        return found.none()


def reopen(act: Act, obj: NationalDifference, data: None) -> NationalDifference:
    """Take the mark back."""
    obj.reviewed_at, obj.reviewed_by, obj.rev = None, "", obj.rev + 1
    obj.save(update_fields=["reviewed_at", "reviewed_by", "rev"])
    act.log(obj)
    return obj
