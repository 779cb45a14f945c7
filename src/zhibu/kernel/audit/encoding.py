"""What exactly is hashed. The same bytes come from the values that are written and from the columns that are read.

Every column is its UTF-8 text behind a length of four bytes (0xFFFFFFFF for NULL): no two rows share an encoding.
Verification reads the columns as bytes, so that a broken character or an impossible date is a finding, not an error.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from zhibu.kernel.crypto import keyed_hash, plain_hash

NULL = b"\xff\xff\xff\xff"
_HEADS = [length.to_bytes(4, "big") for length in range(256)]  # made beforehand: this runs for every line
# the order of the columns in the leaf; `leaf` itself is left out
COLUMNS = (
    "id", "at", "actor_id", "actor_name", "for_whom_id", "action", "organization_id", "object_type", "object_id",
    "detail_digest", "key_id",
)  # fmt: skip


def encode(parts: Sequence[bytes | None]) -> bytes:
    """Join the parts so that the limits between them cannot be moved."""
    pieces: list[bytes] = []
    for part in parts:
        if part is None:
            pieces.append(NULL)
        else:
            length = len(part)
            pieces.append(_HEADS[length] if length < len(_HEADS) else length.to_bytes(4, "big"))
            pieces.append(part)
    return b"".join(pieces)


def leaf(key: bytes, parts: Sequence[bytes | None]) -> bytes:
    """HMAC-SM3 over the encoded columns, in the order of COLUMNS; 32 bytes."""
    return keyed_hash(key, encode(parts))


def digest(salt: bytes, body: bytes) -> bytes:
    """SM3 over salt and body; the salt keeps an erased body from being guessed. 32 bytes."""
    return plain_hash(salt, body)


def time_text(at: datetime) -> str:
    """Return the moment as UTC text with microseconds."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def stored_time(text: bytes | None) -> bytes | None:
    """Bring the time as SQLite keeps it to the form of `time_text` (it drops microseconds that are zero)."""
    return text + b".000000" if text is not None and len(text) == 19 else text


def number(value: int | None) -> bytes | None:
    """Return an integer column as bytes."""
    return None if value is None else b"%d" % value
