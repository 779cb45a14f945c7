"""Running a job chunk by chunk; see the package docstring for the promise that is kept here."""

import logging
import traceback
from contextlib import nullcontext
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from zhibu.kernel import growth
from zhibu.kernel.actions.errors import Refused
from zhibu.kernel.jobs.leases import Lease, claim, end, held, jobs, lease_end
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.registry import ChunkUndone, Handler, JobFailed, Step, find_handler

MAX_ATTEMPTS = 3
MAX_TAKEOVERS = 10
RETRY_SECONDS = 2.0

GAVE_UP = "处理时出错，试了 3 次仍未成功。此前完成的部分已保存。请稍后重新发起；仍不成功，请把任务编号告诉系统管理员。"
CRASHES = "处理程序多次中途停止，任务未能完成。此前完成的部分已保存。请把任务编号告诉系统管理员。"
UNKNOWN = "系统中没有能处理这类任务的程序，可能是版本不一致。请把任务编号告诉系统管理员。"

logger = logging.getLogger("zhibu.jobs")


class LeaseLost(Exception):
    """Another worker has the job now; what this chunk did is rolled back."""


class Outcome(Enum):
    """What became of the job in one chunk."""

    GOES_ON = auto()
    ENDED = auto()
    AGAIN_LATER = auto()
    LOST = auto()


def run_chunk(lease: Lease) -> Outcome:
    """Run the next chunk of a claimed job: all of it happens and is counted, or none of it."""
    job = held(lease).first()
    if job is None:
        return Outcome.LOST
    if job.cancel_requested:
        end(held(lease), State.CANCELLED, "已取消。此前完成的部分已保存。")
        return Outcome.ENDED
    try:
        return _chunk(lease, job)
    except LeaseLost:
        logger.warning("job %s: lease lost, the chunk was rolled back", job.uid)
        return Outcome.LOST
    except (JobFailed, Refused) as refusal:
        end(_unmoved(lease, job), State.FAILED, str(refusal)[:500])
        return Outcome.ENDED
    except Exception:
        return _failed(lease, job)


def run_now(job: Job) -> Job:
    """Run the job to its end in this process, retries at once; for tests and small work. Returns it reloaded.

    A job that another worker has is left alone. Must not be called inside a transaction that also holds other work:
    each chunk would only become permanent with it.
    """
    while lease := claim(job.pk):
        while run_chunk(lease) is Outcome.GOES_ON:
            pass
    return jobs().get(pk=job.pk)


def _chunk(lease: Lease, job: Job) -> Outcome:
    if job.takeovers > MAX_TAKEOVERS:
        raise JobFailed(CRASHES)
    handler = _handler_for(job)
    growth.look()  # at what the chunks before have written
    try:
        with transaction.atomic() if handler.atomic else nullcontext():
            step = handler.function(job, job.cursor)
            _move(lease, job, step)
    except ChunkUndone as undone:
        with transaction.atomic():
            step = undone.instead()
            _move(lease, job, step)
    return Outcome.ENDED if step.finished else Outcome.GOES_ON


def _handler_for(job: Job) -> Handler:
    handler = find_handler(job.kind)
    if handler is None or job.payload_version not in handler.reads:
        raise JobFailed(UNKNOWN)
    return handler


def _unmoved(lease: Lease, job: Job) -> "QuerySet[Job]":
    return held(lease).filter(chunks=job.chunks)


def _move(lease: Lease, job: Job, step: Step) -> None:
    """Move the job on if it still stands where the chunk found it; raises LeaseLost, which undoes the chunk."""
    changes: dict[str, Any] = {
        "cursor": step.cursor,
        "chunks": F("chunks") + 1,
        "done_count": step.done,
        "attempt": 0,
        "takeovers": 0,
        "error": "",
        "message": step.message[:500],
    }
    if step.total is not None:
        changes["total"] = step.total
    if step.result is not None:
        changes["result"] = step.result
    if step.finished:
        moved = end(_unmoved(lease, job), State.DONE, **changes)
    else:
        moved = bool(_unmoved(lease, job).update(lease_until=lease_end(timezone.now()), **changes))
    if not moved:
        raise LeaseLost


def _failed(lease: Lease, job: Job) -> Outcome:
    """Keep the error; try again a little later, or give up for good."""
    error = traceback.format_exc()[-4000:]
    logger.exception("job %s (%s): chunk %s failed", job.uid, job.kind, job.chunks)
    attempt = job.attempt + 1
    if attempt >= MAX_ATTEMPTS:
        end(_unmoved(lease, job), State.FAILED, GAVE_UP, attempt=attempt, error=error)
        return Outcome.ENDED
    _unmoved(lease, job).update(
        state=State.QUEUED,
        lease_owner="",
        lease_until=None,
        attempt=attempt,
        error=error,
        message=f"处理时出错，稍后自动再试（第 {attempt + 1} 次）。",
        not_before=timezone.now() + timedelta(seconds=RETRY_SECONDS * 2**attempt),
    )
    return Outcome.AGAIN_LATER
