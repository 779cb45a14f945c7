"""Ten codes on paper, each of which opens the second step once. Only keyed hashes are kept: they cannot be shown again."""

import secrets

from django.db import transaction
from django.utils import timezone

from zhibu.apps.accounts.models import Account, RecoveryCode
from zhibu.apps.accounts.rules import normal_recovery_code, recovery_code
from zhibu.kernel.crypto import blind

COUNT = 10


def renew(account: Account) -> list[str]:
    """Replace the account's codes by new ones, and return them: the only time they can be read."""
    codes: set[str] = set()
    while len(codes) < COUNT:
        codes.add(recovery_code(secrets.choice))
    now = timezone.now()
    with transaction.atomic():
        forget(account)
        RecoveryCode.objects.bulk_create(
            [RecoveryCode(account=account, code_hash=_hash(account, code), made_at=now) for code in sorted(codes)]
        )
    return sorted(codes)


def forget(account: Account) -> None:
    """Remove all codes of the account."""
    RecoveryCode.objects.system("replacing recovery codes", allow_delete=True).filter(account=account).delete()


def left(account_id: int) -> int:
    """Return how many have not been used."""
    rows = RecoveryCode.objects.system("recovery codes of one account").filter(account_id=account_id)
    count: int = rows.filter(used_at__isnull=True).count()
    return count


def spend(account: Account, typed: str) -> bool:
    """Tell whether this is an unused code of the account, and spend it. Of two at once, one wins."""
    code = normal_recovery_code(typed)
    if not code:
        return False
    rows = RecoveryCode.objects.system("spending a recovery code").filter(
        account=account, code_hash=_hash(account, code), used_at__isnull=True
    )
    return bool(rows.update(used_at=timezone.now()))


def _hash(account: Account, code: str) -> str:
    return blind(f"{account.pk}:{code}", "accounts.recovery", 32).hex()
