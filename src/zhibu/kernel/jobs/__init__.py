"""Background work that survives kill -9: chunk after chunk, each chunk's effects exactly once.

    @handler("people.import.apply", label="导入人员")            # in people/handlers.py
    def apply(job: Job, cursor: JSON) -> Step:
        start = cursor or 0
        rows = load(job.payload["batch"], start, 500)
        write(rows, actor=actor_of(job))                          # grants are looked up again for every chunk
        return Step(cursor=start + len(rows), done=start + len(rows), finished=len(rows) < 500)

    enqueue("people.import.apply", actor=actor, payload={"batch": batch.pk}, organization=org)

One chunk is one transaction: it performs its effects and moves the job on, on condition that the job still stands
where the chunk began and still belongs to this worker. A worker that was killed, or that lost its lease without
knowing, moves nothing and so leaves nothing. What is not in the database (mail, files) is at least once.
"""

from zhibu.kernel.jobs.registry import (
    JSON,
    ChunkUndone,
    JobFailed,
    Step,
    actor_of,
    daily,
    every,
    handler,
    set_actor_resolver,
)
from zhibu.kernel.jobs.runner import run_now
from zhibu.kernel.jobs.services import cancel, cancel_for, enqueue

__all__ = [
    "JSON",
    "ChunkUndone",
    "JobFailed",
    "Step",
    "actor_of",
    "cancel",
    "cancel_for",
    "daily",
    "enqueue",
    "every",
    "handler",
    "run_now",
    "set_actor_resolver",
]
