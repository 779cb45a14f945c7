"""Working out what people owe for a month: set by set, from their base, relief and the policy, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from zhibu.apps.dues import rules
from zhibu.apps.dues.models import Base, Charge, Relief
from zhibu.apps.dues.params import caps, defaults, payers
from zhibu.apps.dues.services.policies import PolicyBook

#: ids in one condition
AT_ONCE = 5_000


@dataclass(slots=True)
class Owed:
    """What somebody owes: the version of the base it comes from and the amounts."""

    person_id: int
    payer: str
    base: Decimal
    version_id: int
    rate: Decimal | None
    computed: Decimal
    amount: Decimal
    relief_id: int | None
    carried: bool


@dataclass
class WorkedOut:
    """Owed by organisation; `missing`: (person, organisation) without a base."""

    owed: dict[int, list[Owed]] = field(default_factory=dict)
    missing: list[tuple[int, int]] = field(default_factory=list)


@lru_cache(maxsize=20_000)
def dues_of(payer: str, base: Decimal, month: date, unit: str) -> rules.Monthly:
    """Return the dues of a month; many members share a base."""
    row = rules.payer_in_force(payers(), payer, month)
    if row is None:
        raise ValueError(f"没有 {payer} 在 {month:%Y-%m} 的费率")
    return rules.monthly(row, base, rules.cap_in_force(caps(), month), unit)


def known(people: Iterable[int], month: date) -> set[int]:
    """Return who has a charge for that month already, wherever it stands."""
    rows = Charge.objects.system("charges of a month").filter(month=month, stands=True)
    return {pk for part in _parts(people) for pk in rows.filter(person_id__in=part).values_list("person_id", flat=True)}


def versions(people: Iterable[int], month: date) -> dict[int, list[tuple[date, int, str, Decimal]]]:
    """Return person -> versions of the base that may hold in a month: (first month, id, payer, amount)."""
    since = date(month.year - 1, 1, 1)
    rows = Base.objects.system("bases of a month").filter(stands=True, since__lte=month, since__gte=since)
    found: dict[int, list[tuple[date, int, str, Decimal]]] = {}
    for part in _parts(people):
        columns = ("person_id", "since", "pk", "payer", "amount")
        for person, *version in rows.filter(person_id__in=part).order_by().values_list(*columns):
            found.setdefault(person, []).append(tuple(version))
    return found


def reliefs(people: Iterable[int], month: date) -> dict[int, tuple[int, Decimal]]:
    """Return person -> (relief, amount) agreed for a month; the latest where there are two."""
    rows = Relief.objects.system("reliefs of a month").filter(state="agreed", since__lte=month, until__gte=month)
    found: dict[int, tuple[int, Decimal]] = {}
    for person, pk, amount in rows.order_by("pk").values_list("person_id", "pk", "amount"):
        found[person] = (pk, amount)
    wanted = set(people)
    return {person: row for person, row in found.items() if person in wanted}


def work_out(month: date, placed: Sequence[tuple[int, Any]], book: PolicyBook) -> WorkedOut:
    """Return what people owe for a month; placed: (person, organisation that collects). Who has a charge is left out."""
    people = [person for person, _ in placed]
    there = known(people, month)
    held, eased = versions(people, month), reliefs(people, month)
    carried = defaults().carried
    answer = WorkedOut()
    for person, organization in placed:
        if person in there:
            continue
        rows = held.get(person)
        chosen = rules.version_for(month, ((row[0], row[1]) for row in rows), carried) if rows else None
        if chosen is None or rows is None:
            answer.missing.append((person, organization.pk))
            continue
        version, over = chosen
        _, pk, payer, base = next(row for row in rows if row[1] == version)
        found = dues_of(payer, base, month, book.of(organization).rounding)
        relief, amount = eased.get(person, (None, found.amount))
        owed = Owed(person, payer, base, pk, found.rate, found.computed, min(amount, found.amount), relief, over)
        answer.owed.setdefault(organization.pk, []).append(owed)
    return answer


def _parts(people: Iterable[int]) -> list[list[int]]:
    ids = list(people)
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
