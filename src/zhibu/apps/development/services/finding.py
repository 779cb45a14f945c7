"""Finding an applicant outside one's own reach: only by name and number together, and not too often."""

from typing import Any

from zhibu.apps.people.counted import count_lookup
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import identity_hashes
from zhibu.apps.people.staff_numbers import ByNumber, having
from zhibu.kernel.actor import Actor
from zhibu.kernel.identity import Identity, parse_identity


def by_number(actor: Actor, name: str, number: str, today: Any) -> Person | None:
    """Return the one person of that name who has that staff or identity number, wherever; None where there is none.

    An applicant hands the paper to the branch: it knows both, and learns nothing it did not know.
    """
    if not count_lookup(actor, number):
        return None
    rows = Person.objects.system("an applicant named with name and number").filter(name=name, state="live")
    if isinstance(parse_identity(number, today), Identity):
        found = rows.filter(identity_blind__in=identity_hashes([number])).first()
    else:
        found = ByNumber(rows.filter(having([number]))).get(number)
    person: Person | None = found
    return person
