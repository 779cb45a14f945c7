"""A worker process for the crash test, with jobs whose effects can be counted.

`python tests/crash/effects_worker.py count` or `long` queues one, without a word it works until no job is open.
"""

import os
import sys
import time
from typing import Any

import django

EFFECTS = 2000
CHUNK = 5


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.jobs import Step, enqueue, handler, leases

    leases.LEASE_SECONDS = float(os.environ.get("CRASH_LEASE", "0.5"))
    pause = float(os.environ.get("CRASH_PAUSE", "0"))

    @handler("crash.count", label="计数")
    def count(job: Any, cursor: Any) -> Step:
        start = cursor or 0
        with connection.cursor() as sql:
            for number in range(start, start + CHUNK):
                sql.execute("INSERT INTO crash_effect (n) VALUES (%s)", [number])
                time.sleep(pause / CHUNK)
        return Step(start + CHUNK, start + CHUNK, total=EFFECTS, finished=start + CHUNK >= EFFECTS)

    @handler("crash.long", label="一批很久", atomic=False)
    def long(job: Any, cursor: Any) -> Step:
        with connection.cursor() as sql:
            sql.execute("INSERT INTO crash_effect (n) VALUES (%s)", [os.getpid()])
        time.sleep(2 * leases.LEASE_SECONDS)
        return Step(None, 1, finished=True)

    if sys.argv[1:]:
        enqueue(f"crash.{sys.argv[1]}", actor=SYSTEM)
    else:
        call_command("worker", "--idle-exit")


if __name__ == "__main__":
    main()
