"""Signing in by user name, or by the person's mobile or staff number where exactly one person has it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.http import HttpRequest

from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.rules import normal_username
from zhibu.kernel.prepared import HOLES, One

LONGEST = 128


def find(name: str) -> Account | None:
    """Return the account meant by what was typed: a user name, or the number of exactly one person with an account."""
    name = normal_username(name)
    if not name or len(name) > 40 or "\0" in name:
        return None
    rows = Account.objects.system("sign-in").select_related("person")
    by_name: Account | None = rows.filter(username=name).first()
    if by_name is not None:
        return by_name
    numbers = Q(person__mobile=name) | Q(person__staff_number__iexact=name)
    found = list(rows.filter(numbers, person__merged_into__isnull=True)[:2])
    return found[0] if len(found) == 1 else None


def usable(account: Account) -> bool:
    """Tell whether the account may be used here: everybody knows the password of a demo account, so only in a demo."""
    return account.is_active and (settings.DEMO or not account.is_demo)


def proves(account: Account | None, password: str) -> bool:
    """Tell whether the password is the account's; without an account the same work is done, so that the time tells nothing."""
    if account is None:
        make_password(password)
        return False
    return account.check_password(password)


@cache
def _signed_in() -> One[Account]:
    """Return the question for the active account of the number in the hole; every page asks it."""
    return One(Account.objects.system("session").filter(pk=HOLES[0], is_active=True))


class AccountBackend:
    """Django's authentication backend. An unknown name takes as long as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Account | None:
        """Return the account when name and password fit and it is active."""
        if username is None or password is None or len(password) > LONGEST:
            return None
        account = find(username)
        return account if proves(account, password) and account is not None and usable(account) else None

    def get_user(self, user_id: int) -> Account | None:
        """Return the account of a session; a disabled one has none any more."""
        account = _signed_in().find(int(user_id))
        return account if account is not None and usable(account) else None
