"""Real acts, by somebody over both sides, so that histories hold the lines the services write."""

from datetime import date, timedelta
from typing import Any

from tests.matrix.sensitive import PART_VALUES
from zhibu.apps.accounts.models import Role, RoleAssignment
from zhibu.apps.accounts.services.assignments import Ending, NewAssignment
from zhibu.apps.organizations.services.covers import NewCover
from zhibu.apps.organizations.services.tree import OrganizationFields
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.services.affiliations import Affiliate, EndAffiliation
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.people.services.parts import PartValues, Withdraw
from zhibu.apps.people.services.persons import GroupEdit
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

TODAY = date.today()


def tell(actor: Actor, seen: Any, other: Any, accounts: dict[str, Any]) -> None:
    """Do it all."""

    def do(code: str, obj: Any, data: Any) -> Any:
        return actions.perform(actions.get(code), actor, uid=obj.uid, data=data).result

    subject = next(p for p in seen.people if p.name == "东山当事人")
    for name, values in PART_VALUES.items():
        told = next(value for value in values.values() if str(value).startswith("隐秘"))
        seen.keep(do(f"people.{name}.add", subject, PartValues(part=name, values=values, reason=f"由“{told}”证明")))
        twice = do(f"people.{name}.add", subject, PartValues(part=name, values=values))
        do(f"people.{name}.withdraw", twice, Withdraw(reason=f"“{told}”重复"))
    for side in (seen, other):
        event = LifeInput(on=TODAY, position=f"{side.word}新职", reason=f"{side.word}调令")
        side.keep(do("people.life.change_post", side.people[2], event))
    _edit(do, subject)
    _move_between(do, seen, other)
    _grant(do, seen, other)
    station = other.of("workstation")
    do("organizations.cover.add", station, NewCover(covered=seen.organizations[-2], since=TODAY))
    do("organizations.cover.add", seen.of("workstation"), NewCover(covered=other.organizations[-2], since=TODAY))
    changed = OrganizationFields(
        kind="unit", name=seen.unit.name, short_name="东山", code=seen.unit.code, founded_on=seen.unit.founded_on,
        region="东山区", address="", phone="", introduction="", reason="更正",
    )  # fmt: skip
    do("organizations.organization.edit", seen.unit, changed)


def _edit(do: Any, subject: Person) -> None:
    """Change a secret away and back: old and new values stand in the history."""
    for group, name, other in (
        ("contact", "mobile", "13700000000"), ("identity", "native_place", "别县"), ("work", "position", "别岗"),
        ("party", "joined_party_on", date(2001, 7, 3)),
    ):  # fmt: skip
        kept = getattr(subject, name)
        for value in (other, kept):
            do(
                f"people.person.edit.{group}",
                subject,
                GroupEdit(group=group, values={name: value}, reason=f"原为{kept}"),
            )
    subject.refresh_from_db()


def _move_between(do: Any, seen: Any, other: Any) -> None:
    """Affiliations of both sides begin and end on the pages of the two who belong to both."""
    for person in [p for p in seen.people if p.name.startswith("两边人")]:
        department, station = other.of("department"), other.organizations[-2]
        do(
            "people.person.affiliate",
            person,
            Affiliate("administrative", department, TODAY - timedelta(days=30), note=other.word),
        )
        do(
            "people.person.affiliate",
            person,
            Affiliate("administrative", seen.of("department"), TODAY - timedelta(days=5)),
        )
        do("people.person.affiliate", person, Affiliate("party", station, TODAY - timedelta(days=20)))
        moved = LifeInput(on=TODAY, administrative=department, reason=f"{other.word}调令")
        do("people.life.change_post", person, moved)
        if person.name == "两边人二":
            do("people.person.affiliate", person, Affiliate("party", seen.of("branch"), TODAY - timedelta(days=10)))
            do(
                "people.person.affiliate",
                person,
                Affiliate("service", other.of("workstation"), TODAY - timedelta(days=9)),
            )
            row = Affiliation.objects.system("test").get(person=person, kind="service", until__isnull=True)
            do("people.affiliation.end", row, EndAffiliation(until=TODAY, reason=f"{other.word}原因"))


def _grant(do: Any, seen: Any, other: Any) -> None:
    """An account of both sides gets a role on each, and loses the one over there."""
    role = Role.objects.system("test").get(code="archivist")
    for account in [a for a in seen.accounts if a.username.startswith("both-")]:
        for place in (other.unit, seen.unit):
            data = NewAssignment(role=role, organization=place, since=TODAY, until=None, reason=f"{place}决定")
            do("accounts.assignment.grant", account, data)
        row = RoleAssignment.objects.system("test").get(account=account, role=role, organization=other.unit)
        do("accounts.assignment.end", row, Ending(on=TODAY + timedelta(days=1), reason=f"{other.word}收回"))
        seen.keep(RoleAssignment.objects.system("test").get(account=account, role=role, organization=seen.unit))
