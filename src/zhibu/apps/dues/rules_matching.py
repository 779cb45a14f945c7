"""Whose dues a transfer is: found by name, amount and note; what could be two people is never guessed. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_MONTHS = re.compile(r"(?<!\d)(\d{1,2})(?:\s*月?\s*[-—–~～至到]\s*(\d{1,2}))?\s*月")
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


def told_months(note: str) -> set[int]:
    """Return the months of the year a note names: 11月, 9-11月, 9月至11月."""
    found: set[int] = set()
    for first, last in _MONTHS.findall(note):
        found.update(range(int(first), int(last or first) + 1))
    return found & set(range(1, 13))


def chosen(debt: Debt, amount: Decimal, note: str) -> tuple[int, ...] | None:
    """Return the charges an amount just settles: the months the note names, the oldest where it names none; else None."""
    named = told_months(note)
    if not named:
        return oldest(debt, amount)
    rows = tuple(row for row in debt.unpaid if row[0].month in named)
    return oldest(Debt(debt.person_id, debt.name, rows), amount) if sum(row[1] for row in rows) == amount else None


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
            charges = chosen(debt, amount, note)
            found.append(Guess(debt.person_id, charges or (), charges is not None, by))
    # words in the note say for whom somebody pays: they come before the payer's own name
    return sorted(found, key=lambda guess: (not guess.exact, guess.by != "note", guess.person_id))


def meant(payer: str, note: str, members: Mapping[str, Collection[int]]) -> tuple[set[int], set[int]]:
    """Return (those the note names, those who bear the payer's name), with debts or without.

    members: name as it is compared (`plain`) -> the people who bear it.
    """
    words = plain(note)
    lengths = {len(name) for name in members if len(name) > 1}
    parts = {words[at : at + length] for length in lengths for at in range(len(words) - length + 1)}
    return {person for part in parts for person in members.get(part, ())}, set(members.get(plain(payer), ()))


def certain(found: Sequence[Guess], named: Collection[int], own: Collection[int]) -> Guess | None:
    """Return the one guess that needs nobody's choice, or None: the only person meant, and an amount that comes out even.

    named, own: see `meant`. Words in the note say for whom somebody pays: where they name a member, who pays is not meant,
    though they owe just this; and one who owes nothing may have paid all the same.
    """
    if len(found) != 1 or not found[0].exact:
        return None
    (guess,) = found
    return guess if set(named or own) == {guess.person_id} else None
