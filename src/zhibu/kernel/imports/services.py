"""What a clerk does with an import; reading, checking and writing are jobs that these start."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils import timezone

from zhibu.kernel import jobs
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.files.models import Blob
from zhibu.kernel.imports import matching
from zhibu.kernel.imports.models import BatchState, ImportBatch, ImportEffect
from zhibu.kernel.imports.running import may_import
from zhibu.kernel.imports.spec import ImportSpec, get
from zhibu.kernel.imports.staging import Staging


@dataclass(frozen=True)
class Match:
    """Which rows hold the header (from 0) and which column (from 0) is which key; labels: the header's own texts."""

    sheet: str
    header_rows: tuple[int, ...]
    first_data_row: int
    mapping: dict[int, str]
    labels: dict[int, str]
    signature: str = ""


@dataclass(frozen=True)
class UploadImport:
    """A stored file on its way in, and what the platform found in it."""

    spec: str
    organization: Any
    blob: Blob
    file_name: str
    heads: list[dict[str, Any]] = field(default_factory=list)
    match: Match | None = None


@dataclass(frozen=True)
class ApplyImport:
    """Whether the clerk leaves out the rows that have errors."""

    skip_errors: bool = False


def upload(act: Act, obj: None, data: UploadImport) -> ImportBatch:
    """Make a batch of an uploaded file, its columns matched as far as the platform can tell."""
    spec = get(data.spec)
    if data.organization is None or not act.actor.may(spec.permission, data.organization.path):
        raise Http404
    batch = ImportBatch(
        uid=uuid.uuid4(),
        spec=spec.code,
        label=spec.label,
        organization=data.organization,
        requested_by_id=act.actor.account_id,
        requested_by_name=act.actor.name[:100],
        file=data.blob,
        file_name=data.file_name,
    )
    if data.match:
        _take(batch, data.match)
    with Staging(batch.uid) as staged:  # without a batch, should this transaction fail, it is cleared away
        staged.put_sheets(data.heads)
    batch.save()
    act.log(batch, summary=f"上传“{spec.label}”表格：{batch.file_name}")
    return batch


def _take(batch: ImportBatch, match: Match) -> None:
    batch.sheet = match.sheet
    batch.header_rows = list(match.header_rows)
    batch.mapping = {str(index): key for index, key in match.mapping.items()}
    batch.options = {
        "first_data_row": match.first_data_row,
        "labels": {str(index): label for index, label in match.labels.items()},
        "signature": match.signature,
    }


def _spec_of(act: Act, batch: ImportBatch) -> ImportSpec:
    """Return the kind of the batch, or 404 to whoever does not hold its permission there."""
    spec = get(batch.spec)
    if not may_import(act.actor, spec, batch):
        raise Http404
    return spec


def match(act: Act, batch: ImportBatch, data: Match) -> ImportBatch:
    """Settle sheet, header and columns, remember them, and start the check."""
    spec = _spec_of(act, batch)
    missing = matching.missing_labels(spec, list(data.mapping.values()))
    if missing:
        raise Refused(f"还没有指定必填的列：{missing}", next_step="请在下面为它们各选一列，或检查表头行是否选对。")
    _take(batch, data)
    matching.remember(spec, data.signature, data.mapping)
    batch.job = jobs.enqueue(
        "imports.check",
        actor=act.actor,
        label=f"检查导入表格：{batch.file_name}"[:200],
        payload={"batch": batch.pk},
        organization=batch.organization,
    )
    _enter(batch, BatchState.CHECKING)
    batch.counts = {}
    batch.save()
    act.log(batch, summary=f"核对各列并开始检查：{batch.file_name}")
    return batch


def apply(act: Act, batch: ImportBatch, data: ApplyImport) -> ImportBatch:
    """Start writing a checked batch; rows with errors must have been left out expressly."""
    spec = _spec_of(act, batch)
    wrong = batch.counts.get("error", 0)
    if wrong and not data.skip_errors:
        raise Refused(
            f"还有 {wrong} 行有错误",
            field="skip_errors",
            next_step="请在 Excel 里改好后重新上传；或者勾选略过这些行，只写入其余的行。",
        )
    batch.skip_errors = bool(wrong)
    batch.counts = {**batch.counts, "excluded": wrong}
    batch.options = {key: value for key, value in batch.options.items() if key != "recheck"}
    total = batch.counts["create"] + batch.counts["update"]
    batch.job = jobs.enqueue(
        "imports.apply",
        actor=act.actor,
        label=f"写入{spec.label}：{batch.file_name}"[:200],
        payload={"batch": batch.pk},
        organization=batch.organization,
        total=total,
    )
    _enter(batch, BatchState.APPLYING)
    batch.save()
    left_out = f"，略过有错的 {wrong} 行" if wrong else ""
    act.log(batch, summary=f"确认写入{spec.label} {total} 行{left_out}：{batch.file_name}")
    return batch


def stop(act: Act, batch: ImportBatch, data: None) -> ImportBatch:
    """Stop the writing behind its present chunk, which holds the batch until it is done, and take back what was written.

    Whoever stops it has the batch now, so no further chunk begins: the job finds itself cancelled, or replaced.
    """
    spec = _spec_of(act, batch)
    if batch.job is not None:
        jobs.cancel_for(batch.job)
    written = ImportEffect.objects.filter(batch=batch)
    created, total = written.filter(created=True).count(), written.count()
    if not total:
        _enter(batch, BatchState.CHECKED)
        batch.reason = "已停止写入，没有写入任何一行。可以再次写入，或放弃这次导入。"
        batch.save()
        act.log(batch, summary=f"停止写入{spec.label}，没有写入任何一行：{batch.file_name}")
        return batch
    batch.counts = {**batch.counts, "written": total, "created": created, "updated": total - created}
    batch.options = {**batch.options, "stopped": True}
    _take_back(act, batch, spec)
    act.log(batch, summary=f"停止写入{spec.label}，撤销已写入的 {total} 行：{batch.file_name}")
    return batch


def undo(act: Act, batch: ImportBatch, data: None) -> ImportBatch:
    """Start taking back what a batch wrote."""
    spec = _spec_of(act, batch)
    _take_back(act, batch, spec)
    act.log(batch, summary=f"撤销导入{spec.label}：{batch.file_name}")
    return batch


def _take_back(act: Act, batch: ImportBatch, spec: ImportSpec) -> None:
    batch.job = jobs.enqueue(
        "imports.undo",
        actor=act.actor,
        label=f"撤销{spec.label}：{batch.file_name}"[:200],
        payload={"batch": batch.pk},
        organization=batch.organization,
        total=batch.counts.get("written"),
    )
    _enter(batch, BatchState.UNDOING)
    batch.save()


def cancel(act: Act, batch: ImportBatch, data: None) -> ImportBatch:
    """Give an import up; nothing was written."""
    _spec_of(act, batch)
    if batch.state == BatchState.CHECKING and batch.job is not None:
        jobs.cancel(batch.job, act.actor)
    _enter(batch, BatchState.CANCELLED)
    batch.finished_at = timezone.now()
    batch.save()
    act.log(batch, summary=f"放弃导入：{batch.file_name}")
    return batch


def _enter(batch: ImportBatch, state: BatchState) -> None:
    batch.state = state
    batch.reason = ""
    batch.rev += 1
