"""Between the password and the session: who is expected to show a second factor, and whether they did.

Until then nobody is signed in. What was proved waits in the browser's session for ten minutes and falls with the password,
the account or the factor it was proved for.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from zhibu.apps.accounts import backends
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.origin import client_address
from zhibu.apps.accounts.second_factor import has_one
from zhibu.apps.accounts.services import lockout, recovery_codes, sessions, totp
from zhibu.kernel.actions import Refused

PENDING = "zhibu.pending"
SECONDS = 600
WRONG = "动态码或恢复码不对，或已经用过。请看验证器里现在显示的六位数字；总是不对的，请检查手机的时间是否准确。"


@dataclass(frozen=True)
class Pending:
    """Who proved the first factor, and by what."""

    account: Account
    how: str


def wanted(account: Account) -> bool:
    """Tell whether the account is asked for a second factor."""
    return has_one(account.pk)


def wait(request: HttpRequest, account: Account, how: str) -> None:
    """Remember that the account proved the first factor by `how`."""
    request.session[PENDING] = {
        "account": account.pk,
        "how": how,
        "at": timezone.now().timestamp(),
        "hash": account.get_session_auth_hash(),
    }


def pending(request: HttpRequest) -> Pending | None:
    """Return who is expected to show a second factor; None when nobody is, or no longer."""
    kept: Any = request.session.get(PENDING)
    if not isinstance(kept, dict) or timezone.now().timestamp() - kept["at"] >= SECONDS:
        return None
    account = Account.objects.system("the second step").filter(pk=kept["account"]).first()
    if account is None or not backends.usable(account) or account.get_session_auth_hash() != kept["hash"]:
        return None
    return Pending(account, kept["how"])


def forget(request: HttpRequest) -> None:
    """Nobody is expected any more."""
    request.session.pop(PENDING, None)


def prove_code(request: HttpRequest, account: Account, typed: str) -> str:
    """Return "totp" or "recovery" for a right code, which is spent. Raises Refused with what the page says."""
    attempt = lockout.begin_second(account, client_address(request))
    if attempt.pause:
        raise Refused(attempt.pause.message, code="locked")
    kind = "totp" if totp.spend(account, typed) else "recovery" if recovery_codes.spend(account, typed) else ""
    if kind:
        lockout.succeeded(attempt)
        return kind
    sessions.note_failure(account, "第二验证不对")
    if pause := lockout.failed(attempt):
        raise Refused(pause.message, code="locked")
    warning = f"再输错 {attempt.left} 次，将暂停一段时间。" if attempt.left <= lockout.WARN_FROM else ""
    raise Refused(WRONG + warning, code="failed")


def prove_again(request: HttpRequest, account: Account, password: str, code: str) -> None:
    """Let whoever is signed in prove it once more, by the password or by a code. Raises Refused."""
    if code:
        prove_code(request, account, code)
    elif sessions.prove(request, account.username, password).pk != account.pk:
        raise Refused(sessions.WRONG, code="failed")
