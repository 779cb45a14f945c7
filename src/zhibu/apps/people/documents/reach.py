"""What a viewer may do where each of many people belongs, and how forms write days."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice

from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel.actor import Actor

#: as the customary forms write a day: 1972.03; of days that matter, the day too
MONTH, DAY = "%Y.%m", "%Y.%m.%d"
May = Callable[[str], bool]
PAGE = 5_000


class Reach:
    """What the actor may do where each of the people belongs; one query for each few thousand."""

    def __init__(self, actor: Actor, people: Sequence[Person]) -> None:
        self.actor = actor
        self.paths: dict[int, list[str]] = defaultdict(list)
        self.homes: dict[int, int] = {}
        keys = iter([person.pk for person in people])
        while page := list(islice(keys, PAGE)):
            self._read(page)

    def _read(self, keys: list[int]) -> None:
        rows = Affiliation.objects.system("where permissions over visible people may be held")
        rows = rows.filter(current(), person__in=keys)
        for pk, kind, place, path in rows.values_list("person_id", "kind", "organization_id", "organization__path"):
            self.paths[pk].append(path)
            if kind == Kind.HOME:
                self.homes[pk] = place

    def may(self, person: Person, permission: str) -> bool:
        """Tell whether the permission is held at one of the person's organisations."""
        return self.actor.is_system or any(self.actor.may(permission, path) for path in self.paths[person.pk])

    def of(self, person: Person) -> May:
        """Return `may` for one person."""
        return lambda permission: self.may(person, permission)


def month(day: date | None) -> str:
    """Return a day as forms write it, "" when it is not known."""
    return day.strftime(MONTH) if day else ""


def period(since: date | None, until: date | None) -> str:
    """Return a period as forms write it: 1998.07—2003.06, 2003.06—至今."""
    return f"{month(since)}—{month(until) or '至今'}" if since or until else ""
