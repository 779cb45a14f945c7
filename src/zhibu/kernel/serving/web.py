"""The web server process: `python -m zhibu.kernel.serving.web HOST PORT WORKERS`, started by the supervisor."""

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from zhibu.kernel.serving.lifeline import hold_on_to_parent

THREADS = 8


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM. `workers`: processes; each handles up to eight requests at a time."""
    hold_on_to_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.settings")
    Granian(
        "zhibu.kernel.serving.entry:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,  # its warnings only advise on settings
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
