"""What a worker does between jobs and chunks: the clock, fair turns, stopping."""

from typing import Any

import pytest

from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs import Step, enqueue, every, handler, worker
from zhibu.kernel.jobs.leases import jobs
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chunks() -> list[str]:
    """Jobs of three chunks; returns whose chunk ran when."""
    ran: list[str] = []

    @handler("test.three", label="三批")
    def three(job: Job, cursor: Any) -> Step:
        ran.append(job.label)
        done = (cursor or 0) + 1
        return Step(done, done, finished=done == 3)

    return ran


def test_a_turn_takes_one_job_to_its_end(chunks: list[str], li: Actor) -> None:
    enqueue("test.three", actor=li, label="甲")
    enqueue("test.three", actor=li, label="乙")
    assert Worker().turn()
    assert chunks == ["甲"] * 3
    assert Worker().turn()
    assert not Worker().turn()


def test_long_jobs_change_places(chunks: list[str], li: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SLICE_SECONDS", -1.0)  # every chunk counts as long
    enqueue("test.three", actor=li, label="甲")
    enqueue("test.three", actor=li, label="乙")
    one = Worker()
    while one.turn():
        pass
    assert chunks == ["甲", "乙", "甲", "乙", "甲", "乙"]


def test_a_lone_long_job_is_not_interrupted(chunks: list[str], li: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SLICE_SECONDS", -1.0)
    enqueue("test.three", actor=li, label="甲")
    assert Worker().turn()
    assert jobs().get().state == State.DONE


def test_a_stopped_worker_finishes_its_chunk_and_gives_the_job_back(li: Actor) -> None:
    one = Worker()

    @handler("test.stopped", label="中途停止")
    def stopped(job: Job, cursor: Any) -> Step:
        one.stop()
        return Step(7, 7)

    enqueue("test.stopped", actor=li)
    one.turn()
    job = jobs().get()
    assert (job.state, job.lease_owner, job.cursor, job.chunks) == (State.QUEUED, "", 7, 1)


def test_the_clock_goes_on_between_the_chunks_of_a_long_job(
    chunks: list[str], li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CLOCK_SECONDS", 0.0)
    every("test.tick", minutes=0)(lambda: chunks.append("tick"))
    enqueue("test.three", actor=li, label="甲")
    Worker().turn()
    assert chunks == ["tick", "甲", "tick", "甲", "tick", "甲"]
