"""Whose a transfer is: what a name and a note may mean, and the settling at one go of those that leave no doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from zhibu.apps.dues import rules, rules_matching
from zhibu.apps.dues.models import Charge, Incoming, IncomingState
from zhibu.apps.dues.services import incoming, payments
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.tree import under

#: transfers that one act looks at
MOST = 500


@dataclass(frozen=True)
class Owing:
    """What a subtree owes by person, the oldest first, and who its members are: read once for all that came to its account."""

    charges: dict[int, list[Charge]]
    members: dict[str, set[int]]


def debts(charges: Sequence[Charge], on: date) -> list[rules_matching.Debt]:
    """Return what people owe as the matching wants it, the oldest first: the months that money of that day may pay.

    Who owes nothing but months past the limit of article 12 stands there without months: known, but never exact.
    """
    may = {one.pk for one in payments.payable(charges, on)}
    found: dict[int, tuple[str, list[tuple[date, Decimal, int]]]] = {}
    for one in charges:
        rows = found.setdefault(one.person_id, (one.person.name, []))[1]
        if one.pk in may:
            rows.append((one.month, one.amount, one.pk))
    return [rules_matching.Debt(person, name, tuple(sorted(rows))) for person, (name, rows) in found.items()]


def match_certain(act: Act, organization: Any, data: None = None) -> Any:
    """Settle every waiting transfer that leaves no doubt: one member meant, no namesake, an amount that comes out even."""
    rows = Incoming.objects.system("waiting money of an organisation in hand").filter(
        under("organization__path", [organization.path]), state=IncomingState.OPEN, kind="bank"
    )
    waiting = list(rows.select_for_update(of=("self",)).select_related("organization").order_by("on", "pk")[:MOST])
    known: dict[str, Owing] = {}
    done = 0
    for one in waiting:
        path = one.organization.path
        done += _settle_certain(act, one, known.get(path) or known.setdefault(path, _owing(path)))
    if not done:
        raise Refused("没有能自动认定的来款", next_step="请逐笔打开来款，选择是谁交的哪几个月。", code="none")
    act.log(organization, summary=f"自动认领来款 {done} 笔，还有 {len(waiting) - done} 笔待查")
    return organization


def _settle_certain(act: Act, one: Incoming, owing: Owing) -> bool:
    """Settle one transfer if it leaves no doubt. What the rules refuse waits for whoever looks at it; the others go on."""
    if rules.suspicion(one.note) is not None or one.left != one.amount:
        return False
    named, own = rules_matching.meant(one.payer_name, one.note, owing.members)
    charges = [row for person in named | own for row in owing.charges.get(person, ())]
    found = rules_matching.guesses(one.payer_name, one.note, one.left, debts(charges, one.on))
    guess = rules_matching.certain(found, named, own)
    if guess is None:
        return False
    chosen = [row for row in charges if row.pk in guess.charges]
    origin = "own" if guess.person_id in own else "relative"
    try:
        with transaction.atomic():
            data = incoming.Match(chosen, origin)
            payment = incoming.settle(act, one, data, chosen[0].organization)
    except Refused:
        one.refresh_from_db()
        return False
    owing.charges[guess.person_id] = [row for row in charges if row.pk not in guess.charges]
    act.log(payment, summary=f"来款自动入账：收据 {payment.receipt}，{payment.amount} 元，{one.payer_name}")
    return True


def _owing(path: str) -> Owing:
    """Read a subtree: its unpaid months, the oldest first, and its members by the name as it is compared."""
    rows = Charge.objects.system("unpaid dues of a subtree in hand").filter(under("organization__path", [path]))
    charges = rows.filter(stands=True, settled=False).select_related("person", "organization").order_by("month", "pk")
    inside = Affiliation.objects.system("members of a subtree in hand").filter(
        current(), under("organization__path", [path]), kind=Kind.PARTY
    )
    people = Person.objects.system("members of a subtree in hand").filter(pk__in=inside.values("person_id"))
    owing = Owing({}, {})
    for pk, name in people.values_list("pk", "name"):
        owing.members.setdefault(rules_matching.plain(name), set()).add(pk)
    for one in charges:  # who has left owes all the same
        owing.charges.setdefault(one.person_id, []).append(one)
        owing.members.setdefault(rules_matching.plain(one.person.name), set()).add(one.person_id)
    return owing


def spoken_of(charges: Sequence[Charge], payer: str, note: str) -> list[Charge]:
    """Return the months of those whom a payer's name and a note may mean."""
    name, words = rules_matching.plain(payer), rules_matching.plain(note)
    return [one for one in charges if (own := rules_matching.plain(one.person.name)) == name or own in words]
