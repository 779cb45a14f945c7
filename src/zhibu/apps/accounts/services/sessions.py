"""Signing in and out and changing one's password, each with its audit line (about the account, nothing personal)."""

from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.queries import actor_for, seat_of
from zhibu.kernel import audit
from zhibu.kernel.actor import ANONYMOUS, Actor

BACKEND = "zhibu.apps.accounts.backends.AccountBackend"


def sign_in(request: HttpRequest, account: Account) -> None:
    """Start a session for an account whose password was checked."""
    with transaction.atomic():
        login(request, account, backend=BACKEND)
        _record(actor_for(account), "accounts.session.sign_in", account, "登录")


def note_failure(account: Account | None) -> None:
    """Note a failed sign-in; what was typed is not kept, it may be a password."""
    with transaction.atomic():
        if account is None:
            audit.record(
                ANONYMOUS,
                "accounts.session.failed",
                summary="登录未成功：没有对应的账号",
                object_type="accounts.Account",
            )
        else:
            _record(ANONYMOUS, "accounts.session.failed", account, "登录未成功：密码不对或账号已停用")


def sign_out(request: HttpRequest, actor: Actor) -> None:
    """End the session."""
    account = Account.objects.system("signing out").filter(pk=actor.account_id).first()
    with transaction.atomic():
        if account is not None:
            _record(actor, "accounts.session.sign_out", account, "退出登录")
        logout(request)


def change_password(request: HttpRequest, account: Account, password: str) -> None:
    """Set a password that was validated; this session stays, the account's other sessions end."""
    with transaction.atomic():
        account.set_password(password)
        account.must_change_password, account.rev = False, account.rev + 1
        account.save(update_fields=["password", "must_change_password", "rev"])
        update_session_auth_hash(request, account)
        _record(actor_for(account), "accounts.account.change_password", account, "修改自己的密码")


def _record(actor: Actor, action: str, account: Account, summary: str) -> None:
    audit.record(actor, action, account, summary=f"{summary}：{account.username}", organization_id=seat_of(account))
