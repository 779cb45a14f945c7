"""A private PostgreSQL server in a folder of its own, ended with the benchmark."""

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path


def programs() -> Path:
    """Return the folder of initdb and pg_ctl: on the path, or where Debian keeps them, the newest. Raises SystemExit."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not places:
        raise SystemExit("no PostgreSQL server programs (initdb) on this machine")
    return places[-1].parent


class Cluster:
    """A server with one database, on loopback behind a password made for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = programs()
        # initdb refuses to run as root
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self.user, str(self.bin / program), *arguments],
            cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{program} failed: {done.stderr or done.stdout}")

    def start(self) -> str:
        """Start the server and return the address of its database as ZHIBU_DATABASE takes it."""
        self.folder.mkdir(parents=True)
        password = secrets.token_hex(16)
        (self.folder / "password").write_text(password)
        if self.user:
            self.folder.parent.chmod(0o711)
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-A", "scram-sha-256", "-U", "zhibu", "-E", "UTF8", "--locale=C.UTF-8",
                  f"--pwfile={self.folder / 'password'}")  # fmt: skip
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c shared_buffers=512MB"
        )
        # the server must not hold our pipes open
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", settings, "start")
        return f"postgres://zhibu:{password}@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """End the server at once; its data goes with the folder."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
