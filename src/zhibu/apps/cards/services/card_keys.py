"""What a CPU card proves itself with: SM4 (GB/T 32907), a key of its own made from the house's card key and its chip number.

The house's key lies in the keyring and never leaves the server; the agent relays the question and the answer. The card's
key is the house's applied to the chip number and its complement, as cards of this country are diversified; the card answers
INTERNAL AUTHENTICATE (ISO 7816-4) with the random number encrypted under its key.
"""

import hmac
import os
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import transaction

from zhibu.apps.cards.models import Card, ReaderDevice
from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.crypto import current_key, install, key_of

QUESTION = 16
#: seconds in which a card must have answered
PATIENCE = 30
#: questions open at once for one device; older ones are dropped
OPEN = 8


def own_key(house_key: bytes, chip: str) -> bytes:
    """Return the key of the card with that chip number (normal form)."""
    factor = bytes.fromhex(chip).rjust(8, b"\0")
    return _encrypt(house_key, factor + bytes(byte ^ 0xFF for byte in factor))


def answer_of(card_key: bytes, question: bytes) -> bytes:
    """Return what the genuine card answers."""
    return _encrypt(card_key, question)


def command(question: bytes) -> str:
    """Return INTERNAL AUTHENTICATE as hex."""
    return (bytes((0x00, 0x88, 0x00, 0x00, len(question))) + question + b"\0").hex().upper()


def house_key_id() -> int:
    """Return the id of the key that cards registered now are made from."""
    return current_key("card")[0]


def ask(device: ReaderDevice, chip: str) -> dict[str, str]:
    """Put a question to a card; the caller holds the device's row locked and saves `challenges`."""
    now = int(time.time())
    kept = {name: entry for name, entry in device.challenges.items() if now - int(str(entry[2])) <= PATIENCE}
    for name in list(kept)[: max(0, len(kept) + 1 - OPEN)]:
        del kept[name]
    name, question = os.urandom(8).hex(), os.urandom(QUESTION)
    kept[name] = [chip, question.hex(), now]
    device.challenges = kept
    return {"id": name, "apdu": command(question)}


def answered(device: ReaderDevice, card: Card, challenge: str, response: str) -> bool:
    """Tell whether the answer is the genuine card's. A question is good for one answer, of that chip, for a short while."""
    entry = device.challenges.pop(challenge, None)
    if entry is None or card.key_id is None:
        return False
    chip, question, asked = entry
    if chip != card.chip or time.time() - int(str(asked)) > PATIENCE:
        return False
    own = own_key(key_of("card", card.key_id), card.chip)
    return hmac.compare_digest(answer_of(own, bytes.fromhex(str(question))).hex().upper(), response.upper())


def _encrypt(key: bytes, block: bytes) -> bytes:
    box = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    return box.update(block) + box.finalize()


def check_value(key: bytes) -> str:
    """Return what two parties compare to see that they hold the same key, without saying it."""
    return _encrypt(key, bytes(16))[:3].hex().upper()


def install_house_key(key: bytes) -> None:
    """Let the cards registered from now on be made from this key."""
    made = install("card", key)
    with transaction.atomic():
        summary = f"更换卡密钥：编号 {made}，校验值 {check_value(key)}"
        audit.record(SYSTEM, "cards.key.set", object_type="cards.CardKey", object_id=str(made), summary=summary)
