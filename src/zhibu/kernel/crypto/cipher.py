"""SM4-GCM for single values, HMAC-SM3 for look-ups and for the audit (GB/T 32907, GB/T 32905)."""

import os
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

from zhibu.kernel.crypto.keyring import current_key, key_of

VERSION = 1
NONCE = 12
TAG = 16
HEAD = 2 + NONCE
SEARCH_KEY = 8  # bytes; confirmed after decrypting
UNIQUE = 16  # bytes; a collision would refuse a rightful record


class Tampered(Exception):
    """The bytes do not open for this table, column and record: changed, cut short or moved here from elsewhere."""


def _bound_to(table: str, column: str, uid: UUID | str) -> bytes:
    return f"{table}\0{column}\0{uid}".encode()


@lru_cache(maxsize=32)
def _sm4(key: bytes) -> algorithms.SM4:
    return algorithms.SM4(key)


def seal(text: str, *, table: str, column: str, uid: UUID | str) -> bytes:
    """Encrypt `text` for one column of one record.

    Returns 0x01 ‖ key id (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16). Table, column and the record's immutable `uid` are
    authenticated, so that a value cannot be copied to another record.
    """
    key_id, key = current_key("field")
    nonce = os.urandom(NONCE)
    box = Cipher(_sm4(key), modes.GCM(nonce)).encryptor()
    box.authenticate_additional_data(_bound_to(table, column, uid))
    body = box.update(text.encode()) + box.finalize()
    return bytes((VERSION, key_id)) + nonce + body + box.tag


def unseal(sealed: bytes, *, table: str, column: str, uid: UUID | str) -> str:
    """Decrypt what `seal` made for the same table, column and uid. Raises Tampered, or KeyMissing."""
    if len(sealed) < HEAD + TAG or sealed[0] != VERSION:
        raise Tampered(f"{table}.{column}: not a sealed value")
    key = key_of("field", sealed[1])
    box = Cipher(_sm4(key), modes.GCM(sealed[2:HEAD], sealed[-TAG:])).decryptor()
    box.authenticate_additional_data(_bound_to(table, column, uid))
    try:
        return (box.update(sealed[HEAD:-TAG]) + box.finalize()).decode()
    except (InvalidTag, UnicodeDecodeError):
        raise Tampered(f"{table}.{column} of {uid}: the value does not open") from None


def is_current(sealed: bytes) -> bool:
    """Tell whether the value was closed with today's key (if not, the next save closes it anew)."""
    return sealed[1] == current_key("field")[0]


@lru_cache(maxsize=32)
def _keyed(key: bytes) -> HMAC:
    return HMAC(key, SM3())


def keyed_mac(key: bytes) -> HMAC:
    """Return an HMAC-SM3 to feed piece by piece."""
    return _keyed(key).copy()


def keyed_hash(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3, 32 bytes."""
    mac = keyed_mac(key)
    mac.update(message)
    return mac.finalize()


def plain_hash(*parts: bytes) -> bytes:
    """SM3 over the parts in order, 32 bytes."""
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


@lru_cache(maxsize=64)
def _begun(key: bytes, domain: str) -> HMAC:
    """An HMAC-SM3 that has read the domain already: an import hashes seven texts for every person."""
    if not domain or "\0" in domain:
        raise ValueError("blind() needs a domain")
    mac = keyed_mac(key)
    mac.update(f"{domain}\0".encode())
    return mac


def blind_column(domain: str, texts: Iterable[str], length: int = SEARCH_KEY) -> list[bytes]:
    """Return the keyed hash of every text of one domain; see `blind`. For many texts: the domain is begun once."""
    if not 8 <= length <= 32:
        raise ValueError("blind() needs a domain and a length of 8 to 32 bytes")
    begin = _begun(current_key("blind")[1], domain).copy
    hashes = []
    for text in texts:
        mac = begin()
        mac.update(text.encode())
        hashes.append(mac.finalize()[:length])
    return hashes


def blind(text: str, domain: str, length: int = SEARCH_KEY) -> bytes:
    """Return the keyed hash that stands for `text` in an index: 8 bytes for search keys, 16 for unique columns.

    `domain` keeps equal texts of different meaning apart, e.g. "identity" and "phone". The caller normalises `text`.
    """
    return blind_column(domain, [text], length)[0]
