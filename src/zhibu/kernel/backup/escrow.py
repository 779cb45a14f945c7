"""Key escrow: keys.json and secret_key, closed by a passphrase, travel with the backup.

scrypt (RFC 7914) stretches the passphrase to 64 bytes: 32 are the key of AES-256-GCM, of the other 32 a hash is kept, so
that a wrong passphrase can be told from a changed backup. The manifest is the associated data: whoever changes it
without knowing the passphrase is found out.
"""

import base64
import hashlib
import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from zhibu.kernel.backup.errors import BackupRefused

N, R, P = 2**16, 8, 1  # 64 MB of memory for each guess
LARGEST_N = 2**20
SHORTEST = 12
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read wrongly from paper
GROUPS, GROUP = 6, 5  # 150 bits


@dataclass(frozen=True)
class Passphrase:
    """What closes the keys. A code is forgiving of spaces, hyphens and small letters; a passphrase is taken exactly."""

    text: str
    kind: Literal["passphrase", "code"] = "passphrase"

    def as_bytes(self, kind: str) -> bytes:
        """Return the bytes for a backup that was closed with this kind."""
        if kind == "code":
            return "".join(c for c in self.text.upper() if c in string.ascii_uppercase + string.digits).encode()
        return self.text.encode()


def new_code() -> Passphrase:
    """Return a random recovery code, e.g. 7KQ2M-…: six groups of five."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return Passphrase("-".join(groups), "code")


def read_passphrase(path: Path) -> Passphrase:
    """Return the first line of the file. Raises BackupRefused when it cannot be read or is shorter than SHORTEST."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BackupRefused(f"读不了口令文件 {path}。请检查路径和权限，文件应是一行文字（UTF-8）。") from None
    text = lines[0].strip() if lines else ""
    if len(text) < SHORTEST:
        raise BackupRefused(f"口令文件 {path} 的第一行太短：口令至少 {SHORTEST} 个字符。")
    return Passphrase(text)


def close(keys: dict[str, bytes], passphrase: Passphrase, manifest: bytes) -> bytes:
    """Return the JSON of the closed keys (name -> content), bound to the bytes of the manifest."""
    salt, nonce = os.urandom(16), os.urandom(12)
    key, check = _stretch(passphrase.as_bytes(passphrase.kind), salt, N, R, P)
    plain = json.dumps({name: _text(content) for name, content in keys.items()}).encode()
    return json.dumps(
        {
            "kind": passphrase.kind,
            "kdf": {"name": "scrypt", "n": N, "r": R, "p": P, "salt": _text(salt)},
            "check": _text(check),
            "nonce": _text(nonce),
            "sealed": _text(AESGCM(key).encrypt(nonce, plain, _bound_to(manifest))),
        },
        indent=1,
    ).encode()


def open_(closed: bytes, passphrase: Passphrase, manifest: bytes) -> dict[str, bytes]:
    """Return the keys. Raises BackupRefused for a wrong passphrase, and for a manifest that was changed."""
    try:
        data: dict[str, Any] = json.loads(closed)
        kdf = data["kdf"]
        n, r, p = int(kdf["n"]), int(kdf["r"]), int(kdf["p"])
        if kdf["name"] != "scrypt" or not (2 <= n <= LARGEST_N and 1 <= r <= 32 and 1 <= p <= 16):
            raise ValueError("unknown way of stretching")
        key, check = _stretch(passphrase.as_bytes(str(data["kind"])), _bytes(kdf["salt"]), n, r, p)
        nonce, sealed, known = _bytes(data["nonce"]), _bytes(data["sealed"]), _bytes(data["check"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BackupRefused("备份里的密钥部分已损坏，不能恢复。请换另一份备份。") from None
    if not secrets.compare_digest(check, known):
        word = "恢复码" if data["kind"] == "code" else "口令"
        raise BackupRefused(f"{word}不对，没有写入任何数据。请核对做这份备份时记下的{word}。")
    try:
        plain = json.loads(AESGCM(key).decrypt(nonce, sealed, _bound_to(manifest)))
    except (InvalidTag, ValueError):
        raise BackupRefused("备份的清单或密钥做好之后被改动过，不能恢复。请换另一份备份。") from None
    return {str(name): _bytes(content) for name, content in plain.items()}


def _stretch(secret: bytes, salt: bytes, n: int, r: int, p: int) -> tuple[bytes, bytes]:
    both = Scrypt(salt=salt, length=64, n=n, r=r, p=p).derive(secret)
    return both[:32], hashlib.sha256(both[32:]).digest()


def _bound_to(manifest: bytes) -> bytes:
    return b"zhibu-backup-1\0" + hashlib.sha256(manifest).digest()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
