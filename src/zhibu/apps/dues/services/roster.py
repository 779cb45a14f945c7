"""Who pays where in a month: the members of branches by the rule's day, and those who came later in the month."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from zhibu.apps.dues import months
from zhibu.apps.dues.params import defaults
from zhibu.apps.membership.models import Status
from zhibu.apps.membership.queries import MemberOn, branch_of, members_on_many
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.queries import open_on
from zhibu.apps.people.models import Affiliation
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.kernel.periods import holding
from zhibu.kernel.tree import under


def branches_below(organization: Any, month: date) -> Any:
    """Return the branches of a subtree that existed in a month, in the order of the tree."""
    rows = Organization.objects.system("branches of an organisation in hand").filter(kind=Kind.BRANCH)
    day = months.last_day(month)
    return rows.filter(under("path", [organization.path])).filter(open_on(day) | open_on(month)).order_by("path")


def payers(branches: Sequence[Any], month: date, today: date) -> dict[int, list[MemberOn]]:
    """Return branch id -> who pays its dues of a month there.

    The relation on the rule's day decides (a transfer in the middle of a month is paid once); whoever became a member, or came
    from outside, after that day pays where they are at the end of the month (or today), the month of the assembly included.
    Membership that is suspended (停止党籍) pays nothing.
    """
    ids = [branch.pk for branch in branches]
    day = month + timedelta(days=defaults().day - 1)
    end = max(min(months.last_day(month), today), day)
    found = members_on_many(ids, day)
    if end != day:
        held = {one.person_id for rows in found.values() for one in rows}
        late = {
            pk: [one for one in rows if one.person_id not in held] for pk, rows in members_on_many(ids, end).items()
        }
        elsewhere = _elsewhere({one.person_id for rows in late.values() for one in rows}, day)
        for pk, rows in late.items():
            found[pk] = [*found[pk], *(one for one in rows if one.person_id not in elsewhere)]
    return {pk: [one for one in rows if one.status != Status.SUSPENDED] for pk, rows in found.items()}


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
