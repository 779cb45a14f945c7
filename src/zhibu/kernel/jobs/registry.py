"""What the worker can do: handlers of jobs and scheduled functions, from the module `handlers` of every app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhibu.kernel.actor import SYSTEM, Actor

if TYPE_CHECKING:
    from zhibu.kernel.jobs.models import Job

JSON = Any  # whatever json.dumps writes


class JobFailed(Exception):
    """The job cannot succeed and is not tried again; `message` (Chinese, says what to do) is shown to the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Step:
    """What one chunk did.

    `cursor`: JSON, handed to the next chunk (the first one gets None). `done`: how many are done in all, of `total`.
    `message`: one Chinese sentence for the progress page. `result`: JSON object shown at the end; its keys `url`
    (a path of this site) and `label` make the link. `finished`: there is nothing left to do.
    """

    cursor: JSON
    done: int
    total: int | None = None
    message: str = ""
    result: dict[str, Any] | None = None
    finished: bool = False


class ChunkUndone(Exception):
    """What the chunk did must not stand: the runner rolls it back, and what `instead` does becomes the chunk.

    A savepoint around the chunk's work would do the same, but dearly: SQLite keeps a copy in memory of every page that
    is written under one, and walks along all of them after each statement.
    """

    def __init__(self, instead: Callable[[], Step]) -> None:
        super().__init__("the chunk is undone")
        self.instead = instead


StepFunction = Callable[["Job", JSON], Step]


@dataclass(frozen=True)
class Handler:
    """A registered kind of job; see `handler`."""

    kind: str
    label: str
    function: StepFunction
    version: int
    reads: tuple[int, ...]
    atomic: bool


@dataclass(frozen=True)
class Schedule:
    """A function that the workers run again and again; exactly one of `interval` and `hour` is set."""

    name: str
    function: Callable[[], object]
    interval: timedelta | None = None
    hour: int | None = None

    def due(self, now: datetime, last: datetime | None) -> bool:
        """Tell whether the function should run at `now` (aware), having last run at `last`.

        A daily run that was missed because nothing ran at its hour is made up for once, the same day.
        """
        if self.interval is not None:
            return last is None or now - last >= self.interval
        today = timezone.localtime(now).replace(hour=self.hour or 0, minute=0, second=0, microsecond=0)
        return now >= today and (last is None or last < today)


_handlers: dict[str, Handler] = {}
_schedules: dict[str, Schedule] = {}
_resolver: Callable[[int], Actor | None] | None = None


def handler(
    kind: str, *, label: str, version: int = 1, reads: tuple[int, ...] = (), atomic: bool = True
) -> Callable[[StepFunction], StepFunction]:
    """Register the step function of a kind of job; `label` is its Chinese name.

    `version` is written into new payloads; `reads` names the older ones that the function still understands
    (`job.payload_version`), so that a job queued before an upgrade is either understood or refused clearly.
    `atomic=False` runs the step outside a transaction, only the cursor's move is one: for slow work on files, which
    would hold SQLite's only write lock all the time. Such a step must be repeatable: it may run twice.
    Raises ValueError when the kind is taken.
    """

    def register(function: StepFunction) -> StepFunction:
        if kind in _handlers:
            raise ValueError(f"job kind {kind!r} is registered twice")
        _handlers[kind] = Handler(kind, label, function, version, (*reads, version), atomic)
        return function

    return register


def every(name: str, *, minutes: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the function every so many minutes, by one worker, in one transaction. Keep it short: long work enqueues."""
    return _schedule(Schedule(name, _nothing, interval=timedelta(minutes=minutes)))


def daily(name: str, *, hour: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the function once a day, from this hour on (local time), by one worker, in one transaction."""
    if not 0 <= hour <= 23:
        raise ValueError("hour must be 0 to 23")
    return _schedule(Schedule(name, _nothing, hour=hour))


def _schedule(schedule: Schedule) -> Callable[[Callable[[], object]], Callable[[], object]]:
    def register(function: Callable[[], object]) -> Callable[[], object]:
        if schedule.name in _schedules:
            raise ValueError(f"schedule {schedule.name!r} is registered twice")
        _schedules[schedule.name] = Schedule(schedule.name, function, schedule.interval, schedule.hour)
        return function

    return register


def _nothing() -> None:
    """Stand in until the decorator knows the function."""


def find_handler(kind: str) -> Handler | None:
    """Return the handler of the kind, None when no installed app has one."""
    return _handlers.get(kind)


def schedules() -> list[Schedule]:
    """Return every scheduled function in the order of registration."""
    return list(_schedules.values())


def set_actor_resolver(resolver: Callable[[int], Actor | None]) -> None:
    """Tell how an account id becomes an `Actor` with its present grants (None: gone or locked). `accounts` does it."""
    global _resolver
    _resolver = resolver


def actor_of(job: "Job") -> Actor:
    """Return the requester with the grants they hold now, not those they held when they asked.

    Raises JobFailed when the account is gone or locked, RuntimeError when no resolver was set.
    """
    if job.requested_by_id is None:
        return SYSTEM
    if _resolver is None:
        raise RuntimeError("jobs.set_actor_resolver was never called")
    actor = _resolver(job.requested_by_id)
    if actor is None:
        raise JobFailed("发起这项任务的账号已停用，任务没有继续。如仍需要，请由在职人员重新发起。")
    return actor
