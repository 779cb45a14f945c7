"""What the agent keeps on disk: who it is, and every tap until the server has it. One SQLite file; a commit is on the disk.

A tap is numbered, signed and committed before anything else is done with it. It goes when the server said that it has it:
a pull of the plug in between sends it again, under the same number.
"""

import contextlib
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from zhibu.reader.protocol import Tap, signed_tap

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: call numbers are taken from the disk in lots: a number need not be followed by the next, it must only grow
LOT = 1000
COLUMNS = ("sequence", "nonce", "at", "chip", "storage", "challenge", "response", "signature")
TABLES = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tap (sequence INTEGER PRIMARY KEY, nonce TEXT, at TEXT, chip TEXT, storage INTEGER,
    challenge TEXT, response TEXT, signature TEXT);
"""


class Busy(Exception):
    """Another agent runs in the same folder."""


class Store:
    """The folder of an agent. Used by several threads at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        place = folder / "reader.sqlite3"
        os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._file = sqlite3.connect(place, timeout=20, check_same_thread=False, isolation_level=None)
        self._file.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {TABLES}")
        self._call = self._call_end = 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other agents out of this folder while it lasts. Raises Busy."""
        guard = sqlite3.connect(self.folder / "running.sqlite3", timeout=0.2, isolation_level=None)
        try:
            try:
                guard.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise Busy from error
            yield
        finally:
            guard.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
            self._file.execute("COMMIT")

    def get(self, name: str, default: str = "") -> str:
        """Return what is kept under a name."""
        with self._lock:
            found = self._file.execute("SELECT value FROM kept WHERE name = ?", [name]).fetchone()
        return found[0] if found else default

    def put(self, **values: str) -> None:
        """Keep values under their names."""
        with self._writing() as file:
            file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())

    @property
    def key(self) -> "Ed25519PrivateKey":
        """The machine's own key, made at its first use. It never leaves this folder."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not self.get("key"):
            self.put(key=Ed25519PrivateKey.generate().private_bytes_raw().hex())
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.get("key")))

    def begin(self, server: str, device: str, name: str, key: "Ed25519PrivateKey") -> None:
        """Become a device of that server; numbers start anew, taps of another enrolment cannot be sent any more."""
        with self._writing() as file:
            file.execute("DELETE FROM tap")
            values = {
                "server": server, "device": device, "name": name, "key": key.private_bytes_raw().hex(), "sequence": "0", "call": "0",
            }  # fmt: skip
            file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())
        self._call = self._call_end = 0

    def next_call(self) -> int:
        """Return a number that no call before had, not even one before a power cut."""
        with self._lock:
            if self._call >= self._call_end:
                self._call = int(self.get("call", "0"))
                self._call_end = self._call + LOT
                self.put(call=str(self._call_end))
            self._call += 1
            return self._call

    def calls_from(self, number: int) -> None:
        """Go on behind a number that the server knows already."""
        with self._lock:
            self._call = self._call_end = max(number, self._call)
            self.put(call=str(self._call))

    def last(self, reader: str) -> tuple[str, float]:
        """Return the chip that was tapped last on a reader, and when (seconds since 1970)."""
        chip, _, at = self.get(f"last {reader}").partition(" ")
        return chip, float(at or 0)

    def add(
        self, chip: str, *, storage: bool, reader: str = "", challenge: str = "", response: str = ""
    ) -> Tap:  # fmt: skip
        """Number, sign and commit a tap."""
        key, device = self.key, self.get("device")
        with self._writing() as file:
            sequence = int(self.get("sequence", "0")) + 1
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            tap = Tap(sequence, secrets.token_hex(16), at, chip, storage, challenge, response)
            tap = signed_tap(key, device, tap)
            file.execute("INSERT INTO tap VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(asdict(tap).values()))
            file.execute("INSERT OR REPLACE INTO kept VALUES ('sequence', ?)", [str(sequence)])
            file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", [f"last {reader}", f"{chip} {time.time()}"])
        return tap

    def pending(self, most: int) -> list[Tap]:
        """Return the oldest taps that the server is not known to have."""
        with self._lock:
            rows = self._file.execute("SELECT * FROM tap ORDER BY sequence LIMIT ?", [most]).fetchall()
        return [Tap(**{**dict(zip(COLUMNS, row, strict=True)), "storage": bool(row[4])}) for row in rows]

    def waiting(self) -> int:
        """Return how many there are."""
        with self._lock:
            return int(self._file.execute("SELECT count(*) FROM tap").fetchone()[0])

    def taken(self, upto: int) -> None:
        """Forget the taps that the server has. A power cut may bring them back: the server knows them for repeats."""
        with self._lock:
            self._file.execute("PRAGMA synchronous=NORMAL")
            try:
                self._file.execute("DELETE FROM tap WHERE sequence <= ?", [upto])
            finally:
                self._file.execute("PRAGMA synchronous=FULL")
