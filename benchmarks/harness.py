"""What every benchmark shares: a platform of its own in a temporary folder, timing, and figures beside their limits.

A figure is a ratio of two measures taken in one process (short ones alternately and in processor time), so that
neither the machine nor what else runs on it decides; milliseconds are printed for the reader only. `python benchmarks/<name>.py --database sqlite|postgres`.
"""

import argparse
import atexit
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATABASES = ("sqlite", "postgres")


@dataclass(frozen=True)
class Figure:
    """A measured value. limit: the most it may be (None: told, not promised); raw: what it is measured against."""

    name: str
    value: float
    limit: float | None
    measured: str
    raw: str
    unit: str = "×"

    @property
    def holds(self) -> bool:
        """Tell whether the value keeps its limit."""
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        bound = (
            "" if self.limit is None else f"  limit {self.limit:g} {self.unit}  {'ok' if self.holds else 'EXCEEDED'}"
        )
        return f"{self.name}: {self.value:.2f} {self.unit}{bound}  ({self.measured}; raw: {self.raw})"


class Bench:
    """One run of one benchmark: reads the command line, makes the platform, collects figures."""

    def __init__(self, about: str, **options: Any) -> None:
        parser = argparse.ArgumentParser(description=about.strip().splitlines()[0])
        parser.add_argument("--database", choices=DATABASES, default="sqlite")
        parser.add_argument("--out", type=Path, help="append the figures to this file as JSON lines")
        for name, default in options.items():
            parser.add_argument(f"--{name}", type=type(default), default=default)
        self.options = parser.parse_args()
        self.database: str = self.options.database
        self.figures: list[Figure] = []
        self.folder = Path(tempfile.mkdtemp(prefix="zhibu-bench-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._start()

    def _start(self) -> None:
        """Set the platform up on an empty database. Nothing of the surroundings is used but the choice above."""
        for name in [name for name in os.environ if name.startswith("ZHIBU_")]:
            del os.environ[name]
        os.environ["ZHIBU_DATA"] = str(self.folder / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhibu.settings"
        if self.database == "postgres":
            from cluster import Cluster

            server = Cluster(self.folder / "cluster")
            atexit.register(server.stop)
            os.environ["ZHIBU_DATABASE"] = server.start()
        if str(HERE.parent) not in sys.path:
            sys.path.append(str(HERE.parent))  # tests.factories makes the records here too
        import django
        from django.conf import settings

        django.setup()
        # hashed names of static files belong to `collectstatic`; the pages are the same
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from zhibu.kernel.serving.memory import settle

        settle()  # as the server does

    def tell(self, name: str, value: float, limit: float | None, measured: str, raw: str, unit: str = "×") -> Figure:
        """Print a figure beside its limit and keep it."""
        figure = Figure(name, value, limit, measured, raw, unit)
        self.figures.append(figure)
        print(figure, flush=True)
        return figure

    def end(self) -> None:
        """Write the figures where they were asked for; the exit code says whether all limits hold."""
        if self.options.out:
            with self.options.out.open("a") as file:
                for figure in self.figures:
                    file.write(json.dumps({**asdict(figure), "database": self.database}, ensure_ascii=False) + "\n")
        raise SystemExit(0 if all(figure.holds for figure in self.figures) else 1)


def signed_in(account: Any) -> Any:
    """Return a test client signed in as the account, the second factor included."""
    from django.test import Client

    from zhibu.apps.accounts.services import session_list

    client = Client()
    client.force_login(account)
    session = client.session
    session_list.strengthen(session, "totp")
    session.save()
    return client


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds that one call takes on the clock, and of the processor (see `busy`)."""
    clock, used = time.perf_counter(), busy()
    work()
    return time.perf_counter() - clock, busy() - used


def busy() -> float:
    """Return the seconds of processor time that this process and its database connection's server have used.

    For short works: what else runs on the machine does not count. Without /proc: the clock on the wall.
    """
    from django.db import connection

    used = time.process_time()
    if connection.vendor != "postgresql":
        return used
    connection.ensure_connection()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not server.exists():
        return time.perf_counter()
    return used + int(server.read_text().split()[0]) / 1e9


def alternate(works: dict[str, Callable[[], Any]], rounds: int, warm: int = 3) -> dict[str, float]:
    """Return the median seconds (`busy`) of each work; they take turns, so that all see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(warm + rounds):
        for name, work in works.items():
            start = busy()
            work()
            if turn >= warm:
                times[name].append(busy() - start)
    return {name: statistics.median(spent) for name, spent in times.items()}


def peak_megabytes() -> float:
    """Return the largest resident size this process has had."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ms(seconds: float) -> str:
    """Return a time as a reader takes it in."""
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def batches(items: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """Yield the items in lists of at most `size`."""
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
