"""Working out what people owe for a month: set by set, from their base, relief and the policy, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from zhibu.apps.dues import rules
from zhibu.apps.dues.models import Base, Charge, Relief
from zhibu.apps.dues.params import caps, defaults, payers
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.kernel.bulk import in_fen, in_iso, rows_holding

#: bases of which the dues are remembered
REMEMBERED = 20_000
#: (base, rate, what it gives, what is asked for)
Dues = tuple[Decimal, Decimal | None, Decimal, Decimal]


class Owed(NamedTuple):
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


class Rates:
    """What holds in a month for every kind of payer; many members share a base, whose dues are reckoned once."""

    def __init__(self, month: date, unit: str) -> None:
        self._rows = {code: rules.payer_in_force(payers(), code, month) for code in {row.code for row in payers()}}
        self._month, self._unit, self._cap = month, unit, rules.cap_in_force(caps(), month)
        self._known: dict[tuple[str, int], Dues] = {}

    def of(self, payer: str, fen: int) -> Dues:
        """Return the dues of a base in fen."""
        found = self._known.get((payer, fen))
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[payer, fen] = self._reckon(payer, yuan(fen))
        return found

    def _reckon(self, payer: str, base: Decimal) -> Dues:
        row = self._rows.get(payer)
        if row is None:
            raise ValueError(f"没有 {payer} 在 {self._month:%Y-%m} 的费率")
        if row.needs_base:
            return (base, *rules.share(row, base, self._cap, self._unit))
        found = rules.monthly(row, base, self._cap, self._unit)
        return base, found.rate, found.computed, found.amount


@lru_cache(maxsize=12)
def rates(month: date, unit: str) -> Rates:
    """Return the rates of a month, rounded to a unit; the parameters do not change while the program runs."""
    return Rates(month, unit)


def yuan(fen: int) -> Decimal:
    """Return a whole number of fen as an amount of two decimals, exactly."""
    return Decimal(fen).scaleb(-2)


def known(people: Sequence[int], month: date) -> set[int]:
    """Return who has a charge for that month already, wherever it stands."""
    rows = rows_holding(Charge, ["person_id"], "person_id", people, "stands AND month = %s", [month.isoformat()])
    return {person for (person,) in rows}


def versions(people: Sequence[int], month: date) -> dict[int, tuple[str, int, str, int]]:
    """Return person -> the latest version of the base that may hold in a month: (first month, id, payer, fen)."""
    columns = ["person_id", in_iso("since"), "id", "payer", in_fen("amount")]
    between = [date(month.year - 1, 1, 1).isoformat(), month.isoformat()]
    rows = rows_holding(Base, columns, "person_id", people, "stands AND since BETWEEN %s AND %s", between)
    found = {person: (since, pk, payer, fen) for person, since, pk, payer, fen in rows}
    if len(found) < len(rows):  # of some there are several
        for person, *version in rows:
            found[person] = max(found[person], (version[0], version[1], version[2], version[3]))
    return found


def reliefs(people: Sequence[int], month: date) -> dict[int, tuple[int, Decimal]]:
    """Return person -> (relief, amount) agreed for a month; the latest where there are two."""
    first = month.isoformat()
    held = "state = 'agreed' AND since <= %s AND until >= %s"
    rows = rows_holding(Relief, ["id", "person_id", in_fen("amount")], "person_id", people, held, [first, first])
    return {person: (pk, yuan(fen)) for pk, person, fen in sorted(rows)}


def work_out(month: date, placed: Sequence[tuple[int, Any]], book: PolicyBook) -> WorkedOut:
    """Return what people owe for a month; placed: (person, organisation that collects). Who has a charge is left out."""
    answer = WorkedOut()
    there = known([person for person, _ in placed], month)
    wanted = [one for one in placed if one[0] not in there]
    if not wanted:
        return answer
    people = [person for person, _ in wanted]
    held, eased, holds = versions(people, month), reliefs(people, month), _Holding(month)
    by_place: dict[int, Rates] = {}
    for person, organization in wanted:
        if person in there:
            continue
        there.add(person)  # once, though two relations may overlap
        version = held.get(person)
        carried = holds[version[0]] if version else None
        if version is None or carried is None:
            answer.missing.append((person, organization.pk))
            continue
        _, pk, payer, fen = version
        charged = by_place.get(organization.pk)
        if charged is None:
            charged = by_place[organization.pk] = rates(month, book.of(organization).rounding)
        base, rate, computed, amount = charged.of(payer, fen)
        relief = None
        if person in eased:
            relief, less = eased[person]
            amount = min(less, amount)
        owed = Owed(person, payer, base, pk, rate, computed, amount, relief, carried)
        answer.owed.setdefault(organization.pk, []).append(owed)
    return answer


class _Holding(dict[str, bool | None]):
    """First month of a version, as text -> whether it is carried over into the month, None where it does not hold there."""

    def __init__(self, month: date) -> None:
        super().__init__()
        self._month = month

    def __missing__(self, since: str) -> bool | None:
        found = rules.version_for(self._month, [(date.fromisoformat(since), 0)], defaults().carried)
        self[since] = None if found is None else found[1]
        return self[since]
