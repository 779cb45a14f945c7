"""Processes that find everything loaded: each is forked from one that has, instead of loading a second of modules itself.

They are processes like any other, with a number, memory and connections of their own; who started them may kill them, and
waits for them as for a child. The loaded one runs `python tests/jobs/forking.py N` (N: its end of the channel).
"""

import contextlib
import ctypes
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
PR_SET_CHILD_SUBREAPER = 36
MOST = 256 * 1024


class Forked:
    """A running process; what is used of subprocess.Popen."""

    def __init__(self, pid: int, stdout: IO[bytes] | None) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        """Wait for the end; return the exit code. Raises subprocess.TimeoutExpired."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout)
            time.sleep(0.01)
        return code

    def communicate(self) -> tuple[bytes, None]:
        """Read what is left to be read, and wait."""
        said = self.stdout.read() if self.stdout else b""
        self.wait()
        return said, None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Loaded:
    """A process that has loaded the platform on one data folder, and forks on demand."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.channel, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_end:
            command = [sys.executable, str(Path(__file__)), str(its_end.fileno())]
            self.process = subprocess.Popen(
                command, env=dict(environment), cwd=ROOT, pass_fds=[its_end.fileno()], stdin=subprocess.DEVNULL
            )

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], stdout: int | None, stderr: int | None
    ) -> Forked:
        """Start a Python process: a script, or `-c` and code, with its arguments; what it writes goes as with Popen."""
        reading, ends = None, []
        for wanted, own in ((stdout, 1), (stderr, 2)):
            if wanted == subprocess.PIPE:
                assert own == 1, "only what is printed is read"
                read, end = os.pipe()
                reading = os.fdopen(read, "rb")
            else:
                end = (
                    os.open(os.devnull, os.O_WRONLY)
                    if wanted == subprocess.DEVNULL
                    else os.dup(own if wanted is None else wanted)
                )
            ends.append(end)
        _adopt(True)
        try:
            socket.send_fds(self.channel, [json.dumps([list(arguments), dict(environment)]).encode()], ends)
            said = self.channel.recv(64)
        finally:
            _adopt(False)
            for end in ends:
                os.close(end)
        assert said, "the loaded process has ended"
        return Forked(int(said), reading)

    def close(self) -> None:
        """End it; what was forked from it goes on."""
        self.channel.close()
        self.process.wait(60)


def _adopt(on: bool) -> None:
    """Let orphans among our descendants become our own children, so that we can wait for them."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def serve(channel: socket.socket) -> None:
    """Load the platform, then fork a process for every message until the channel is closed."""
    import django

    django.setup()
    from tests import factories  # noqa: F401 - what nearly all of them use

    while True:
        message, ends, _, _ = socket.recv_fds(channel, MOST, 2)
        if not message:
            return
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:  # forks the process and ends, which leaves it to whoever adopts orphans
            pid = os.fork()
            if pid:
                os.write(writing, str(pid).encode())
                os._exit(0)
            os.close(reading)
            os.close(writing)
            channel.close()
            become(*json.loads(message), ends)
            return
        os.close(writing)
        for end in ends:
            os.close(end)
        with os.fdopen(reading, "rb") as told:
            pid = int(told.read())
        os.waitpid(between, 0)
        channel.send(str(pid).encode())


def become(arguments: list[str], environment: dict[str, str], ends: list[int]) -> None:
    """Be the process that was asked for."""
    for own, end in enumerate(ends, 1):
        os.dup2(end, own)
        os.close(end)
    os.environ.clear()
    os.environ.update(environment)
    script, *rest = arguments
    if script == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = [script, *rest]
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(socket.socket(fileno=int(sys.argv[1])))
