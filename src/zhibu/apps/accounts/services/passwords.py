"""The passwords an account had before, and how old its present one is."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from zhibu.apps.accounts.models import Account, PastPassword
from zhibu.apps.accounts.security import number


def remember(account: Account, replaced: str) -> None:
    """Keep the hash that was just replaced, at most as many as count: the oldest makes room."""
    rows = PastPassword.objects.system("past passwords").filter(account=account)
    PastPassword.objects.create(account=account, password=replaced, at=timezone.now())
    kept = list(rows.values_list("pk", flat=True)[: number("password_history")])
    past = PastPassword.objects.system("past passwords", allow_delete=True).filter(account=account)
    past.exclude(pk__in=kept).delete()


def used_lately(account: Account, password: str) -> bool:
    """Tell whether it is the present password or one of the last few. One hash each: only where a password is changed."""
    rows = PastPassword.objects.system("past passwords").filter(account=account)
    hashes = [account.password, *rows.values_list("password", flat=True)[: number("password_history")]]
    return any(check_password(password, one) for one in hashes)


def is_old(account: Account) -> bool:
    """Tell whether a reminder is due; never while `password_remind_days` is 0."""
    days = number("password_remind_days")
    if not days:
        return False
    rows = PastPassword.objects.system("past passwords").filter(account=account)
    since = rows.values_list("at", flat=True).first() or account.created_at
    return bool(since <= timezone.now() - timedelta(days=days))
