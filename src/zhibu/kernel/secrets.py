"""Keys that an installation makes for itself at its first start; none ever stands in the source."""

import os
import secrets
from pathlib import Path


def write_once(path: Path, make: bytes) -> bytes:
    """Return the content of `path`, writing `make` first if nobody has yet.

    The hard link makes creation atomic: of two processes that start together one wins and both read the same key.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(make)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def secret_key(data: Path) -> str:
    """Django's SECRET_KEY of this installation."""
    return write_once(data / "secret_key", secrets.token_urlsafe(50).encode()).decode()
