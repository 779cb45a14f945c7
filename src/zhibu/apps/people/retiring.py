"""Who is due to retire, by the statutory month; women by each category that may apply, since theirs is a recorded fact."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from zhibu.apps.people.life import STEPS
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.rules_retirement import ages, hint, retirement
from zhibu.kernel.actor import Actor

WORK, SEE = "people.edit.work", "people.see.identity"
STEP = STEPS["retire"]
CATEGORIES = {"1": ("male60",), "2": ("female55", "female50")}
#: names on one page
MOST = 500


@dataclass(frozen=True)
class Due:
    """Somebody whose statutory month comes: the first of the months that may be theirs, and all of them in words."""

    person: Person
    home: Any
    month: date
    words: str

    def overdue(self, today: date) -> bool:
        """Tell whether the month is over."""
        return self.month < today.replace(day=1)

    @property
    def unsure(self) -> bool:
        """Tell whether the month depends on the category, which nobody can tell from sex and age."""
        return "，" in self.words


def due(actor: Actor, today: date, months: int) -> list[Due]:
    """Return who reaches a statutory month up to so many months from now, and retires at a home the actor keeps.

    Nobody sees themselves here. Two queries; those of one month by name.
    """
    horizon = today.replace(day=1) + relativedelta(months=months)
    old = Q(sex="1", birth_date__lte=horizon - relativedelta(years=60)) | Q(
        sex="2", birth_date__lte=horizon - relativedelta(years=50)
    )
    rows = Person.objects.visible_to(actor, WORK).filter(old, state="live", employment__in=STEP.leaves)
    people = [one for one in rows.exclude(pk=actor.person_id) if one.birth_date is not None]
    homes = _homes([one.pk for one in people])
    found = []
    for person in people:
        home = homes.get(person.pk)
        if home is None or not (actor.may(WORK, home.path) and actor.may(SEE, home.path)):
            continue
        assert person.birth_date is not None
        month = min(retirement(person.birth_date, ages()[name]).month for name in CATEGORIES[person.sex])
        if month <= horizon:
            found.append(Due(person, home, month, hint(person.birth_date, person.sex)))
    return sorted(found, key=lambda one: (one.month, one.person.name))[:MOST]


def _homes(people: list[int]) -> dict[int, Any]:
    rows = Affiliation.objects.system("homes of people fetched in scope").filter(
        kind=Kind.HOME, until=None, person__in=people
    )
    return {row.person_id: row.organization for row in rows.select_related("organization")}
