"""The supervisor: one parent, two children (web and worker) that it keeps alive and takes with it."""

import contextlib
import http.client
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from zhibu.kernel.serving.lifeline import PARENT
from zhibu.kernel.serving.preparation import CannotServe, prepare

TICK_SECONDS = 0.2
GRACE_SECONDS = 15.0
MAX_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 30.0
MAX_FAILURES = 6

logger = logging.getLogger("zhibu.serving")


@dataclass
class Child:
    """A child process and what is known of its deaths."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        # a session of its own: Ctrl-C reaches the supervisor alone, and what a dead child leaves can be ended together
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            env={"DJANGO_SETTINGS_MODULE": "zhibu.settings", **os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
        )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """Tell once that the running process has ended, and plan its restart.

        The rest of its group is ended too, it would hold the port. Whoever was killed from outside starts again at
        once; whoever fails soon after the start waits longer each time.
        """
        if self.process is None or (code := self.process.poll()) is None:
            return False
        self.kill_group()
        self.process = None
        now = time.monotonic()
        failed = code > 0 and now - self.started < STEADY_SECONDS
        self.failures = self.failures + 1 if failed else 0
        self.start_at = now + min(0.25 * 2**self.failures, MAX_PAUSE_SECONDS)
        logger.warning("%s ended with code %s, starting it again", self.name, code)
        return True

    def kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Starts the children, restarts those that die, ends all of them on SIGTERM or SIGINT."""

    def __init__(self, host: str, port: int, children: list[Child], ready: Callable[[str], None] | None) -> None:
        self.host, self.port = host, port
        self.children = children
        self.ready = ready
        self.stopping = False

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End everything in order (handler of SIGTERM and SIGINT)."""
        self.stopping = True

    def run(self) -> int:
        """Run until stopped; returns the exit code: 0, or 1 when a child would not stay up."""
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self.stopping:
                for child in self.children:
                    if child.has_died() and child.failures >= MAX_FAILURES:
                        logger.error("%s反复启动失败，服务已停止。请查看上面的错误信息。", child.name)
                        return 1
                    if child.process is None and time.monotonic() >= child.start_at:
                        child.start()
                self._announce()
                time.sleep(TICK_SECONDS)
            return 0
        finally:
            self._end()
            for number, old in before.items():
                signal.signal(number, old)

    def _announce(self) -> None:
        if self.ready is None or not answers(self.host, self.port):
            return
        ready, self.ready = self.ready, None
        ready(address(self.host, self.port))

    def _end(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for child in self.children:
            child.kill_group()
        for process in running:
            process.wait()


def supervise(
    host: str = "127.0.0.1",
    port: int = 8000,
    ready_callback: Callable[[str], None] | None = None,
    *,
    workers: int = 1,
) -> int:
    """Serve the site with one web server and one worker until SIGTERM or SIGINT; returns the exit code.

    `workers`: processes of the web server. `ready_callback` gets the address (http://…) once the site answers.
    Must run in the main thread. Raises CannotServe before anything is started.
    """
    if not 1 <= workers <= 64:
        raise CannotServe("--workers 应为 1 到 64 之间的整数。")
    prepare(host, port)
    web = [sys.executable, "-m", "zhibu.kernel.serving.web", host, str(port), str(workers)]
    worker = [sys.executable, "-m", "django", "worker"]
    return Supervisor(host, port, [Child("网站服务", web), Child("后台任务", worker)], ready_callback).run()


def answers(host: str, port: int) -> bool:
    """Tell whether the site answers a request, whatever it says (a listening port alone proves no application)."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=2)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address(host: str, port: int) -> str:
    """Return the URL under which a browser on this machine finds the site."""
    host = _reachable(host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
