"""The PC/SC service of the tests: Debian's pcscd in the foreground with the virtual reader of vsmartcard-vpcd."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path

DRIVERS = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SOCKET = Path("/run/pcscd/pcscd.comm")


@cache
def no_virtual_reader() -> str:
    """Return why there is no virtual reader on this machine, "" when there is one."""
    if importlib.util.find_spec("smartcard") is None:
        return "no pyscard (make reader; it needs apt-get install swig libpcsclite-dev)"
    if shutil.which("pcscd") is None or not DRIVERS.exists():
        return "apt-get install pcscd vsmartcard-vpcd"
    if os.geteuid() != 0:
        return "pcscd is started by root only"
    if _answers():
        return "another pcscd is running"
    return ""


def _answers() -> bool:
    import socket

    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.connect(str(SOCKET))
        return True
    return False


class Service:
    """pcscd of the test's own; `folder` takes its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "no-reader.conf").write_text("")

    def start(self, *, reader: bool = True) -> None:
        """Start it, with the virtual reader or with none, as after pulling its cable."""
        call = ["pcscd", "--foreground", *([] if reader else ["--config", str(self.folder / "no-reader.conf")])]
        with (self.folder / "pcscd.log").open("ab") as log:
            self.process = subprocess.Popen(call, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 10
        while not _answers():
            assert time.monotonic() < deadline, (self.folder / "pcscd.log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None
