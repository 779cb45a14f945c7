"""A child that ends when its parent is gone, even by kill -9."""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "ZHIBU_SUPERVISOR"
PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.5


def hold_on_to_parent(parent: int | None = None, *, sig: int = signal.SIGTERM) -> None:
    """Make this process receive `sig` when its parent dies.

    `parent`: the process id that must be the parent; by default the one in the environment variable
    ZHIBU_SUPERVISOR, and nothing happens when that is not set (the program was started by hand).
    Linux tells by itself; elsewhere a thread looks every half second. A parent that died before this call is noticed.
    """
    if parent is None:
        value = os.environ.get(PARENT, "")
        if not value.isdigit():
            return
        parent = int(value)
    if not (sys.platform == "linux" and _ask_kernel(sig)):
        watch(parent, sig)
    if os.getppid() != parent:
        os.kill(os.getpid(), sig)


def _ask_kernel(sig: int) -> bool:
    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0) == 0)
    except (OSError, AttributeError):  # another C library
        return False


def watch(parent: int, sig: int) -> None:
    """Look from a thread whether the parent still lives; every Unix gives an orphan another parent."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), sig)

    threading.Thread(target=look, name="lifeline", daemon=True).start()
