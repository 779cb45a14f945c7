"""Kill the process in the middle of merges, at random moments: each merge is done whole or not at all."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.jobs.live import live_database

pytestmark = [pytest.mark.crash]

RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "6"))
PAIRS = 300
WORKER = "tests/crash/merge_worker.py"


def test_a_killed_merge_leaves_all_or_nothing(tmp_path: Path) -> None:
    chance = random.Random(2026)
    with live_database(tmp_path / "live") as live:
        live.run(WORKER, "prepare", str(PAIRS))
        merged = 0
        for _ in range(RUNS):
            worker = live.start(WORKER, "merge", stdout=-1)
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            for _ in range(chance.randint(0, 5)):
                worker.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.1))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            merged = int(live.run(WORKER, "check", str(PAIRS)))
        assert 0 < merged < PAIRS, "the kills came too late or too early to prove anything"
