"""Second factors of one side."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from zhibu.apps.accounts.models import Account, Factor, FactorReset, RecoveryCode, SmsCode


def hang(side: Any, plain: Account) -> None:
    """Give one account a factor, a recovery code and an open request, and another one a factor alone."""
    lost = Account.objects.create(
        username=f"{side.code.lower()}-lost", display_name=f"{side.word}失机", person=side.people[2]
    )
    Factor.objects.create(account=side.keep(lost), kind="totp", name=f"{side.word}旧机", confirmed_at=timezone.now())
    side.keep(
        Factor.objects.create(
            account=plain, kind="totp", name=f"{side.word}手机", secret=side.word, confirmed_at=timezone.now()
        )
    )
    side.keep(RecoveryCode.objects.create(account=plain, code_hash=f"{side.code}-hash", made_at=timezone.now()))
    side.keep(
        FactorReset.objects.create(
            account=plain,
            reason=f"{side.word}丢手机",
            requested_by_name=f"{side.word}管理员",
            expires_at=timezone.now() + timedelta(hours=20),
        )
    )
    side.keep(
        SmsCode.objects.create(
            account=plain, purpose="sign_in", code_hash=f"{side.code}-code", expires_at=timezone.now()
        )
    )
