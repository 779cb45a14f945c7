"""Who works on which job. Every change is one conditional UPDATE, so two workers can never both succeed.

A plain conditional UPDATE serves both databases: no statement here holds a row for longer than itself, so there is
nothing to skip with SKIP LOCKED. The clocks of several hosts matter only for how soon a lost worker is noticed;
that an effect happens once rests on `lease_owner` and `chunks` alone.
"""

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from zhibu.kernel.jobs.models import Job, State

LEASE_SECONDS = 15.0
CANDIDATES = 5


@dataclass(frozen=True)
class Lease:
    """The right to work on a job until it lapses; `owner` is different for every claim."""

    job_id: int
    owner: str


def jobs() -> "QuerySet[Job]":
    """Return all jobs: workers act for the platform."""
    everything: QuerySet[Job] = Job.objects.system("the queue belongs to the platform")
    return everything


def lease_end(now: datetime) -> datetime:
    """Return when a lease taken or renewed now lapses."""
    return now + timedelta(seconds=LEASE_SECONDS)


def claim(pk: int | None = None) -> Lease | None:
    """Take the job that has waited longest, or one whose worker is lost; None when there is nothing to do.

    With `pk` only that job is taken, whenever it is due.
    """
    now = timezone.now()
    lapsed = Q(state=State.RUNNING, lease_until__lt=now)
    ready = Q(state=State.QUEUED, not_before__lte=now) | lapsed
    if pk is not None:
        ready = Q(pk=pk) & (Q(state=State.QUEUED) | lapsed)
    waiting = jobs().filter(ready).order_by("not_before", "id").values_list("pk", "state", "lease_owner")
    for job_id, state, old_owner in waiting[:CANDIDATES]:
        lease = Lease(job_id, f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex}")
        taken = (
            jobs()
            .filter(ready, pk=job_id, state=state, lease_owner=old_owner)
            .update(
                state=State.RUNNING,
                lease_owner=lease.owner,
                lease_until=lease_end(now),
                takeovers=F("takeovers") + int(state == State.RUNNING),
                started_at=Coalesce("started_at", Value(now)),
            )
        )
        if taken:
            return lease
    return None


def held(lease: Lease) -> "QuerySet[Job]":
    """Return the job as long as the lease's owner still has it."""
    return jobs().filter(pk=lease.job_id, lease_owner=lease.owner, state=State.RUNNING)


def renew(lease: Lease) -> bool:
    """Push the end of the lease; False when the job is no longer this worker's."""
    return bool(held(lease).update(lease_until=lease_end(timezone.now())))


def release(lease: Lease) -> None:
    """Give an unfinished job back, behind those that wait already."""
    held(lease).update(state=State.QUEUED, lease_owner="", lease_until=None, not_before=timezone.now())


def end(these: "QuerySet[Job]", state: State, message: str | None = None, **changes: Any) -> bool:
    """Bring the job to a final state; False when it was not there any more."""
    if message is not None:
        changes["message"] = message
    return bool(these.update(state=state, lease_owner="", lease_until=None, finished_at=timezone.now(), **changes))


def others_wait(lease: Lease) -> bool:
    """Tell whether another job is ready and nobody works on it."""
    return jobs().filter(state=State.QUEUED, not_before__lte=timezone.now()).exclude(pk=lease.job_id).exists()
