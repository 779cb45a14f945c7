"""The clock of a site, set by a test: a year passes in a minute. Only the site's own processes see it.

A small library (clock.c) is loaded into them; the browser and the test keep the machine's clock. All processes read the
same few bytes, so they agree to the second, whenever each of them started. Tests that use it are marked `clock`.
"""

import os
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

#: where the site's office is
HERE = ZoneInfo("Asia/Shanghai")
_SOURCE = Path(__file__).with_name("clock.c")


def no_clock() -> str:
    """Return why no site's clock can be set on this machine, "" when it can."""
    if sys.platform != "linux":
        return "only Linux loads the library"
    return "" if shutil.which("cc") else "no C compiler (apt-get install gcc libc6-dev)"


@dataclass
class Clock:
    """A clock that goes on from whatever it was set to. `folder` is of its own; it lives as long as the site."""

    folder: Path

    def __post_init__(self) -> None:
        self.library, self.file = self.folder / "clock.so", self.folder / "clock"
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(self.library), str(_SOURCE), "-ldl"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self._write(0)

    def _write(self, away: int) -> None:
        self.away = away
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(handle, struct.pack("=q", away), 0)
        os.close(handle)

    def set(self, when: str) -> None:
        """Set it to a day and time of the office, as in "2026-01-08 09:00"."""
        self._write(round(datetime.fromisoformat(when).replace(tzinfo=HERE).timestamp() - time.time()))

    def now(self) -> datetime:
        """Return what the site takes for now, in the office's time; its `timestamp()` is what codes are made with."""
        return datetime.fromtimestamp(time.time() + self.away, UTC).astimezone(HERE)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process of the site needs in its environment: `Site(data, more=…)`, `zhibu(data, …, **…)`."""
        return {"LD_PRELOAD": str(self.library), "SITE_CLOCK": str(self.file)}
