"""Who pays where in a month: the members of branches by the rule's day, and those who came later in the month."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from zhibu.apps.dues import months
from zhibu.apps.dues.params import defaults
from zhibu.apps.membership.models import Status
from zhibu.apps.membership.queries import branch_of, members_on_many, standing_in
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.queries import open_on
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.kernel.periods import holding
from zhibu.kernel.tree import under


class Branch(NamedTuple):
    """A branch as the working out of a month needs it; its words are those of `Organization`."""

    pk: int
    path: str
    kind: str
    name: str
    short_name: str

    def __str__(self) -> str:
        return self.short_name or self.name


def branches_below(organization: Any, month: date) -> Any:
    """Return the branches of a subtree that existed in a month, in the order of the tree."""
    rows = Organization.objects.system("branches of an organisation in hand").filter(kind=Kind.BRANCH)
    day = months.last_day(month)
    return rows.filter(under("path", [organization.path])).filter(open_on(day) | open_on(month)).order_by("path")


def payers(branches: Sequence[Any], month: date, today: date) -> list[tuple[int, int]]:
    """Return (person, branch) of who pays the dues of a month there.

    The relation on the rule's day decides (a transfer in the middle of a month is paid once); whoever became a member, or came
    from outside, after that day pays where they are at the end of the month (or today), the month of the assembly included.
    Membership that is suspended (停止党籍) pays nothing.
    """
    day = month + timedelta(days=defaults().day - 1)
    found = standing_in([branch.pk for branch in branches], day, max(min(months.last_day(month), today), day))
    elsewhere = _elsewhere({person for person, _, _ in found.came}, day)
    rows = [*found.on, *(row for row in found.came if row[0] not in elsewhere)]
    return [(person, place) for person, place, status in rows if status != Status.SUSPENDED]


def _elsewhere(people: set[int], day: date) -> set[int]:
    """Return those of the people who were members of another branch on the day."""
    if not people:
        return set()
    rows = Affiliation.objects.system("where newcomers were on a day").filter(holding(day), kind=Relation.PARTY)
    places = set(rows.filter(person_id__in=people).values_list("organization_id", flat=True))
    members = members_on_many(sorted(places), day) if places else {}
    return {one.person_id for found in members.values() for one in found} & people


def collector(person_id: int, today: date) -> Organization | None:
    """Return the branch that collects from a person now, None for who is no member of any."""
    branch = branch_of(person_id, today)
    return branch if branch is not None and branch.kind == Kind.BRANCH else None
