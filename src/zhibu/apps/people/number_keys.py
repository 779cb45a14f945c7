"""What stands in the search keys for sensitive numbers: keyed hashes, laid so that one key answers for a number and its tails.

    #i ‖ last four (10) ‖ last five (6) ‖ last six (6) ‖ whole (12)    number of a document
    #m ‖ last four (10) ‖ whole (12)                                   mobile number
    #  ‖ whole (16)                                                    any further kind

Numbers in brackets are hexadecimal digits of the keyed hash. Whoever looks for a tail looks for how such keys begin, which is
one range of the index; six rows a person are two. Ten digits keep the ten thousand tails of four apart, six more the ten
numbers that end alike, twelve the people whose numbers do.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from zhibu.kernel.crypto import blind, blind_column, current_key

IDENTITY_TAILS = (4, 5, 6)
MOBILE_TAIL = 4
#: fewest digits that are looked up as a whole number
WHOLE_MOBILE, WHOLE_IDENTITY = 7, 8
_DOCUMENT, _MOBILE = "#i", "#m"
_FOUR, _NEXT, _WHOLE = 10, 6, 12


def hashed(domain: str, text: str) -> str:
    """Return the key of a further kind of number."""
    return "#" + blind(text, f"search.{domain}").hex()


def identity_keys(numbers: Sequence[str]) -> list[str]:
    """Return the key of each document number (capitals)."""
    four, five, six, whole = (
        _fours("identity.tail", (number[-4:] for number in numbers)),
        _column("identity.tail", (number[-5:] for number in numbers), _NEXT),
        _column("identity.tail", (number[-6:] for number in numbers), _NEXT),
        _column("identity", numbers, _WHOLE),
    )
    return list(map("".join, zip([_DOCUMENT] * len(numbers), four, five, six, whole, strict=True)))


def mobile_keys(numbers: Sequence[str]) -> list[str]:
    """Return the key of each mobile number (digits)."""
    four = _fours("mobile.tail", (number[-MOBILE_TAIL:] for number in numbers))
    whole = _column("mobile", numbers, _WHOLE)
    return list(map("".join, zip([_MOBILE] * len(numbers), four, whole, strict=True)))


def tails_of(number: str) -> list[str]:
    """Return how the keys of those begin whose number may end so; nothing for what is no tail by its length."""
    found = []
    if len(number) in IDENTITY_TAILS:
        (key,) = identity_keys([number])
        found.append(key[: len(_DOCUMENT) + _FOUR + _NEXT * IDENTITY_TAILS.index(len(number))])
    if len(number) == MOBILE_TAIL:
        (key,) = mobile_keys([number])
        found.append(key[: len(_MOBILE) + _FOUR])
    return found


def whole(number: str) -> list[str]:
    """Return the keys of those whose number this may be; nothing for what is too short to be one."""
    found = mobile_keys([number]) if len(number) >= WHOLE_MOBILE else []
    return found + identity_keys([number]) if len(number) >= WHOLE_IDENTITY else found


def _column(domain: str, texts: Iterable[str], digits: int) -> list[str]:
    return [one.hex()[:digits] for one in blind_column(f"search.{domain}", texts)]


def _fours(domain: str, tails: Iterable[str]) -> list[str]:
    key_id, _ = current_key("blind")
    return [_four(domain, tail, key_id) for tail in tails]


@lru_cache(maxsize=25_000)
def _four(domain: str, tail: str, key_id: int) -> str:
    """Return the hash of a tail of four; an import asks for the same ten thousand again and again."""
    return blind(tail, f"search.{domain}").hex()[:_FOUR]
