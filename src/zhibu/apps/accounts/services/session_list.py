"""Where an account is signed in: each session noted, watched for idleness and age, and ended from anywhere.

What the watch needs lies in the session itself (`MARK`), so that a page costs no query more. A session without it is
nobody's and is refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, RoleAssignment, SessionRecord
from zhibu.apps.accounts.origin import agent_of, client_address
from zhibu.apps.accounts.policy import manages_all_of
from zhibu.apps.accounts.queries import holdings, in_force, seat_of
from zhibu.apps.accounts.security import idle_minutes, idle_spares_members, number
from zhibu.apps.accounts.session_store import SessionStore, stored
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor

End = SessionRecord.End
MARK = "zhibu.session"
#: who came by these may never have had the first password in hand, which is changed when it is used
WITHOUT_PASSWORD = frozenset({"sms", "oidc"})
#: the last use is noted at most so often
TOUCH_SECONDS = 60
#: ended sessions stay so long for those who look after a break-in; the trail keeps the sign-ins themselves
KEPT_DAYS = 30


@dataclass(frozen=True)
class Ended:
    """A session that was found to be over: whose, and why."""

    account_id: int
    how: str


def opened(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Receiver of Django's user_logged_in: note the new session."""
    session = request.session
    if session.session_key is None:
        session.create()
    now = timezone.now()
    record = SessionRecord.objects.create(
        account=user,
        session_key=stored(session.session_key or ""),
        agent=agent_of(request),
        address=client_address(request),
        seen_at=now,
    )
    session[MARK] = {"record": str(record.uid), "since": now.timestamp(), "seen": now.timestamp(), "second": ""}
    session.set_expiry(number("life_hours") * 3600)


def over(session: SessionBase) -> Ended | None:
    """Return why the session of somebody signed in is over, None while it lasts."""
    mark: Any = session.get(MARK)
    account_id = int(session[SESSION_KEY])
    if not isinstance(mark, dict):
        return Ended(account_id, End.OTHER)
    now = timezone.now().timestamp()
    if now - mark["since"] >= number("life_hours") * 3600:
        return Ended(account_id, End.LIFE)
    if now - mark["seen"] >= idle_minutes() * 60 and not _spared(account_id):
        return Ended(account_id, End.IDLE)
    return None


def touch(session: SessionBase) -> None:
    """Note that the session was used just now."""
    mark = session[MARK]
    now = timezone.now()
    if now.timestamp() - mark["seen"] >= TOUCH_SECONDS:
        session[MARK] = {**mark, "seen": now.timestamp()}
        _of(session).update(seen_at=now)


def strengthen(session: SessionBase, second: str = "") -> None:
    """Note that whoever sits there has just proved who they are; `second`: by which second factor."""
    mark = session[MARK]
    session[MARK] = {**mark, "second": second or mark.get("second", ""), "proved": timezone.now().timestamp()}


def how_of(session: SessionBase) -> str:
    """Return by what the session was opened: password, sms, oidc, passkey or demo; "" when nobody said."""
    return str((session.get(MARK) or {}).get("how", ""))


def note_how(session: SessionBase, how: str) -> None:
    """Note by what the session was opened."""
    session[MARK] = {**session[MARK], "how": how}


def weaken(session: SessionBase) -> None:
    """Note that the account has no second factor any more."""
    session[MARK] = {**session[MARK], "second": ""}


def second_of(session: SessionBase) -> str:
    """Return the kind of second factor the session was opened or confirmed with, "" without one."""
    return str((session.get(MARK) or {}).get("second", ""))


def proved_lately(session: SessionBase) -> bool:
    """Tell whether whoever sits there proved who they are a short while ago."""
    mark = session.get(MARK) or {}
    age = timezone.now().timestamp() - mark.get("proved", mark.get("since", 0))
    return bool(age < number("proof_minutes") * 60)


def close(session: SessionBase, how: str) -> None:
    """Note the end of the session at hand; whoever calls it flushes the session."""
    _of(session).filter(ended_at__isnull=True).update(ended_at=timezone.now(), ended_how=how, session_key="")


def moved(session: SessionBase) -> None:
    """Note the new key of the session at hand (Django changes it with the password)."""
    _of(session).update(session_key=stored(session.session_key or ""))


def is_current(session: SessionBase, record: SessionRecord) -> bool:
    """Tell whether the record is of the session at hand."""
    return (session.get(MARK) or {}).get("record") == str(record.uid)


def live(account_id: int) -> "QuerySet[SessionRecord]":
    """Return the sessions of an account that still open something, latest use first."""
    rows = SessionRecord.objects.system("sessions of one account").filter(_lasting(), account_id=account_id)
    return rows.order_by("-seen_at", "-pk")  # type: ignore[no-any-return]


def with_sessions(today: Any = None) -> Q:
    """Condition on accounts: signed in somewhere."""
    rows = SessionRecord.objects.system("accounts signed in").filter(_lasting())
    return Q(pk__in=rows.order_by().values("account_id"))


def end_all(account: Account, how: str, *, but: SessionBase | None = None) -> int:
    """End the sessions of an account at once, all but the one at hand if given; returns how many there were."""
    rows = SessionRecord.objects.system("ending sessions").filter(account=account, ended_at__isnull=True)
    if but is not None:
        rows = rows.exclude(uid=but[MARK]["record"])
    return sum(_end(row, how) for row in rows)


def end_own(actor: Actor, record: SessionRecord) -> None:
    """End one's own session elsewhere, with its line in the trail; inside a transaction."""
    if _end(record, End.OTHER):
        account = record.account
        audit.record(
            actor,
            "accounts.session.end_own",
            account,
            summary=f"结束自己在 {record.device} 上的登录：{account.username}",
            organization_id=seat_of(account),
        )


def end_own_others(actor: Actor, account: Account, session: SessionBase) -> int:
    """End all of one's own other sessions, with one line in the trail; inside a transaction."""
    ended = end_all(account, End.OTHER, but=session)
    if ended:
        audit.record(
            actor,
            "accounts.session.end_own",
            account,
            summary=f"结束自己的其他 {ended} 处登录：{account.username}",
            organization_id=seat_of(account),
        )
    return ended


def end_one(act: Act, obj: SessionRecord, data: object) -> Account:
    """End one session of an account the actor manages."""
    account = obj.account
    _must_manage(act, account)
    _end(obj, End.ADMIN)
    act.log(account, summary=f"结束一处登录（{obj.device}）：{account}", organization_id=seat_of(account))
    return account


def end_sessions(act: Act, obj: Account, data: object) -> Account:
    """End all sessions of an account the actor manages."""
    _must_manage(act, obj)
    ended = end_all(obj, End.ADMIN)
    act.log(obj, summary=f"结束全部 {ended} 处登录：{obj}", organization_id=seat_of(obj))
    return obj


def tidy() -> None:
    """Mark the sessions whose time is over as ended, and forget those that ended long ago."""
    now = timezone.now()
    rows = SessionRecord.objects.system("sessions whose time is over").filter(ended_at__isnull=True)
    for row in rows.filter(created_at__lte=now - _life()).iterator():
        _end(row, End.LIFE)
    old = SessionRecord.objects.system("sessions that ended long ago", allow_delete=True)
    old.filter(ended_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    SessionStore.clear_expired()


def _end(record: SessionRecord, how: str) -> bool:
    """Erase the session's row, so that its cookie opens nothing, and note the end; False when it had ended before."""
    rows = SessionRecord.objects.system("ending a session").select_for_update(of=("self",))
    row = rows.filter(pk=record.pk, ended_at__isnull=True).first()
    if row is None:
        return False
    if row.session_key:
        SessionStore.forget(row.session_key)
    row.ended_at, row.ended_how, row.session_key, row.rev = timezone.now(), how, "", row.rev + 1
    row.save(update_fields=["ended_at", "ended_how", "session_key", "rev"])
    return True


def _of(session: SessionBase) -> "QuerySet[SessionRecord]":
    uid = (session.get(MARK) or {}).get("record")
    rows = SessionRecord.objects.system("the session at hand")
    return rows.filter(uid=uid) if uid else rows.none()  # type: ignore[no-any-return]


def _lasting() -> Q:
    now: datetime = timezone.now()
    lasting = Q(ended_at__isnull=True, created_at__gt=now - _life())
    return lasting if idle_spares_members() else lasting & Q(seen_at__gt=now - timedelta(minutes=idle_minutes()))


def _life() -> timedelta:
    return timedelta(hours=number("life_hours"))


def _spared(account_id: int) -> bool:
    if not idle_spares_members():
        return False
    held = RoleAssignment.objects.system("does the account hold a role").filter(account_id=account_id)
    return not any(held.filter(in_force(localdate())).values_list("role__permissions", flat=True))


def _must_manage(act: Act, account: Account) -> None:
    if not manages_all_of(act.actor, holdings(account)):
        raise Refused("这个账号在您的管理范围之外也有角色", next_step="请由上级管理员办理。", code="outranked")
