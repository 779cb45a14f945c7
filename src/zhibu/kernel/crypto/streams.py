"""Content of any length at rest: AES-256-GCM in chunks, so that it is read from anywhere and never half believed.

"ZHIBU" 0 1 0 ‖ key id (1) ‖ salt (16), then chunks of 256 KiB, each followed by its tag (16). Every content has a key of
its own (HKDF-SHA-256 of the installation's "file" key and the salt), so that the number of a chunk is its nonce. With
each chunk is authenticated: the head, the name the content lies under, the chunk's number, whether it is the last. A
changed byte, a chunk left out, cut off or moved, a content put in another's place: none of them opens.

Not SM4, which closes single fields: without instructions for it in the processor it takes 60 MB/s, AES 4,000.
"""

import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhibu.kernel.crypto.cipher import TAG, Tampered
from zhibu.kernel.crypto.keyring import current_key, key_of

MAGIC = b"ZHIBU\x00\x01\x00"  # no text, picture, PDF or workbook begins like this
SALT = 16
HEAD = len(MAGIC) + 1 + SALT
CHUNK = 256 * 1024


def derived(key: bytes, salt: bytes, purpose: str) -> bytes:
    """Return 32 bytes that follow from the key, for one purpose (HKDF-SHA-256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt, purpose.encode()).derive(key)


def is_sealed(head: bytes) -> bool:
    """Tell by its first HEAD bytes whether content is sealed."""
    return len(head) >= HEAD and head.startswith(MAGIC)


def is_current(head: bytes) -> bool:
    """Tell whether sealed content was closed with today's key."""
    return head[len(MAGIC)] == current_key("file")[0]


def sealed_size(size: int) -> int:
    """Return the bytes that content of `size` bytes takes when sealed."""
    return HEAD + size + TAG * max(1, -(-size // CHUNK))


class _Box:
    """Closes and opens the chunks of one content."""

    def __init__(self, head: bytes, name: str, key: bytes) -> None:
        self._box = AESGCM(derived(key, head[-SALT:], "zhibu file content"))
        self._bound = head + name.encode() + b"\0"

    def _of(self, number: int, last: bool) -> tuple[bytes, bytes]:
        return number.to_bytes(12), self._bound + number.to_bytes(8) + bytes((last,))

    def close(self, chunk: bytes, number: int, *, last: bool) -> bytes:
        nonce, bound = self._of(number, last)
        return self._box.encrypt(nonce, chunk, bound)

    def open(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        nonce, bound = self._of(number, last)
        return self._box.decrypt(nonce, sealed, bound)


class Sealer:
    """Writes content sealed to `out`: `write` piece by piece, then `finish`, without which it does not open."""

    def __init__(self, out: IO[bytes], name: str) -> None:
        key_id, key = current_key("file")
        head = MAGIC + bytes((key_id,)) + os.urandom(SALT)
        self._out, self._box = out, _Box(head, name, key)
        self._number, self._rest = 0, bytearray()
        self._out.write(head)

    def write(self, piece: bytes) -> None:
        """Add a piece of any length."""
        self._rest += piece
        while len(self._rest) > CHUNK:  # a chunk that may be the last waits until it is known whether it is
            self._chunk(last=False)

    def finish(self) -> None:
        """Write the last chunk; content without a byte has one, too."""
        self._chunk(last=True)

    def _chunk(self, *, last: bool) -> None:
        chunk = bytes(self._rest[:CHUNK])
        del self._rest[:CHUNK]
        self._out.write(self._box.close(chunk, self._number, last=last))
        self._number += 1


class Opened(io.RawIOBase):
    """Sealed content to be read from anywhere; `size`: bytes of the content. Raises Tampered, or KeyMissing.

    What it gives was authenticated; that the whole opens is known after `verify`.
    """

    def __init__(self, raw: IO[bytes], name: str) -> None:
        super().__init__()
        head = raw.read(HEAD)
        body = raw.seek(0, os.SEEK_END) - HEAD
        self._chunks = -(-body // (CHUNK + TAG))
        self.size = body - TAG * self._chunks
        if not is_sealed(head) or body < TAG or self.size < 0:
            raise Tampered(f"{name}: not sealed content, or cut short")
        self._raw, self._name, self._at = raw, name, 0
        self._box = _Box(head, name, key_of("file", head[len(MAGIC)]))
        self._kept: tuple[int, bytes] = (-1, b"")

    def verify(self) -> None:
        """Open every chunk once."""
        for number in range(self._chunks):
            self._chunk(number)

    def _chunk(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._raw.seek(HEAD + number * (CHUNK + TAG))
            sealed = self._raw.read(CHUNK + TAG)
            try:
                opened = self._box.open(sealed, number, last=number == self._chunks - 1)
            except (InvalidTag, ValueError):
                raise Tampered(f"{self._name}: chunk {number} of {self._chunks} does not open") from None
            self._kept = (number, opened)
        return self._kept[1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        number, inside = divmod(self._at, CHUNK)
        piece = self._chunk(number)[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def open_stream(raw: IO[bytes], name: str) -> io.BufferedReader:
    """Return sealed content as a file that is read from anywhere; closing it closes `raw`. Raises as Opened does."""
    return io.BufferedReader(Opened(raw, name), CHUNK)
