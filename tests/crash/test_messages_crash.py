"""The worker is killed while it sends: nothing is lost, and each kill repeats at most the one in flight, under its key.

ZHIBU_CRASH_RUNS sets the number of kills (6 unless told).
"""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.jobs.live import live_database
from zhibu.kernel.messages.sms.gateway import TestGateway

pytestmark = pytest.mark.crash

RUNS = int(os.environ.get("ZHIBU_CRASH_RUNS", "6"))
WORKER = "tests/crash/messages_worker.py"
EACH = 12
PATIENCE = 90.0


def wait_for_more(gateway: TestGateway, before: int) -> None:
    end = time.monotonic() + PATIENCE
    while gateway.requests <= before:
        assert time.monotonic() < end, "the worker sends nothing"
        time.sleep(0.005)


def test_killed_while_sending_it_loses_nothing_and_repeats_only_what_was_in_flight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = random.Random(RUNS)
    people = EACH * (RUNS + 1)
    with TestGateway() as gateway, live_database(tmp_path) as live:
        gateway.delay = 0.03
        monkeypatch.setenv("ZHIBU_SMS_URL", gateway.url)
        live.run(WORKER, str(people))
        for _ in range(RUNS):
            worker = live.start(WORKER, stderr=subprocess.DEVNULL)
            try:
                wait_for_more(gateway, gateway.requests + 1)
                time.sleep(moments.uniform(0, 0.05))
            finally:
                worker.kill()
                worker.wait()
        live.run(WORKER)
        states = dict(live.sql("SELECT state, COUNT(*) FROM kernel_delivery GROUP BY state"))
    assert states == {"sent": people}
    assert len(gateway.sent) == len({one.number for one in gateway.sent}) == people
    assert sum(one.times - 1 for one in gateway.sent) <= RUNS
