"""Kill the process while a month is worked out, and between the provider's charge and our record: every cent is found."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.jobs.live import live_database

pytestmark = [pytest.mark.crash]

RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "2"))
MEMBERS = 36
WORKER = "tests/crash/dues_worker.py"


def test_killed_between_charge_and_record_no_cent_is_lost(tmp_path: Path) -> None:
    chance = random.Random(2026)
    with live_database(tmp_path / "live") as live:
        live.run(WORKER, "prepare", str(MEMBERS))
        for _ in range(RUNS):
            worker = live.start(WORKER, "assess", stdout=-1)
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.0, 0.15))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        live.run(WORKER, "assess")
        assert live.run(WORKER, "check", str(MEMBERS)).split() == [str(MEMBERS), "0"]
        charged = 0
        for _ in range(RUNS):
            worker = live.start(WORKER, "collect", stdout=-1)
            assert worker.stdout is not None
            for _ in range(1 + chance.randint(1, 5)):
                worker.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.05))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            charged = int(live.run(WORKER, "check", str(MEMBERS)).split()[1])
        assert 0 < charged < MEMBERS, "the kills came too late or too early to prove anything"
