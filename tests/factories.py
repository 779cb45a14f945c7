"""The one place where tests make records: a small house of two sibling subtrees, people in it, and those who look at it."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel.actor import Actor, Grant
from zhibu.kernel.tree import step

_numbers = itertools.count(1)
LONG_AGO = date(2010, 1, 1)


def organization(name: str, kind: str = "unit", parent: Organization | None = None, **more: Any) -> Organization:
    """Make an organisation directly under `parent` (a root without one)."""
    number = next(_numbers)
    path = (parent.path if parent else "") + step(number)
    more.setdefault("code", f"T{number:05d}")
    return Organization.objects.create(name=name, kind=kind, parent=parent, path=path, founded_on=LONG_AGO, **more)


def person(
    name: str, home: Organization, *, party: Organization | None = None, identity: str = "", **more: Any
) -> Person:
    """Make a person who belongs to `home`, and to a party organisation if given; findable at once."""
    from zhibu.apps.people.services.persons import set_identity

    made = Person(name=name, **more)
    if identity:
        set_identity(made, identity)
    made.save()
    Affiliation.objects.create(person=made, organization=home, kind="home", since=LONG_AGO)
    if party:
        Affiliation.objects.create(person=made, organization=party, kind="party", since=LONG_AGO)
    search.rewrite_keys([made])
    return made


def actor(permissions: Iterable[str], at: Organization, *, account_id: int = 1, person_id: int | None = None) -> Actor:
    """Make an actor who holds the permissions at an organisation, without an account in the database."""
    grants = tuple(Grant(permission, at.path) for permission in permissions)
    return Actor(account_id=account_id, person_id=person_id, name=f"测试用户{account_id}", grants=grants)


def account(
    username: str,
    role: str = "",
    at: Organization | None = None,
    *,
    of: Person | None = None,
    password: str = "Test-2026-pass",
) -> Any:
    """Make an account that may sign in at once, with a built-in role at an organisation if given."""
    from zhibu.apps.accounts.models import Account

    made = Account(username=username, display_name=of.name if of else username, person=of, must_change_password=False)
    made.set_password(password)
    made.save()
    if role and at:
        assign(made, role, at)
    return made


def assign(account: Any, role: str, at: Organization) -> None:
    """Let an account hold a built-in role at an organisation."""
    from zhibu.apps.accounts.models import Role, RoleAssignment

    kind = Role.objects.system("test").get(code=role)
    RoleAssignment.objects.create(account=account, role=kind, organization=at, since=LONG_AGO)


@dataclass
class House:
    """A unit with a committee, two sibling branches and a workstation each side."""

    root: Organization
    committee: Organization
    east: Organization
    west: Organization
    station: Organization
    department: Organization


def house() -> House:
    """Make the house."""
    root = organization("东江实业")
    committee = organization("东江实业党委", "committee", root)
    return House(
        root=root,
        committee=committee,
        east=organization("东山支部", "branch", committee),
        west=organization("西湾支部", "branch", committee),
        station=organization("江北工作站", "workstation", root),
        department=organization("综合部", "department", root),
    )
