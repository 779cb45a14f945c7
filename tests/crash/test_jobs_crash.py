"""Real workers are killed at random moments: every effect of a job happens exactly once.

ZHIBU_CRASH_RUNS sets the number of kills (6 unless told).
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.live import Live, live_database

pytestmark = pytest.mark.crash

RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "6"))
WORKER = "tests/crash/effects_worker.py"
EFFECTS = 2000
PATIENCE = 90.0
# the worker also does what the clock asks of it, such as the daily reminders
JOB = "FROM kernel_job WHERE kind IN ('crash.count', 'crash.long')"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    # the more kills, the longer the job must last for all of them to hit it at work
    monkeypatch.setenv("CRASH_PAUSE", str(0.001 * RUNS))
    with live_database(tmp_path) as live:
        live.sql("CREATE TABLE crash_effect (n INTEGER)")
        yield live


def state(live: Live) -> tuple[str, str]:
    [(name, owner)] = live.sql(f"SELECT state, lease_owner {JOB}")
    return name, owner


def wait_for_claim(live: Live, before: str) -> str:
    """Wait until another worker than `before` has the job; returns its name."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        name, owner = state(live)
        assert name in {"queued", "running"}, f"the job was {name} before all kills were made"
        if owner and owner != before:
            return owner
        time.sleep(0.02)
    raise AssertionError("no worker took the job")


def finish(live: Live, worker: "subprocess.Popen[bytes]") -> None:
    assert worker.wait(PATIENCE) == 0
    assert state(live)[0] == "done"


def test_every_effect_once_however_often_the_worker_is_killed(live: Live) -> None:
    live.run(WORKER, "count")
    moments = random.Random(RUNS)
    owner, middle = "", 0
    for _ in range(RUNS):
        worker = live.start(WORKER, stderr=subprocess.DEVNULL)
        try:
            owner = wait_for_claim(live, owner)
            time.sleep(moments.uniform(0, 0.25))
            middle += state(live)[0] == "running"
        finally:
            worker.kill()
            worker.wait()
    assert middle == RUNS  # every kill hit a worker at work
    finish(live, live.start(WORKER))
    effects = sorted(number for (number,) in live.sql("SELECT n FROM crash_effect"))
    assert effects == list(range(EFFECTS))


def test_a_worker_that_sleeps_through_its_lease_does_nothing_twice(live: Live) -> None:
    live.run(WORKER, "count")
    workers = [live.start(WORKER) for _ in range(2)]
    moments = random.Random(RUNS)
    try:
        owner = wait_for_claim(live, "")
        for _ in range(4):
            asleep = next(worker for worker in workers if f":{worker.pid}:" in owner)
            time.sleep(moments.uniform(0, 0.15))
            asleep.send_signal(signal.SIGSTOP)
            time.sleep(0.9)  # longer than the lease: on PostgreSQL the other one takes over meanwhile
            asleep.send_signal(signal.SIGCONT)
            owner = state(live)[1]
            assert owner  # the job still goes on
        for worker in workers:
            finish(live, worker)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    effects = sorted(number for (number,) in live.sql("SELECT n FROM crash_effect"))
    assert effects == list(range(EFFECTS))


def test_a_worker_told_to_end_finishes_its_chunk_and_gives_the_job_back(live: Live) -> None:
    live.run(WORKER, "count")
    worker = live.start(WORKER)
    wait_for_claim(live, "")
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert state(live) == ("queued", "")
    [(done,)] = live.sql(f"SELECT done_count {JOB}")
    assert live.sql("SELECT COUNT(*) FROM crash_effect") == [(done,)]


def test_a_chunk_longer_than_the_lease_keeps_its_worker(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRASH_LEASE", "3")
    live.run(WORKER, "long")
    workers = [live.start(WORKER) for _ in range(2)]
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    assert live.sql("SELECT COUNT(*) FROM crash_effect") == [(1,)]  # the heartbeat kept the other one away
