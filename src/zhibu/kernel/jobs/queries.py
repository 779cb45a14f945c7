"""Reads of jobs."""

from functools import cache

from django.db.models import QuerySet

from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs.leases import jobs
from zhibu.kernel.jobs.models import OPEN_STATES, Job
from zhibu.kernel.prepared import HOLES, Prepared, prepare


def visible_jobs(actor: Actor) -> "QuerySet[Job]":
    """Return the jobs the actor asked for and those of the organisations where they hold `jobs.view`."""
    visible: QuerySet[Job] = Job.objects.visible_to(actor).select_related("organization")
    return visible


def my_open_jobs(actor: Actor) -> int:
    """Return how many of the actor's own jobs still wait or run (the number beside 我的任务)."""
    if actor.account_id is None:
        return 0
    return _open().count(actor.account_id)


@cache
def _open() -> Prepared:
    rows = jobs().filter(requested_by_id=HOLES[0], state__in=OPEN_STATES)
    return prepare(rows.order_by().values_list("pk"))
