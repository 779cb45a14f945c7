"""The loop of a worker process. Any number of them may run, on one host or several."""

import logging
import signal
import threading
import time
from types import FrameType

from django.db import (
    DatabaseError,
    InterfaceError,
    close_old_connections,
    connection,
    reset_queries,
)

from zhibu.kernel.jobs import leases
from zhibu.kernel.jobs.leases import Lease, claim, jobs, others_wait, release, renew
from zhibu.kernel.jobs.models import OPEN_STATES
from zhibu.kernel.jobs.runner import Outcome, run_chunk
from zhibu.kernel.jobs.schedule import run_due

POLL_SECONDS = 0.3
MAX_POLL_SECONDS = 1.0
SLICE_SECONDS = 5.0
CLOCK_SECONDS = 1.0

logger = logging.getLogger("zhibu.jobs")


class Heartbeat(threading.Thread):
    """Renews the lease during a chunk that takes long; a chunk that commits renews it by itself.

    On SQLite it waits while a chunk holds the write lock. So does whoever would take the job over, and the chunk's
    own commit renews the lease before either gets its turn.
    """

    def __init__(self) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._lease: Lease | None = None
        self._since = 0.0

    def watch(self, lease: Lease | None) -> None:
        """Say which lease is to be kept from now on (just claimed or renewed), None for none."""
        self._since = time.monotonic()
        self._lease = lease

    def run(self) -> None:
        while True:
            period = leases.LEASE_SECONDS / 3
            time.sleep(period / 2)
            lease = self._lease
            if lease is None or time.monotonic() - self._since < period:
                continue
            try:
                renew(lease)
                self._since = time.monotonic()
            except (DatabaseError, InterfaceError):
                connection.close()  # the next beat connects anew


class Worker:
    """Takes jobs one after the other until told to stop.

    `once`: end after one job (or at once when there is none). `idle_exit`: end when no job is open any more.
    """

    def __init__(self, *, once: bool = False, idle_exit: bool = False) -> None:
        self.once = once
        self.idle_exit = idle_exit
        self.stopping = False
        self.heartbeat = Heartbeat()
        self._clock = 0.0

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Finish the present chunk, give the job back, then end (the handler of SIGTERM and SIGINT)."""
        self.stopping = True

    def run(self) -> None:
        """Work until stopped. A database that is away is waited for."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        self.heartbeat.start()
        pause = POLL_SECONDS
        while not self.stopping:
            try:
                close_old_connections()
                reset_queries()
                worked = self.turn()
                if self.once or (self.idle_exit and not worked and self._idle()):
                    return
            except (DatabaseError, InterfaceError):
                logger.exception("database out of reach, trying again")
                connection.close()
                worked, pause = False, MAX_POLL_SECONDS
            if worked:
                pause = POLL_SECONDS
            else:
                time.sleep(pause)
                pause = min(pause * 1.3, MAX_POLL_SECONDS)

    def turn(self) -> bool:
        """Run what the clock asks for and at most one job's slice; False when there was no job."""
        self._run_clock()
        lease = claim()
        if lease is None:
            return False
        try:
            self._work_on(lease)
        finally:
            self.heartbeat.watch(None)
        return True

    def _work_on(self, lease: Lease) -> None:
        started = time.monotonic()
        while True:
            self.heartbeat.watch(lease)
            if run_chunk(lease) is not Outcome.GOES_ON:
                return
            self._run_clock()
            # a long import must not keep a small export waiting: change places now and then
            spent = time.monotonic() - started > SLICE_SECONDS and not self.once
            if self.stopping or (spent and others_wait(lease)):
                release(lease)
                return

    def _run_clock(self) -> None:
        if time.monotonic() - self._clock >= CLOCK_SECONDS:
            run_due()
            self._clock = time.monotonic()

    def _idle(self) -> bool:
        return not jobs().filter(state__in=OPEN_STATES).exists()
