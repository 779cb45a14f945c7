"""`zhibu serve` with real processes: who dies is started again, and nobody outlives the supervisor."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.jobs.live import Live, live_database
from zhibu.kernel.serving import supervisor
from zhibu.kernel.serving.supervisor import Child, Supervisor, address

pytestmark = pytest.mark.crash
PATIENCE = 60.0


def until(what: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Tell whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/no-such-page/", timeout=5).close()
        return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


def lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
        return bool(state) and not state.startswith("Z")
    return False


class Site:
    """A running `zhibu serve`."""

    def __init__(self, live: Live) -> None:
        self.port = free_port()
        self.process = live.start("-m", "django", "serve", "--port", str(self.port), stdout=subprocess.PIPE)
        assert self.process.stdout
        self.greeting = self.process.stdout.readline().decode()

    def part(self, word: str) -> int:
        """The process id of the child whose command line has this word; 0 when there is none."""
        for pid in children(self.process.pid):
            line = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
            if word in line:
                return pid
        return 0

    @property
    def everybody(self) -> list[int]:
        below = children(self.process.pid)
        return [*below, *(pid for child in below for pid in children(child))]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with live_database(tmp_path) as live:
        site = Site(live)
        before = site.everybody
        try:
            yield site
        finally:
            everybody = [*before, *site.everybody]
            site.process.kill()
            site.process.communicate()
            for pid in filter(lives, everybody):
                os.kill(pid, signal.SIGKILL)


def test_who_is_killed_comes_back_and_all_end_together(site: Site) -> None:
    assert f"http://127.0.0.1:{site.port}/" in site.greeting
    assert until(lambda: answers(site.port))
    for word in ("serving.web", "worker"):
        first = site.part(word)
        assert first
        os.kill(first, signal.SIGKILL)
        assert until(lambda word=word, first=first: site.part(word) not in {0, first}), word
        assert until(lambda: answers(site.port)), word
    everybody = site.everybody
    assert len(everybody) >= 3  # web server, its process, worker
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    assert not any(map(lives, everybody))


@pytest.mark.parametrize("with_the_server", [False, True])
def test_nobody_outlives_a_supervisor_killed_by_force(site: Site, with_the_server: bool) -> None:
    assert until(lambda: answers(site.port))
    everybody, web = site.everybody, site.part("serving.web")
    assert len(everybody) >= 3
    site.process.kill()
    if with_the_server:
        os.kill(web, signal.SIGKILL)
    assert until(lambda: not any(map(lives, everybody)), 15)
    assert not answers(site.port)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with live_database(tmp_path) as live, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        serve = live.start("-m", "django", "serve", "--port", str(port), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = serve.communicate(timeout=PATIENCE)
    assert serve.returncode != 0
    assert f"端口 {port} 已被其他程序占用" in err.decode()
    assert out == b""
    assert b"Traceback" not in err


def test_a_child_that_cannot_start_ends_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "MAX_FAILURES", 2)
    monkeypatch.setattr(supervisor, "TICK_SECONDS", 0.01)
    steady = Child("后台任务", [sys.executable, "-c", "import time; time.sleep(60)"])
    broken = Child("网站服务", [sys.executable, "-c", "raise SystemExit(3)"])
    assert Supervisor("127.0.0.1", free_port(), [steady, broken], None).run() == 1
    assert steady.process is not None
    assert steady.process.poll() is not None
    assert broken.failures == 2


def test_without_the_kernels_help_a_thread_notices_the_lost_parent(tmp_path: Path) -> None:
    child = (
        "import os, signal, sys, time\n"
        "from zhibu.kernel.serving.lifeline import watch\n"
        "watch(os.getppid(), signal.SIGTERM)\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
    assert process.stdout
    pid = int(process.stdout.readline())
    assert lives(pid)
    process.kill()
    process.wait()
    assert until(lambda: not lives(pid), 15)


def test_the_address_is_one_a_browser_here_can_open() -> None:
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address("::", 8000) == "http://[::1]:8000/"
    assert address("192.168.1.9", 8000) == "http://192.168.1.9:8000/"
