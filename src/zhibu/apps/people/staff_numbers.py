"""Staff numbers are the same in small letters and in capitals: hc00001 beside HC00001 is one number, shown as it was written.

Only letters of ASCII are folded, in Python and in the column's own order (see `BytewiseField`), so that both agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Set
from string import ascii_lowercase, ascii_uppercase

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Upper
from django.db.models.lookups import In

from zhibu.apps.people.models import Person

_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)


def fold(number: str) -> str:
    """Return a staff number as it is compared; never to be shown."""
    return number.upper() if number.isascii() else number.translate(_CAPITALS)


def same(one: str, other: str) -> bool:
    """Tell whether two staff numbers are one."""
    return fold(one) == fold(other)


def having(numbers: Iterable[str], column: str = "staff_number") -> Q:
    """Return the condition that a staff number is one of these, by the index of living records (add state="live")."""
    wanted = sorted({fold(number) for number in numbers} - {""})
    return Q(In(Upper(column), wanted)) & ~Q(**{column: ""}) if wanted else Q(pk__in=[])


def hold(number: str) -> bool:
    """Let nobody else who saves this number go on before the transaction ends; tell whether one may have waited for another.

    On PostgreSQL two could save HC1 and hc1 at once, which its index lets stand side by side as older data has them. SQLite
    has one writer at a time.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.staff_number'), hashtext(%s))", [fold(number)])
    return True


class ByNumber:
    """People by staff number. Of two whose numbers differ by case alone (older data) the one written just so is meant."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._found: dict[str, dict[int, Person]] = defaultdict(dict)
        self.add(people)

    def add(self, people: Iterable[Person]) -> None:
        """Know these people, too."""
        for person in people:
            self._found[fold(person.staff_number)][person.pk] = person

    @property
    def folded(self) -> Set[str]:
        """The numbers that somebody has, as they are compared."""
        return self._found.keys()

    def get(self, number: str) -> Person | None:
        """Return whom the number means; None when nobody has it, or two have and neither as it is written."""
        found = list(self._found.get(fold(number), {}).values())
        if len(found) > 1:
            found = [person for person in found if person.staff_number == number]
        return found[0] if len(found) == 1 else None

    def several(self, number: str) -> str:
        """Return the numbers that differ by case alone where none of them is written just so, "" otherwise."""
        found = [person.staff_number for person in self._found.get(fold(number), {}).values()]
        return "、".join(sorted(found)) if len(found) > 1 and number not in found else ""

    def values(self) -> list[Person]:
        """Return everybody known."""
        return [person for found in self._found.values() for person in found.values()]
