"""Putting jobs into the queue and taking them back."""

from typing import Any

from django.db import models, transaction

from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs.leases import end, jobs
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.registry import find_handler


def enqueue(
    kind: str,
    *,
    actor: Actor,
    payload: dict[str, Any] | None = None,
    label: str | None = None,
    organization: models.Model | None = None,
    total: int | None = None,
) -> Job:
    """Queue a job in the caller's transaction: no worker sees it before that commits.

    `payload` is a JSON object of ids and options, never of personal data. Without `organization` only the requester
    can see the job. Raises ValueError for an unknown kind and PermissionError when nobody is signed in.
    """
    known = find_handler(kind)
    if known is None:
        raise ValueError(f"no handler for job kind {kind!r}")
    if actor.account_id is None and not actor.is_system:
        raise PermissionError("a job needs a requester")
    job: Job = Job.objects.create(
        kind=kind,
        label=label or known.label,
        payload=payload or {},
        payload_version=known.version,
        organization_id=organization.pk if organization is not None else None,
        requested_by_id=actor.account_id,
        total=total,
    )
    return job


def may_cancel(job: Job, actor: Actor) -> bool:
    """Tell whether the actor may stop the job: its requester, or holders of `jobs.cancel` over its organisation."""
    if not job.is_open:
        return False
    if actor.is_system or (actor.account_id is not None and actor.account_id == job.requested_by_id):
        return True
    return job.organization is not None and actor.may("jobs.cancel", job.organization.path)


def cancel(job: Job, actor: Actor) -> bool:
    """Stop the job: a waiting one at once, a running one behind its present chunk. What was done stays done.

    Returns False when the job has ended already. Raises PermissionError when the actor may not.
    """
    if job.is_open and not may_cancel(job, actor):
        raise PermissionError("only the requester or jobs.cancel may stop this job")
    return cancel_for(job)


def cancel_for(job: Job) -> bool:
    """Stop the job as `cancel` does, for an act that has judged itself who may stop what the job works on."""
    with transaction.atomic():
        if end(jobs().filter(pk=job.pk, state=State.QUEUED), State.CANCELLED, "已取消。"):
            return True
        return bool(jobs().filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True))
