"""Sealing of the texts of a staging file, pieces of cells among them (see blocks.py), as functions that its SQL calls.

seal(text, column, row) gives 0x02 ‖ key id (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16): AES-256-GCM under a key of the file's
own, bound to column and row. unseal(…) gives the text back, and what an earlier version staged in the clear as it is.
mark(text) gives a keyed hash: equal for equal texts within one file. "" and "[]" tell nothing and stay.
"""

import hmac
import os
import sqlite3
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhibu.kernel.crypto import Tampered, current_key, derived, key_of

VERSION = 2
NONCE = 12
HEAD = 2 + NONCE
TELLS_NOTHING = frozenset({"", "[]", None})


class CellBox:
    """The box of one staging file."""

    def __init__(self, uid: UUID) -> None:
        self._salt = uid.bytes
        self._boxes: dict[int, AESGCM] = {}
        self._key_id, key = current_key("file")
        self._head = bytes((VERSION, self._key_id))
        self._mark = derived(key, self._salt, "zhibu staged mark")

    def install(self, db: sqlite3.Connection) -> None:
        """Let the SQL of this connection call the three functions."""
        db.create_function("seal", 3, self.seal)
        db.create_function("unseal", 3, self.unseal, deterministic=True)
        db.create_function("mark", 1, self.mark, deterministic=True)

    def seal(self, text: str | bytes | None, column: str, row: int | str) -> str | bytes | None:
        """Seal a text; what is sealed already stays."""
        if text in TELLS_NOTHING or not isinstance(text, str):
            return text
        nonce = os.urandom(NONCE)
        return self._head + nonce + self._box(self._key_id).encrypt(nonce, text.encode(), f"{column} {row}".encode())

    def unseal(self, sealed: str | bytes | None, column: str, row: int | str) -> str | None:
        """Open a text. Raises Tampered, or KeyMissing."""
        if not isinstance(sealed, bytes):
            return sealed
        try:
            box = self._box(sealed[1])
            return box.decrypt(sealed[2:HEAD], sealed[HEAD:], f"{column} {row}".encode()).decode()
        except (InvalidTag, ValueError, IndexError):
            raise Tampered(f"staged {column} of row {row} does not open") from None

    def mark(self, text: str) -> bytes:
        """Return the keyed hash of a text, 16 bytes."""
        return hmac.digest(self._mark, text.encode(), "sha256")[:16]

    def _box(self, key_id: int) -> AESGCM:
        if key_id not in self._boxes:
            self._boxes[key_id] = AESGCM(derived(key_of("file", key_id), self._salt, "zhibu staged text"))
        return self._boxes[key_id]
