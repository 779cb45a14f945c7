"""Signing in and out and changing one's password, each with its audit line (about the account, nothing personal)."""

from django.contrib.auth import SESSION_KEY, login, logout, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from zhibu.apps.accounts import backends
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.origin import client_address
from zhibu.apps.accounts.queries import actor_for, seat_of
from zhibu.apps.accounts.services import lockout, passwords, session_list, sms_codes, warnings
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import ANONYMOUS, Actor

BACKEND = "zhibu.apps.accounts.backends.AccountBackend"
WRONG = "用户名或密码不对。请检查大写锁定键是否打开、输入法是否为英文，再试一次。忘记密码的，请本单位管理员重置。"
DISABLED = "这个账号已停用。需要恢复的，请联系本单位管理员。"


def prove(request: HttpRequest, name: str, password: str) -> Account:
    """Return the account that name and password open. Raises Refused with what the page says.

    Every attempt costs exactly one hash, whether the name exists, the account is disabled or the sign-in is paused;
    only who knows the password learns that the account is disabled.
    """
    account = backends.find(name)
    attempt = lockout.begin(account, name, client_address(request))
    if attempt.pause:
        make_password(password)
        raise Refused(attempt.pause.message, code="locked")
    if backends.proves(account, password):
        lockout.succeeded(attempt)
        if account is not None and backends.usable(account):
            return account
        note_failure(account)
        raise Refused(DISABLED if account is not None and not account.is_active else WRONG, code="failed")
    note_failure(account)
    if pause := lockout.failed(attempt):
        raise Refused(pause.message, code="locked")
    warning = f"再输错 {attempt.left} 次，将暂停登录一段时间。" if attempt.left <= lockout.WARN_FROM else ""
    raise Refused(WRONG + warning, code="failed")


#: how the trail names what somebody signed in with
HOW = {
    "password": "密码",
    "demo": "演示账号一键",
    "sms": "短信验证码",
    "oidc": "统一登录",
    "totp": "动态码",
    "passkey": "通行密钥",
    "recovery": "恢复码",
}


def prove_sms(request: HttpRequest, mobile: str, typed: str) -> Account:
    """Return the account whose number this is and whose code was sent there. Raises Refused with what the page says."""
    account = sms_codes.owner(mobile)
    attempt = lockout.begin(account, mobile, client_address(request))
    if attempt.pause:
        raise Refused(attempt.pause.message, code="locked")
    if account is not None and sms_codes.spend(account, mobile, sms_codes.Purpose.SIGN_IN, typed):
        lockout.succeeded(attempt)
        return account
    note_failure(account, "短信验证码不对")
    pause = lockout.failed(attempt)
    raise Refused(pause.message if pause else sms_codes.WRONG, code="failed")


def sign_in(request: HttpRequest, account: Account, how: str = "password", second: str = "") -> None:
    """Start a session for an account that proved itself by `how` and by the second factor `second` ("": by none).

    Whoever was signed in before is signed out.
    """
    with transaction.atomic():
        if SESSION_KEY in request.session:
            session_list.close(request.session, session_list.End.REPLACED)
            request.session.flush()
        login(request, account, backend=BACKEND)
        session_list.note_how(request.session, how)
        if second:
            session_list.strengthen(request.session, second)
        words = "和".join(dict.fromkeys(HOW[one] for one in (how, second) if one))
        _record(actor_for(account), "accounts.session.sign_in", account, f"登录（{words}）")


def note_failure(account: Account | None, why: str = "密码不对或账号已停用") -> None:
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
            _record(ANONYMOUS, "accounts.session.failed", account, f"登录未成功：{why}")


def sign_out(request: HttpRequest, actor: Actor) -> None:
    """End the session."""
    account = Account.objects.system("signing out").filter(pk=actor.account_id).first()
    with transaction.atomic():
        if account is not None:
            _record(actor, "accounts.session.sign_out", account, "退出登录")
        session_list.close(request.session, session_list.End.OUT)
        logout(request)


def change_password(request: HttpRequest, account: Account, password: str) -> None:
    """Set a password that was validated; this session stays, the account's other sessions end."""
    first = account.must_change_password
    with transaction.atomic():
        passwords.remember(account, account.password)
        account.set_password(password)
        account.must_change_password, account.rev = False, account.rev + 1
        account.save(update_fields=["password", "must_change_password", "rev"])
        update_session_auth_hash(request, account)
        session_list.moved(request.session)
        session_list.end_all(account, session_list.End.PASSWORD, but=request.session)
        _record(actor_for(account), "accounts.account.change_password", account, "修改自己的密码")
        if not first:
            warnings.tell(account, "您的密码已修改", f"password:{account.pk}:{account.rev}")


def _record(actor: Actor, action: str, account: Account, summary: str) -> None:
    audit.record(actor, action, account, summary=f"{summary}：{account.username}", organization_id=seat_of(account))
