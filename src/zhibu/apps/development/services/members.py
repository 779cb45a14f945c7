"""What this app asks of the membership: who is a full member, and that somebody became one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from zhibu.apps.development import queries
from zhibu.apps.membership import queries as membership
from zhibu.apps.membership import services as memberships
from zhibu.apps.people.models import Person
from zhibu.apps.people.models.parts import Conduct
from zhibu.kernel.actions import Act, Refused


def full_members(organization: Any, on: date) -> list[Person]:
    """Return the full members of a branch (its groups included), by name."""
    there = membership.members_on(organization, on)
    ids = [one.person_id for one in there if one.kind == "full" and one.status not in queries.AWAY]
    rows = Person.objects.system("full members of a branch in hand").filter(pk__in=ids)
    return list(rows.order_by("name", "pk"))


def is_full(person: Person, on: date) -> bool:
    """Tell whether somebody is a full member on that day, neither lost nor with the membership stopped."""
    member = membership.member_of(person.pk)
    if member is None or not member.in_party or member.kind != "full" or member.status in queries.AWAY:
        return False
    return member.full_on is None or member.full_on <= on


def measures(person: Person) -> list[tuple[str, date | None]]:
    """Return the disciplinary measures in the person's record as (name, last day of its effect)."""
    rows = Conduct.objects.system("may somebody introduce").filter(
        person=person, kind=Conduct.Kind.DISCIPLINE, withdrawn_at__isnull=True
    )
    found = list(rows.values_list("name", "until"))
    member = membership.member_of(person.pk)
    if member is not None and member.rights_suspended_until is not None:
        found.append(("留党察看", member.rights_suspended_until))
    return found


def must_be_full(people: Sequence[Person], on: date, field: str, what: str, article: str) -> None:
    """Raise Refused unless everybody named is a full member."""
    if wrong := [one.name for one in people if not is_full(one, on)]:
        raise Refused(f"{'、'.join(wrong)}不是正式党员，不能作{what}", field=field, article=article)


def admit(act: Act, person: Person, branch: Any, on: date, introducers: Sequence[Any], applied_on: date | None) -> None:
    """The person became a probationary member on the day of the assembly."""
    memberships.admit(act, person, branch, on, introducers=introducers, applied_on=applied_on)


def make_full(act: Act, person: Person, on: date) -> None:
    """The person became a full member."""
    memberships.make_full(act, _member(person), on)


def extend(act: Act, person: Person, until: date, on: date) -> None:
    """The probation was extended."""
    memberships.extend_probation(act, _member(person), until, on=on)


def cancel(act: Act, person: Person, on: date) -> None:
    """The person is no longer a probationary member."""
    memberships.cancel_probation(act, _member(person), on)


def in_party(person: Person) -> bool:
    """Tell whether somebody stands in the roster as a member."""
    member = membership.member_of(person.pk)
    return member is not None and member.in_party


def receive_directly(act: Act, made: Any) -> None:
    """Somebody was received by the organ above, from the day of its document on: as a probationary or a full member."""
    memberships.admit(act, made.person, made.organization, made.on)
    if made.became == "full":
        reason = f"{made.organ}批准直接接收为正式党员"
        memberships.make_full(act, _member(made.person), made.on, old_era=reason)


def not_recognised(act: Act, person: Person, on: date) -> None:
    """Somebody handed over as a probationary member is not recognised as one (article 34): the record says so, if there is one."""
    member = membership.member_of(person.pk)
    if member is not None and member.in_party and member.kind == "probationary":
        memberships.cancel_probation(act, member, on)


def _member(person: Person) -> Any:
    member = membership.member_of(person.pk)
    if member is None:
        raise Refused(f"{person.name}还没有党员记录", next_step="请先在党员管理里补上预备党员的记录。")
    return member
