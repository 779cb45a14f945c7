"""Keys, encryption of single fields and of whole files, blind indexes and masking."""

from zhibu.kernel.crypto.cipher import (
    SEARCH_KEY,
    UNIQUE,
    Tampered,
    blind,
    blind_column,
    keyed_hash,
    keyed_mac,
    plain_hash,
    seal,
    unseal,
)
from zhibu.kernel.crypto.fields import Sealed, SealedTextField
from zhibu.kernel.crypto.keyring import KeyMissing, Keyring, KeyringError, current_key, install, key_of, keyring, rotate
from zhibu.kernel.crypto.masking import mask, mask_address, mask_bank, mask_identity, mask_phone
from zhibu.kernel.crypto.streams import Sealer, derived, open_stream

__all__ = [
    "SEARCH_KEY",
    "UNIQUE",
    "KeyMissing",
    "Keyring",
    "KeyringError",
    "Sealed",
    "SealedTextField",
    "Sealer",
    "Tampered",
    "blind",
    "blind_column",
    "current_key",
    "derived",
    "install",
    "key_of",
    "keyed_hash",
    "keyed_mac",
    "keyring",
    "mask",
    "mask_address",
    "mask_bank",
    "mask_identity",
    "mask_phone",
    "open_stream",
    "plain_hash",
    "rotate",
    "seal",
    "unseal",
]
