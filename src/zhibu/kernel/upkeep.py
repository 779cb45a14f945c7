"""Nightly housekeeping of the kernel: what nobody can need any more goes."""

import logging
import time
from datetime import timedelta

from django.utils.timezone import now

from zhibu.kernel.actions.models import Submission
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.files import collect, sealing
from zhibu.kernel.imports import staging
from zhibu.kernel.jobs import Step, daily, enqueue, handler
from zhibu.kernel.jobs.models import Job

#: a form that was opened longer ago is refused as stale by its revision; its key need not be remembered
KEPT_DAYS = 90
#: seconds of sealing until the worker looks for other work
STEP = 2.0
log = logging.getLogger("zhibu.files")


@daily("actions.submissions", hour=3)
def forget_submissions() -> None:
    """Forget submission keys older than KEPT_DAYS."""
    Submission.objects.filter(at__lt=now() - timedelta(days=KEPT_DAYS)).delete()


@daily("files.collect", hour=3)
def collect_files() -> None:
    """Remove content that nothing has named for longer than the longest backup is kept."""
    collect()


@daily("files.seal", hour=4)
def seal_files() -> None:
    """Seal what an earlier version stored in the clear, and close anew what a former key had closed."""
    enqueue("files.seal", actor=SYSTEM, total=len(sealing.FIRST))


@handler("files.seal", label="加密以前的文件", atomic=False)
def seal_step(job: Job, cursor: int | None) -> Step:
    """Go on for a while from where the last step stopped; a repeat finds nothing to do."""
    at, until, done = cursor or 0, time.monotonic() + STEP, sealing.Sealings()
    while at < len(sealing.FIRST) and time.monotonic() < until:
        sealing.seal_contents(sealing.FIRST[at], done)
        at += 1
    finished = at == len(sealing.FIRST)
    if finished:
        sealing.seal_thumbnails(done)
        seal_staged()
    for address in done.damaged:
        log.error("content %s does not open and stays as it is", address)
    return Step(at, at, total=len(sealing.FIRST), finished=finished)


def seal_staged() -> int:
    """Seal what an earlier version staged in the clear; return the number of files."""
    return sum(map(staging.seal_old, staging.files()))
