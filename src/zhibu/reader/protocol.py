"""What agent and server say to one another, and how each tap and each call is signed (Ed25519). Pure; both import it.

A call is a JSON object in the body of a POST, signed whole in the header SIGNATURE:

    {"device": uid, "call": 7, "sent_at": "…+00:00", "waiting": 2, "readers": ["…"], "ask": "04A1B2C3" | null, "taps": [Tap, …]}

`call` only grows, so that nobody plays an old one again. Every tap is numbered and signed when it is read, before it lies on
the agent's disk: neither the disk nor the way can change it.
"""

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE = "X-Zhibu-Signature"
#: taps in one call at most
MOST_TAPS = 50
#: bytes of a call at most
MOST_BYTES = 128 * 1024
#: the longest text of a tap: the answer of a card to its questions
LONGEST = 512


class BadTap(ValueError):
    """What came is no tap."""


@dataclass(frozen=True)
class Tap:
    """One card on one reader.

    sequence  numbered by the agent from 1, without gaps
    nonce     32 hex digits drawn for this tap: the same number with another nonce is another tap
    at        the agent's clock, ISO 8601 with offset
    chip      upper-case hex in reader byte order, "" when the reader gave none
    storage   the card said that it only stores: it cannot answer a challenge
    challenge, response   id of the server's challenge and what the card answered, in hex; "" where there was none
    """

    sequence: int
    nonce: str
    at: str
    chip: str
    storage: bool = False
    challenge: str = ""
    response: str = ""
    signature: str = ""


def read_tap(data: Any) -> Tap:
    """Return the tap of a JSON object. Raises BadTap."""
    if not isinstance(data, dict) or set(data) != {field.name for field in fields(Tap)}:
        raise BadTap("fields")
    tap = Tap(**data)
    texts = (tap.nonce, tap.at, tap.chip, tap.challenge, tap.response, tap.signature)
    if any(not isinstance(text, str) or len(text) > LONGEST or "\n" in text or "\0" in text for text in texts):
        raise BadTap("text")
    if type(tap.sequence) is not int or not 0 < tap.sequence < 2**53 or type(tap.storage) is not bool:
        raise BadTap("number")
    if len(tap.nonce) != 32:
        raise BadTap("nonce")
    return tap


def words_of(device: str, tap: Tap) -> bytes:
    """Return the bytes that a tap's signature covers."""
    parts = (
        "zhibu tap 1",
        device,
        tap.sequence,
        tap.nonce,
        tap.at,
        tap.chip,
        int(tap.storage),
        tap.challenge,
        tap.response,
    )
    return "\n".join(map(str, parts)).encode()


def signed_tap(key: "Ed25519PrivateKey", device: str, tap: Tap) -> Tap:
    """Return the tap with its signature."""
    return Tap(**{**asdict(tap), "signature": key.sign(words_of(device, tap)).hex()})


def verified(public_key: str, signature: str, message: bytes) -> bool:
    """Tell whether the signature (hex) of the message is that of the key (hex)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
