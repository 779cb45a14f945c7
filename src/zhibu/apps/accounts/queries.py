"""Reads: from account to actor, what an account holds, whom one may make an account for."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate, now

from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.permissions import MANAGE, NOT_LENT, VIEW
from zhibu.apps.accounts.policy import Holding, missing_to_grant
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.models.affiliation import current as affiliated
from zhibu.apps.people.models.affiliation import reach
from zhibu.kernel.actor import ANONYMOUS, Actor, Grant
from zhibu.kernel.prepared import HOLES, Prepared, prepare
from zhibu.kernel.tree import STEP

#: an account that nobody signed in to for so long is named in the access review
IDLE_DAYS = 90


def in_force(on: date) -> Q:
    """Condition: the assignment gives its permissions that day; a delegated one falls with the one it comes from."""
    lent = Q(
        Q(delegated_from__until__isnull=True) | Q(delegated_from__until__gt=on),
        delegated_from__since__lte=on,
        delegated_from__account__is_active=True,
    )
    return RoleAssignment.current(on) & (Q(delegated_from__isnull=True) | lent)


def grants_of(account_id: int, condition: Q) -> tuple[Grant, ...]:
    """Return the grants of an account by those of its assignments that fit the condition; one query."""
    return _told(_held(account_id, condition))


def _held(account_id: int, condition: Q) -> "QuerySet[RoleAssignment, Any]":
    rows: Any = RoleAssignment.objects.system("grants of an account").filter(condition, account_id=account_id)
    return rows.values_list("role__permissions", "organization__path", "delegated_from_id")  # type: ignore[no-any-return]


def _told(rows: Iterable[tuple[Any, ...]]) -> tuple[Grant, ...]:
    found: dict[Grant, None] = {}
    for codes, path, lent in rows:
        found.update(dict.fromkeys(_granted(tuple(codes), path, lent is not None)))
    return tuple(found)


@lru_cache(maxsize=2)
def _held_on(day: date) -> Prepared:
    """Return the question for the grants of the account in the hole; every page asks it."""
    return prepare(_held(HOLES[0], in_force(day)))


@lru_cache(maxsize=1024)
def _granted(codes: tuple[str, ...], path: str, lent: bool) -> tuple[Grant, ...]:
    """Return the grants of a role's permissions at a place; every request of everybody who holds it asks."""
    return tuple(Grant(code, path) for code in codes if not lent or code not in NOT_LENT)


def actor_for(account: Account) -> Actor:
    """Return who acts when this account is signed in, with what it may do today. A disabled account is nobody."""
    if not account.is_active:
        return ANONYMOUS
    return Actor(
        account_id=account.pk,
        person_id=account.person_id,
        name=account.display_name or account.username,
        grants=_told(_held_on(localdate()).rows(account.pk)),
    )


def actor_by_id(account_id: int) -> Actor | None:
    """Return the actor of an account id, None when it is gone or disabled: what background jobs ask."""
    account = Account.objects.system("requester of a job").filter(pk=account_id, is_active=True).first()
    return actor_for(account) if account else None


def holdings(account: Account) -> list[Holding]:
    """Return (permission, path) for everything the account holds now or has been promised for later."""
    grants = grants_of(account.pk, RoleAssignment.live(localdate()))
    return [(grant.permission, grant.path) for grant in grants]


def root_paths() -> list[str]:
    """Return the paths of the roots of the tree."""
    roots = Organization.objects.system("roots").filter(parent__isnull=True)
    return [path for path in roots.values_list("path", flat=True) if len(path) == STEP]


def paths_of_account(account: Account) -> list[str]:
    """Return the paths of the organisations through which an account is reached; the roots when there are none."""
    held = RoleAssignment.objects.system("where an account belongs").filter(account=account)
    paths = set(held.values_list("organization__path", flat=True))
    if account.person_id:
        own = Affiliation.objects.system("where an account belongs").filter(affiliated(), person_id=account.person_id)
        paths |= set(own.values_list("organization__path", flat=True))
    return sorted(paths) or root_paths()


def home_ids(person_ids: Iterable[int]) -> dict[int, int]:
    """Return person id -> id of the organisation that keeps their record, for those who have one today."""
    rows = Affiliation.objects.system("home of people fetched in scope").filter(
        affiliated(), person_id__in=list(person_ids), kind=Relation.HOME
    )
    return dict(rows.values_list("person_id", "organization_id"))


def seat_of(account: Account) -> int | None:
    """Return the organisation in whose audit trail the account's lines are seen: home, else first role, else root."""
    if account.person_id and (home := home_ids([account.person_id]).get(account.person_id)):
        return home
    held = RoleAssignment.objects.system("seat of an account").filter(account=account).order_by("organization__path")
    first = held.values_list("organization_id", flat=True).first()
    if first is not None:
        return int(first)
    root = Organization.objects.system("seat of an account").order_by("path").values_list("pk", flat=True).first()
    return None if root is None else int(root)


def belongings(person_ids: Iterable[int], actor: Actor, permission: str) -> dict[int, str]:
    """Return person id -> name of the branch (组织关系), else of the home or another organisation, within the reach.

    A person who is reached here may belong to another subtree as well; its name is not told.
    """
    rows: Any = Affiliation.objects.visible_to(actor, permission).filter(affiliated(), person_id__in=list(person_ids))
    rank = {Relation.PARTY: 0, Relation.HOME: 1}
    found: dict[int, str] = {}
    for row in sorted(rows.select_related("organization"), key=lambda row: rank.get(row.kind, 2)):
        found.setdefault(row.person_id, str(row.organization))
    return found


def candidates(actor: Actor, organization: Organization | None = None, kind: str = "") -> "QuerySet[Person]":
    """Return the people in the actor's reach who have no account yet, those of one subtree and relation if given."""
    rows: Any = Person.objects.visible_to(actor, MANAGE).filter(account__isnull=True, merged_into__isnull=True)
    if organization is not None:
        inside = reach((organization.path,)).filter(person_id=OuterRef("pk"))
        rows = rows.filter(Exists(inside.filter(kind=kind) if kind else inside))
    return rows  # type: ignore[no-any-return]


def grantable_roles(actor: Actor) -> "QuerySet[Role]":
    """Return the roles the actor could hand out somewhere; one without permissions needs no handing out."""
    rows: QuerySet[Role] = Role.objects.visible_to(actor, MANAGE)
    paths = actor.paths(MANAGE)
    fits = [
        pk
        for pk, codes in rows.values_list("pk", "permissions")
        if codes and (actor.is_system or any(not missing_to_grant(actor, codes, path) for path in paths))
    ]
    return rows.filter(pk__in=fits)


def visible_assignments(actor: Actor) -> "QuerySet[RoleAssignment]":
    """Return the assignments the actor may see, with what their lists show."""
    rows: QuerySet[RoleAssignment] = RoleAssignment.objects.visible_to(actor, VIEW)
    return rows.select_related("account", "role", "organization", "delegated_from__account")


def visible_accounts(actor: Actor) -> "QuerySet[Account]":
    """Return the accounts the actor may see, each with its visible assignments of today as `held`."""
    today = visible_assignments(actor).filter(in_force(localdate()))
    rows: QuerySet[Account] = Account.objects.visible_to(actor, VIEW)
    return rows.select_related("person").prefetch_related(Prefetch("assignments", today, to_attr="held"))


def idle(rows: "QuerySet[Account]") -> "QuerySet[Account]":
    """Return those of the active accounts that nobody has signed in to for 90 days, or ever since they were made."""
    before = now() - timedelta(days=IDLE_DAYS)
    return rows.filter(Q(last_login__lt=before) | Q(last_login__isnull=True, created_at__lt=before), is_active=True)


def own_assignments(account_id: int) -> "QuerySet[RoleAssignment]":
    """Return an account's own live assignments, for its own page."""
    rows: QuerySet[RoleAssignment] = RoleAssignment.objects.system("own page").filter(account_id=account_id)
    return rows.filter(RoleAssignment.live(localdate())).select_related(
        "role", "organization", "delegated_from__account"
    )


def lent_by(account_id: int) -> "QuerySet[RoleAssignment]":
    """Return what an account has lent to others and has not ended."""
    rows: QuerySet[RoleAssignment] = RoleAssignment.objects.system("own page").filter(
        delegated_from__account_id=account_id
    )
    return rows.filter(RoleAssignment.live(localdate())).select_related("account", "role", "organization")
