"""Whose dues a transfer is: found by name, amount and note; what could be two people is never guessed. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_NOISE = re.compile(r"[\s·•.,，。、:：()（）]+")


@dataclass(frozen=True)
class Debt:
    """Somebody with what is unpaid, oldest first: (month, amount, id of the charge)."""

    person_id: int
    name: str
    unpaid: tuple[tuple[date, Decimal, int], ...]


@dataclass(frozen=True)
class Guess:
    """A proposal: whom the money would settle and which charges; exact: the amount is just these; by: "name" or "note"."""

    person_id: int
    charges: tuple[int, ...]
    exact: bool
    by: str


def plain(name: str) -> str:
    """Return a name as it is compared: without spaces and dots."""
    return _NOISE.sub("", name)


def oldest(debt: Debt, amount: Decimal) -> tuple[int, ...] | None:
    """Return the charges that an amount just settles, the oldest first; None where it does not come out even."""
    left, taken = amount, []
    for _, due, charge in debt.unpaid:
        if left <= 0:
            break
        left -= due
        taken.append(charge)
    return tuple(taken) if left == 0 and taken else None


def guesses(payer: str, note: str, amount: Decimal, debts: Iterable[Debt]) -> list[Guess]:
    """Return whom a transfer may be for, best first: the payer's own name, then names in the note.

    Namesakes all stand in the answer: whoever matches chooses.
    """
    name, words = plain(payer), plain(note)
    found = []
    for debt in debts:
        own = plain(debt.name)
        by = "name" if own == name else "note" if len(own) > 1 and own in words else ""
        if by:
            charges = oldest(debt, amount)
            found.append(Guess(debt.person_id, charges or (), charges is not None, by))
    # words in the note say for whom somebody pays: they come before the payer's own name
    return sorted(found, key=lambda guess: (not guess.exact, guess.by != "note", guess.person_id))


def certain(found: Sequence[Guess], names: Mapping[int, str]) -> Guess | None:
    """Return the one guess that needs nobody's choice, or None: the only person meant, and an amount that comes out even.

    names: person -> name of every member the text may mean, those without debts too: a namesake who owes nothing may
    have paid all the same, so that the name alone is not enough.
    """
    if len(found) != 1 or not found[0].exact:
        return None
    (guess,) = found
    meant = names.get(guess.person_id, "")
    return guess if sum(name == meant for name in names.values()) == 1 else None
