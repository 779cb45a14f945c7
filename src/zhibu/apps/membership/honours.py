"""Who reaches 50 years of membership by a day (光荣在党50年), and whose political birthday falls in a month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import listing
from zhibu.apps.membership.bands import at_least
from zhibu.apps.membership.models import Member, Status, living
from zhibu.apps.membership.params import limits
from zhibu.apps.membership.rules import political_birthday
from zhibu.apps.people.rules import age
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar import add_months
from zhibu.kernel.tree import under


@dataclass(frozen=True)
class Honoured:
    """Somebody with 50 years of membership on the day: since when they count, how many, and whether that was worked out."""

    member: Member
    branch: Any
    since: date | None
    years: int
    estimated: bool
    new: bool
    age: int | None


def next_first_of_july(today: date) -> date:
    """Return the coming 1 July, today's included: the day on which the medals are given, once a year."""
    this = date(today.year, 7, 1)
    return this if today <= this else date(today.year + 1, 7, 1)


def honoured(actor: Actor, day: date, below: Any = None, *, new: bool = False) -> list[Honoured]:
    """Return the members within reach with 50 years of membership on a day, by branch; new: only since a year before.

    Those whose membership is suspended are left out; who has always done well is for the organisation to judge.
    """
    years = limits()["honour"].months // 12
    rows = listing.listed(actor).filter(living(), at_least(years, day)).exclude(status=Status.SUSPENDED)
    if below is not None:
        rows = rows.filter(under("organization__path", (below.path,)))
    before = add_months(day, -12)
    if new:
        rows = rows.exclude(at_least(years, before))
    found = []
    for member in rows.order_by("organization__path", "person__name", "pk"):
        count = member.years(day)
        earlier = member.years(before).years or 0
        old = age(member.person.birth_date, day) if member.person.birth_date else None
        found.append(
            Honoured(
                member, listing.branch(member), count.since, count.years or 0, count.estimated, earlier < years, old
            )
        )
    return found


@dataclass(frozen=True)
class Birthday:
    """A political birthday: the day in this year, and how many years ago somebody joined."""

    member: Member
    branch: Any
    on: date
    years: int


def birthdays(actor: Actor, month: int, below: Any = None, today: date | None = None) -> list[Birthday]:
    """Return the political birthdays of a month of this year within reach, by day."""
    today = today or localdate()
    rows = listing.listed(actor).filter(living(), admitted_on__month=month, admitted_on__year__lt=today.year)
    if below is not None:
        rows = rows.filter(under("organization__path", (below.path,)))
    found = []
    for member in rows:
        assert member.admitted_on is not None  # the filter asked
        on = political_birthday(member.admitted_on, today.year)
        found.append(Birthday(member, listing.branch(member), on, today.year - member.admitted_on.year))
    return sorted(found, key=lambda one: (one.on, one.branch.path, one.member.person.name))
