"""A site as an office runs it, for a browser to visit: web server and worker under the supervisor, data of its own."""

import contextlib
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from zhibu.kernel.serving.lifeline import hold_on_to_parent

START_SECONDS = 120
STOP_SECONDS = 30


def _environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of an office's machine: nothing of the test run's own settings gets in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIBU_", "DJANGO_"))}
    return kept | {"ZHIBU_DATA": str(data), "PYTHONUNBUFFERED": "1", **more}


def by_the_first(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first worker who asks makes, and the others take as it is."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data, whole = shared / name, shared / f"{name}.whole"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            data.mkdir()
            make(data)
            whole.touch()
    return data


def zhibu(data: Path, *words: str, **more: str) -> str:
    """Run one command of the console script to its end and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "zhibu.cli", *words],
        env=_environment(data, **more),
        capture_output=True,
        text=True,
        timeout=START_SECONDS * 2,
        check=False,
    )
    assert done.returncode == 0, f"zhibu {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Site:
    """A running site. `url` has no slash at its end."""

    data: Path
    demo: bool = False
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.data / "site.log"
        self.log.write_bytes(b"")
        self.start()

    def start(self) -> None:
        """Start it, or start it again after `stop`: same data, same address."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "zhibu.cli", "serve", "--port", str(self.port)],
                env=_environment(self.data, **({"ZHIBU_DEMO": "1"} if self.demo else {}), **self.more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # a test run that is killed leaves no site behind
                preexec_fn=partial(hold_on_to_parent, os.getpid()),
            )
        self._await()

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/login/", timeout=5):
                return
            time.sleep(0.2)
        said = self.log.read_text()
        self.stop()
        raise AssertionError(f"the site did not start:\n{said}")

    def stop(self) -> None:
        """End it as an operator does; only what was started here."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def troubles(self) -> list[str]:
        """Return what went wrong inside: the last lines of tracebacks, and errors that were logged."""
        said = self.log.read_text()
        return re.findall(r"^(?:\S+Error|\S+Exception|KeyError)\b.*|^.* (?:ERROR|CRITICAL) .*", said, re.MULTILINE)
