"""The keys of this installation: one JSON file beside the database, never in the source and never in the database.

{"version": 1, "purposes": {"field": {"current": 137, "keys": {"137": "<hex>"}}, "blind": …, "audit": …, "seal": …,
"card": …}}

Key ids are random numbers from 1 to 255, not 1, 2, 3: should the file be lost and a new one made, old data then says
"key missing" instead of looking as if somebody had changed it.
"""

import contextlib
import fcntl
import json
import logging
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from django.conf import settings

from zhibu.kernel.secrets import write_once

Purpose = Literal["field", "blind", "audit", "seal", "file", "card"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
#: what key files of earlier versions do not have; it is added when they are read
LATER: tuple[Purpose, ...] = ("file", "card")
# SM4 takes 16 bytes (GB/T 32907); the HMAC keys are as long as the SM3 digest (GB/T 32905), that of files as AES-256's
KEY_BYTES: dict[Purpose, int] = {"field": 16, "blind": 32, "audit": 32, "seal": 32, "file": 32, "card": 16}

log = logging.getLogger("zhibu.crypto")
_lock = threading.Lock()
_rings: dict[Path | str, "Keyring"] = {}


class KeyringError(Exception):
    """The key file is unreadable; the message is Chinese, for the operator."""


class KeyMissing(KeyringError):
    """A key id that the file does not hold: it was lost, or the data comes from another installation."""


@dataclass(frozen=True)
class Keyring:
    """The keys by purpose and id. Old keys open, the current one closes."""

    keys: Mapping[Purpose, Mapping[int, bytes]]
    current: Mapping[Purpose, int]

    def key(self, purpose: Purpose, key_id: int) -> bytes:
        """Return the key, or raise KeyMissing."""
        try:
            return self.keys[purpose][key_id]
        except KeyError:
            message = f"密钥文件中没有编号为 {key_id} 的密钥（用途：{purpose}），请恢复备份的密钥文件。"
            raise KeyMissing(message) from None


def _fresh(purpose: Purpose) -> str:
    return secrets.token_hex(KEY_BYTES[purpose])


def _first(purpose: Purpose) -> dict[str, Any]:
    key_id = secrets.randbelow(255) + 1
    return {"current": key_id, "keys": {str(key_id): _fresh(purpose)}}


def _first_ring() -> bytes:
    purposes = {purpose: _first(purpose) for purpose in PURPOSES}
    return json.dumps({"version": 1, "purposes": purposes}, indent=1).encode()


def _parse(text: bytes, path: Path) -> Keyring:
    try:
        purposes = json.loads(text)["purposes"]
        keys = {p: {int(i): bytes.fromhex(k) for i, k in purposes[p]["keys"].items()} for p in PURPOSES}
        current = {p: int(purposes[p]["current"]) for p in PURPOSES}
        sound = all(len(key) == KEY_BYTES[p] and 0 < i < 256 for p in PURPOSES for i, key in keys[p].items())
        if not sound or any(current[p] not in keys[p] for p in PURPOSES):
            raise ValueError("wrong length or no current key")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyringError(f"密钥文件 {path.name} 已损坏，请从备份恢复它，不要删除。") from error
    return Keyring(keys, current)


def _path() -> Path:
    return Path(settings.KEYRING)


def _load(path: Path) -> Keyring:
    try:
        text = _completed(path, path.read_bytes()) if path.exists() else write_once(path, _first_ring())
        if path.stat().st_mode & 0o077:
            log.warning("%s was readable by others; closed it", path.name)
            path.chmod(0o600)
    except OSError as error:
        raise KeyringError(f"无法读取密钥文件 {path.name}：{error.strerror}") from error
    return _parse(text, path)


def _completed(path: Path, text: bytes) -> bytes:
    """Return the file's content with the keys that an earlier version has not made; a damaged file stays as it is."""
    if not _lacking(text):
        return text
    with _locked(path):
        text = path.read_bytes()
        data = json.loads(text)
        for purpose in _lacking(text):
            data["purposes"][purpose] = _first(purpose)
        text = json.dumps(data, indent=1).encode()
        _replace(path, text)
    return text


def _lacking(text: bytes) -> list[Purpose]:
    try:
        known = set(json.loads(text)["purposes"])
    except (ValueError, KeyError, TypeError):
        return []
    return [purpose for purpose in LATER if purpose not in known and known >= set(PURPOSES) - set(LATER)]


def keyring(*, reload: bool = False) -> Keyring:
    """Return the keys of settings.KEYRING, read once per process; the file is made at its first use."""
    place = settings.KEYRING
    ring = _rings.get(place)
    if ring is None or reload:
        with _lock:
            ring = _rings.get(place)
            if ring is None or reload:
                ring = _rings[place] = _load(_path())
    return ring


def key_of(purpose: Purpose, key_id: int) -> bytes:
    """Return a key; reads the file again before it says KeyMissing (another process may have rotated)."""
    try:
        return keyring().key(purpose, key_id)
    except KeyMissing:
        return keyring(reload=True).key(purpose, key_id)


def current_key(purpose: Purpose) -> tuple[int, bytes]:
    """Return id and key that new data is closed with."""
    ring = keyring()
    key_id = ring.current[purpose]
    return key_id, ring.keys[purpose][key_id]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open(path.with_name(f".{path.name}.lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def rotate(*purposes: Purpose) -> dict[Purpose, int]:
    """Add a new current key for each purpose and return the new ids; the old ones still open.

    "blind" is not rotated unless named: its look-up columns have to be computed anew afterwards. Running processes
    close with the old key until they start again, and open with the new one at once.
    """
    return _add({purpose: _fresh(purpose) for purpose in purposes or ("field", "audit", "seal", "file")})


def install(purpose: Purpose, key: bytes) -> int:
    """Add a key that came from outside as the current one and return its id; the old ones still open.

    Raises ValueError for a wrong length.
    """
    if len(key) != KEY_BYTES[purpose]:
        raise ValueError(f"a key for {purpose} has {KEY_BYTES[purpose]} bytes")
    return _add({purpose: key.hex()})[purpose]


def _add(fresh: Mapping[Purpose, str]) -> dict[Purpose, int]:
    path = _path()
    keyring()
    made: dict[Purpose, int] = {}
    with _locked(path):
        data = json.loads(path.read_bytes())
        for purpose, key in fresh.items():
            entry = data["purposes"][purpose]
            free = [i for i in range(1, 256) if str(i) not in entry["keys"]]
            if not free:
                raise KeyringError("密钥编号已用完，无法再更换密钥。")
            made[purpose] = entry["current"] = secrets.choice(free)
            entry["keys"][str(entry["current"])] = key
        _replace(path, json.dumps(data, indent=1).encode())
    keyring(reload=True)
    return made


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
