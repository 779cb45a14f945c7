"""Looks after imports by the clock: batches whose job ended without them, and staged rows nobody needs any more."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.imports.models import BatchState, ImportBatch, ImportEffect
from zhibu.kernel.imports.running import batches
from zhibu.kernel.imports.staging import folder, remove
from zhibu.kernel.jobs import daily, every
from zhibu.kernel.jobs.models import State

#: days for which staged rows are kept after the end, and after which an open import counts as given up
KEPT_DAYS, ABANDONED_DAYS = 7, 30
_RUNNING = (BatchState.CHECKING, BatchState.APPLYING, BatchState.UNDOING)
_ENDED = (BatchState.DONE, BatchState.UNDONE, BatchState.FAILED, BatchState.CANCELLED)


@every("imports.settle", minutes=0.2)
@transaction.atomic
def settle() -> None:
    """Give batches whose job failed or was cancelled a state from which the clerk can go on."""
    stuck = batches("imports whose job ended").filter(
        state__in=_RUNNING, job__state__in=[State.FAILED, State.CANCELLED]
    )
    for batch in stuck.select_related("job").select_for_update(of=("self",)):
        _settle(batch)


def _settle(batch: ImportBatch) -> None:
    job = batch.job
    assert job is not None
    changes: dict[str, Any] = {"reason": job.message[:200]}
    if batch.state == BatchState.CHECKING:
        state = BatchState.UPLOADED
    elif batch.state == BatchState.UNDOING:
        # stopped half way, it was never written whole
        state = BatchState.FAILED if batch.options.get("stopped") else BatchState.DONE
        changes["reason"] = f"撤销没有全部完成，可以再次撤销。{job.message}"[:200]
    else:
        state, more = _after_writing(batch, job.message)
        changes |= more
    batches("imports whose job ended").filter(pk=batch.pk).update(state=state, rev=F("rev") + 1, **changes)
    summary = f"导入没有完成（{BatchState(batch.state).label}）：{batch.file_name}"
    audit.record(SYSTEM, "imports.settle", batch, summary=summary, reason=job.message)


def _after_writing(batch: ImportBatch, message: str) -> tuple[BatchState, dict[str, Any]]:
    """Nothing written: confirm again. Some chunks written: say how many, and let them be taken back."""
    effects = ImportEffect.objects.filter(batch=batch)
    written = effects.count()
    if not written:
        return BatchState.CHECKED, {"reason": f"没有写入任何数据。{message}"[:200]}
    created = effects.filter(created=True).count()
    counts = {**batch.counts, "written": written, "created": created, "updated": written - created}
    reason = f"写入停在中途，已写入 {written} 行：可以撤销，或把同一文件重新上传，接着写入其余的行。{message}"
    return BatchState.FAILED, {"counts": counts, "reason": reason[:200], "finished_at": timezone.now()}


@daily("imports.clear", hour=3)
@transaction.atomic
def clear() -> None:
    """Give up imports left open for a month, and remove staged rows a week after the end."""
    now = timezone.now()
    open_states = Q(state__in=[BatchState.UPLOADED, BatchState.CHECKED])
    for batch in batches("abandoned imports").filter(open_states, created_at__lt=now - timedelta(days=ABANDONED_DAYS)):
        batches("abandoned imports").filter(pk=batch.pk, rev=batch.rev).update(
            state=BatchState.CANCELLED, finished_at=now, rev=F("rev") + 1, reason="超过 30 天没有办理，自动放弃。"
        )
        audit.record(SYSTEM, "imports.clear", batch, summary=f"超过 30 天没有办理，自动放弃导入：{batch.file_name}")
    ended = batches("ended imports").filter(state__in=_ENDED, finished_at__lt=now - timedelta(days=KEPT_DAYS))
    gone = set(ended.values_list("uid", flat=True))
    known = set(batches("known imports").values_list("uid", flat=True))
    # once the batches are known to be given up
    transaction.on_commit(lambda: _remove_files(gone, known, now.timestamp() - 86_400))


def _remove_files(gone: set[uuid.UUID], known: set[uuid.UUID], before: float) -> None:
    for path in folder().glob("*.sqlite3"):
        try:
            uid = uuid.UUID(path.stem)
        except ValueError:
            continue
        # without a batch: an upload that was interrupted, unless it is going on right now
        if uid in gone or (uid not in known and path.stat().st_mtime < before):
            remove(uid)
