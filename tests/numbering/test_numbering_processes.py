"""Several processes take numbers of one series at once, some in vain, one is killed: no gap, no number twice."""

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.live import Live, live_database

TAKER = "tests/numbering/number_taker.py"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with live_database(tmp_path) as live:
        live.sql("CREATE TABLE letter (number INTEGER)")
        yield live


def numbers(live: Live) -> list[int]:
    return sorted(number for (number,) in live.sql("SELECT number FROM letter"))


@pytest.mark.concurrency
def test_two_processes_and_rollbacks_leave_no_gap(live: Live) -> None:
    takers = [live.start(TAKER, "150") for _ in range(2)]
    assert [taker.wait(120) for taker in takers] == [0, 0]
    assert numbers(live) == list(range(1, 201))


@pytest.mark.crash
def test_a_killed_process_leaves_no_gap(live: Live) -> None:
    for _ in range(3):
        taker = live.start(TAKER, "100000", stdout=subprocess.PIPE)
        assert taker.stdout
        assert taker.stdout.readline().strip() == b"at work"
        time.sleep(random.uniform(0, 0.2))
        taker.kill()
        taker.communicate()
    live.run(TAKER, "1")
    taken = numbers(live)
    assert len(taken) > 4
    assert taken == list(range(1, len(taken) + 1))
