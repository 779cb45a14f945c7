"""The accounts of a demonstration, as its log-in page and its command line offer them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.queries import in_force


@dataclass(frozen=True)
class DemoAccount:
    """An account offered on the log-in page of a demonstration."""

    username: str
    name: str
    place: str


@dataclass(frozen=True)
class DemoGroup:
    """The demo accounts of one role, with what it can do."""

    role: str
    description: str
    accounts: list[DemoAccount]


def demo_groups() -> list[DemoGroup]:
    """Return the demo accounts by role, in the order of the roles; those without one come last."""
    if not settings.DEMO:
        return []
    accounts = Account.objects.system("demo accounts").filter(is_demo=True, is_active=True)
    held = RoleAssignment.objects.system("demo accounts").filter(in_force(localdate()), account__in=accounts)
    first: dict[int, RoleAssignment] = {}
    for row in held.select_related("role", "organization").order_by("role_id", "pk"):
        first.setdefault(row.account_id, row)
    groups: dict[int, DemoGroup] = {}
    for account in sorted(accounts, key=lambda a: (first[a.pk].role_id if a.pk in first else 1 << 60, a.pk)):
        row = first.get(account.pk)
        key = row.role_id if row else 0
        if key not in groups:
            role = row.role if row else None
            groups[key] = DemoGroup(
                role.name if role else "普通党员/职工", role.description if role else "只看本人的记录", []
            )
        place = str(row.organization) if row else ""
        groups[key].accounts.append(DemoAccount(account.username, account.display_name, place))
    return list(groups.values())
