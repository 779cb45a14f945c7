"""The house with its administrators, and short ways to act as somebody."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.accounts.models import Account, Factor, Role, RoleAssignment
from zhibu.apps.accounts.queries import actor_for
from zhibu.kernel import actions
from zhibu.kernel.audit.models import AuditEntry

PASSWORD = "Test-2026-pass"


def role(code: str) -> Role:
    """The built-in role of that code."""
    found: Role = Role.objects.system("test").get(code=code)
    return found


def days(number: int) -> date:
    """The day so many days from today."""
    return localdate() + timedelta(days=number)


def do(code: str, account: Account, target: Any = None, data: Any = None) -> Any:
    """Perform an action as the account, with the grants it has today."""
    return actions.perform(actions.get(code), actor_for(account), uid=target.uid if target else None, data=data).result


def hold(account: Account, code: str, at: Any, *, since: int = -100, until: int | None = None) -> RoleAssignment:
    """Give an account a role without asking anybody; the period in days from today."""
    found: RoleAssignment = RoleAssignment.objects.create(
        account=account,
        role=role(code),
        organization=at,
        since=days(since),
        until=None if until is None else days(until),
    )
    return found


def audited(action: str) -> int:
    """How many audit lines the action has."""
    count: int = AuditEntry.objects.system("test").filter(action=action).count()
    return count


def reload(obj: Any) -> Any:
    """The record as it is stored now."""
    return type(obj).objects.system("test").get(pk=obj.pk)


def authenticator(account: Account, name: str = "手机") -> Factor:
    """Give the account an authenticator without asking anybody."""
    found: Factor = Factor.objects.create(
        account=account, kind=Factor.Kind.TOTP, name=name, secret=pyotp.random_base32(), confirmed_at=timezone.now()
    )
    return found


def code_of(factor: Factor, *, steps: int = 0) -> str:
    """What the authenticator shows now, or so many half-minutes later."""
    return pyotp.TOTP(factor.secret or "").generate_otp(int(timezone.now().timestamp()) // 30 + steps)


@pytest.fixture
def chief(house: factories.House) -> Account:
    """The founding administrator: manages accounts at the root."""
    made: Account = factories.account("chief", "admin", house.root)
    hold(made, "organization_department", house.root)
    return made


@pytest.fixture
def local(house: factories.House) -> Account:
    """An administrator of the east branch only, who is one of its people."""
    made: Account = factories.account("local", "admin", house.east, of=factories.person("李地方", house.east))
    return made


@pytest.fixture
def signed_in(client: Client) -> Callable[[Account], Client]:
    """Sign the test client in as an account."""

    def enter(account: Account) -> Client:
        client.force_login(account)
        return client

    return enter
