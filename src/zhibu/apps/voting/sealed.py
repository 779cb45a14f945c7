"""Sealed ballots: each choice encrypted, sums opened together, everything provable to whoever checks. Pure; no Django.

Exponential ElGamal over the curve SM2. A ballot holds for every question and option a ciphertext of 0 or 1 with a proof that it is one of
these, and a proof that each question has exactly one 1 (and that no more than `choose` questions are approved). Ciphertexts add up: the
scrutineers together open the sums and prove that they opened them rightly; no single ballot is ever opened.
Proofs: Chaum–Pedersen, Cramer–Damgård–Schoenmakers for “one of”, made non-interactive by SM3 over everything they speak of.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes

from zhibu.apps.voting.curve import G, N, Point, add, combine, multiply, negative, read, write

OPTIONS = ("yes", "no", "abstain")
#: letters and digits nobody mistakes for one another; a code of 23 has 115 bits, the last sign checks them
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 24

#: (r·G, r·Y + m·G)
Cipher = tuple[Point, Point]
Proof = dict[str, Any]


class BadCode(ValueError):
    """The code was not typed as it stands on the slip."""


class BadEvidence(ValueError):
    """A ballot or a proof is not what it should be; the text says which."""


@dataclass(frozen=True)
class Frame:
    """What every proof of a vote is bound to: which vote, its joint key, how many questions, how many one may approve."""

    motion: str
    key: Point
    questions: int
    choose: int | None = None


def digest(*parts: str) -> bytes:
    """Return SM3 over the parts, each with its length, so that no two lists of parts read alike."""
    hasher = hashes.Hash(hashes.SM3())
    for part in parts:
        data = part.encode()
        hasher.update(len(data).to_bytes(4, "big") + data)
    return hasher.finalize()


def _number(*parts: str) -> int:
    return int.from_bytes(digest(*parts), "big") % N


def _random() -> int:
    return 1 + secrets.randbelow(N - 1)


# keys of the scrutineers


def new_code() -> str:
    """Return a code for a scrutineer's slip, in groups of four."""
    return written("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def written(body: str) -> str:
    """Return the code of so many signs as it stands on the slip, with the sign that checks them."""
    whole = body + _check(body)
    return "-".join(whole[n : n + 4] for n in range(0, LENGTH, 4))


def _check(body: str) -> str:
    return ALPHABET[sum((n + 1) * ALPHABET.index(sign) for n, sign in enumerate(body)) % 31]


def secret_of(code: str, *about: str) -> int:
    """Return the secret key of a code for this vote and scrutineer; raises BadCode with what is wrong."""
    swaps = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
    clean = "".join(sign for sign in code.upper().translate(swaps) if not sign.isspace() and sign not in "-－—_.")
    if len(clean) != LENGTH:
        raise BadCode(f"开票码应是 {LENGTH} 个字母和数字，您输入了 {len(clean)} 个")
    if any(sign not in ALPHABET for sign in clean) or _check(clean[:-1]) != clean[-1]:
        raise BadCode("开票码有一处输错了，请对照纸条再输一次")
    return _number("zhibu ballot key", *about, clean) or 1


def public_of(secret: int) -> Point:
    """Return the public half."""
    return multiply(secret, G)


def prove_secret(secret: int, context: str) -> Proof:
    """Prove that one holds the secret of a public key (Schnorr)."""
    w = _random()
    commitment = multiply(w, G)
    c = _number("holds", context, write(public_of(secret)), write(commitment))
    return {"c": c, "s": (w + c * secret) % N}


def check_secret(public: Point, proof: Mapping[str, int], context: str) -> bool:
    """Tell whether the proof holds; a key that is no key never does."""
    if public is None:
        return False
    c, s = int(proof["c"]), int(proof["s"])
    commitment = combine(s, G, N - c, public)
    return c == _number("holds", context, write(public), write(commitment))


def joint(publics: Sequence[Point]) -> Point:
    """Return the joint key: only all secrets together open what is sealed with it."""
    total: Point = None
    for public in publics:
        total = add(total, public)
    return total


# ballots


def seal(frame: Frame, slot: str, choices: Sequence[str]) -> str:
    """Return a sealed ballot as JSON; choices: one of OPTIONS a question. `slot` binds it to its place, so that it cannot be copied."""
    if len(choices) != frame.questions or any(choice not in OPTIONS for choice in choices):
        raise ValueError("one choice for each question")
    if frame.choose is not None and sum(choice == "yes" for choice in choices) > frame.choose:
        raise ValueError("too many approved")
    made, yes_sum, yes_random = [], _nothing(), 0
    for n, choice in enumerate(choices):
        parts, whole, randoms = [], _nothing(), 0
        for option in OPTIONS:
            r, m = _random(), int(option == choice)
            cipher = _encrypt(frame.key, m, r)
            parts.append({"c": _write(cipher), "p": _prove(frame, f"{slot}/{n}/{option}", cipher, m, r, (0, 1))})
            whole, randoms = _plus(whole, cipher), randoms + r
            if option == "yes":
                yes_sum, yes_random = _plus(yes_sum, cipher), yes_random + r
        made.append({"options": parts, "one": _prove(frame, f"{slot}/{n}", whole, 1, randoms % N, (1,))})
    ballot: dict[str, Any] = {"questions": made}
    if frame.choose is not None:
        yes = sum(choice == "yes" for choice in choices)
        ballot["most"] = _prove(frame, slot, yes_sum, yes, yes_random % N, tuple(range(frame.choose + 1)))
    return json.dumps(ballot, separators=(",", ":"))


def fingerprint(ballot: str) -> str:
    """Return the fingerprint of a sealed ballot, in groups of four: what the voter finds again in the published list."""
    text = digest("ballot", ballot).hex()[:20].upper()
    return "-".join(text[n : n + 4] for n in range(0, 20, 4))


def check(frame: Frame, slot: str, ballot: str) -> list[tuple[Cipher, ...]]:
    """Return the ciphertexts of a ballot (a question's options in their order) after checking every proof; raises BadEvidence."""
    try:
        return _checked(frame, slot, json.loads(ballot))
    except (KeyError, TypeError, ValueError) as error:
        raise BadEvidence(f"选票 {fingerprint(ballot)} 不完整或被改动") from error


def _checked(frame: Frame, slot: str, data: Mapping[str, Any]) -> list[tuple[Cipher, ...]]:
    found: list[tuple[Cipher, ...]] = []
    yes_sum = _nothing()
    if len(data["questions"]) != frame.questions:
        raise ValueError("questions")
    for n, question in enumerate(data["questions"]):
        ciphers = tuple(_read(part["c"]) for part in question["options"])
        if len(ciphers) != len(OPTIONS):
            raise ValueError("options")
        whole = _nothing()
        for option, cipher, part in zip(OPTIONS, ciphers, question["options"], strict=True):
            _demand(frame, f"{slot}/{n}/{option}", cipher, (0, 1), part["p"])
            whole = _plus(whole, cipher)
        _demand(frame, f"{slot}/{n}", whole, (1,), question["one"])
        yes_sum = _plus(yes_sum, ciphers[0])
        found.append(ciphers)
    if frame.choose is not None:
        _demand(frame, slot, yes_sum, tuple(range(frame.choose + 1)), data["most"])
    return found


# sums, and how they are opened


def total(frame: Frame, ballots: Sequence[list[tuple[Cipher, ...]]]) -> list[tuple[Cipher, ...]]:
    """Return the sums of checked ballots, a question's options in their order."""
    sums = [tuple(_nothing() for _ in OPTIONS) for _ in range(frame.questions)]
    for ballot in ballots:
        sums = [
            tuple(_plus(a, b) for a, b in zip(old, new, strict=True)) for old, new in zip(sums, ballot, strict=True)
        ]
    return sums


def open_share(frame: Frame, secret: int, sums: Sequence[tuple[Cipher, ...]]) -> list[dict[str, Any]]:
    """Return what one scrutineer opens of the sums: a point for each, with the proof that their own key opened it (Chaum–Pedersen)."""
    public, shares = public_of(secret), []
    for n, cipher in enumerate(_flat(sums)):
        opened = multiply(secret, cipher[0])
        w = _random()
        seen = (write(multiply(w, G)), write(multiply(w, cipher[0])))
        c = _number("opened", frame.motion, str(n), write(public), *_write(cipher), write(opened), *seen)
        shares.append({"d": write(opened), "c": c, "s": (w + c * secret) % N})
    return shares


def check_share(
    frame: Frame, public: Point, sums: Sequence[tuple[Cipher, ...]], shares: Sequence[Mapping[str, Any]]
) -> None:
    """Raise BadEvidence unless the shares are what the key of that scrutineer opens of these sums."""
    flat = _flat(sums)
    if len(flat) != len(shares):
        raise BadEvidence("开票的份数不对")
    for n, (cipher, share) in enumerate(zip(flat, shares, strict=True)):
        opened, c, s = read(share["d"]), int(share["c"]), int(share["s"])
        seen = (write(combine(s, G, N - c, public)), write(combine(s, cipher[0], N - c, opened)))
        if c != _number("opened", frame.motion, str(n), write(public), *_write(cipher), write(opened), *seen):
            raise BadEvidence("开票的证明与监票人的公钥对不上")


def result(
    sums: Sequence[tuple[Cipher, ...]], shares: Sequence[Sequence[Mapping[str, Any]]], most: int
) -> list[dict[str, int]]:
    """Return {"yes", "no", "abstain"} a question, from the sums and what every scrutineer opened; `most` ballots were cast."""
    numbers = []
    for n, cipher in enumerate(_flat(sums)):
        opened = joint([read(share[n]["d"]) for share in shares])
        numbers.append(_count(add(cipher[1], negative(opened)), most))
    width = len(OPTIONS)
    return [dict(zip(OPTIONS, numbers[n : n + width], strict=True)) for n in range(0, len(numbers), width)]


def _count(point: Point, most: int) -> int:
    step: Point = None
    for n in range(most + 1):
        if step == point:
            return n
        step = add(step, G)
    raise BadEvidence("开出的数目不在票数范围内")


def _flat(sums: Sequence[tuple[Cipher, ...]]) -> list[Cipher]:
    return [cipher for question in sums for cipher in question]


# ciphertexts and their proofs


def _nothing() -> Cipher:
    return (None, None)


def _encrypt(key: Point, m: int, r: int) -> Cipher:
    return (multiply(r, G), combine(r, key, m, G))


def _plus(left: Cipher, right: Cipher) -> Cipher:
    return (add(left[0], right[0]), add(left[1], right[1]))


def _write(cipher: Cipher) -> list[str]:
    return [write(cipher[0]), write(cipher[1])]


def _read(pair: Sequence[str]) -> Cipher:
    left, right = pair
    return (read(left), read(right))


def _prove(frame: Frame, place: str, cipher: Cipher, m: int, r: int, allowed: tuple[int, ...]) -> list[list[int]]:
    """Prove that a ciphertext holds one of `allowed` without saying which: [c, s] for each, real for `m`, simulated for the others."""
    pairs, seen = {}, {}
    w = _random()
    for value in allowed:
        if value == m:
            seen[value] = (multiply(w, G), multiply(w, frame.key))
        else:
            c, s = _random(), _random()
            pairs[value], seen[value] = [c, s], _commitments(frame, cipher, value, c, s)
    whole = _challenge(frame, place, cipher, [seen[value] for value in allowed])
    c = (whole - sum(pair[0] for pair in pairs.values())) % N
    pairs[m] = [c, (w + c * r) % N]
    return [pairs[value] for value in allowed]


def _demand(frame: Frame, place: str, cipher: Cipher, allowed: tuple[int, ...], proof: Sequence[Sequence[int]]) -> None:
    if len(proof) != len(allowed):
        raise ValueError("proof")
    pairs = [(int(c), int(s)) for c, s in proof]
    seen = [_commitments(frame, cipher, value, c, s) for value, (c, s) in zip(allowed, pairs, strict=True)]
    if sum(c for c, _ in pairs) % N != _challenge(frame, place, cipher, seen):
        raise ValueError("proof")


def _commitments(frame: Frame, cipher: Cipher, value: int, c: int, s: int) -> Cipher:
    shifted = add(cipher[1], negative(multiply(value, G)))
    return (combine(s, G, N - c, cipher[0]), combine(s, frame.key, N - c, shifted))


def _challenge(frame: Frame, place: str, cipher: Cipher, seen: Sequence[Cipher]) -> int:
    parts = [text for pair in seen for text in _write(pair)]
    return _number("ballot", frame.motion, write(frame.key), place, *_write(cipher), *parts)
