"""Pausing the sign-in after wrong passwords: of an account at one address first, of the whole account only much later.

An attempt is counted before the password is looked at and given back when it was right: however many are sent at once,
no more passwords are tried than the limits say. The second step counts on its own, or whoever knows the password could
begin anew by it between two guesses. Names that nobody has are counted the same way, so that a pause tells
nothing about who has an account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from zhibu.apps.accounts.models import Account, FailureCounter
from zhibu.apps.accounts.origin import neighbourhood
from zhibu.apps.accounts.policy import manages_all_of
from zhibu.apps.accounts.queries import holdings, seat_of
from zhibu.apps.accounts.rules import normal_username
from zhibu.apps.accounts.security import number
from zhibu.apps.accounts.services import guards
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import ANONYMOUS
from zhibu.kernel.crypto import blind

Kind = FailureCounter.Kind
LOCKED = "accounts.session.locked"
#: from so many tries left on, the page says how many
WARN_FROM = 2


@dataclass(frozen=True)
class Pause:
    """No sign-in until then; `limit` wrong ones led to it."""

    kind: str
    until: datetime
    limit: int

    @property
    def message(self) -> str:
        """What the page says; the same whether there is such an account or not."""
        minutes = max(1, ceil((self.until - timezone.now()).total_seconds() / 60))
        if self.kind == Kind.PAIR:
            return f"连续输错 {self.limit} 次，请 {minutes} 分钟后再试，或请管理员解锁。"
        if self.kind == Kind.ACCOUNT:
            return f"这个用户名输错的次数太多，请 {minutes} 分钟后再试，或请管理员解锁。"
        if self.kind == Kind.SECOND:
            return f"动态码或恢复码连续输错 {self.limit} 次，请 {minutes} 分钟后再试，或请管理员解锁。"
        return f"从您这里登录输错的次数太多，请 {minutes} 分钟后再试。"


@dataclass(frozen=True)
class Attempt:
    """A counted attempt; `pause` is set when it must not be made."""

    account: Account | None
    address: str | None
    keys: dict[str, str]
    left: int = 0
    pause: Pause | None = None


def begin(account: Account | None, typed: str, address: str | None) -> Attempt:
    """Count an attempt to sign in as `account`, or by a name that nobody has; `address` may be unknown."""
    return _begin(account, address, _keys(account, typed, address))


def begin_second(account: Account, address: str | None) -> Attempt:
    """Count an attempt at the second step; whoever makes it knows the password, so it counts wherever it comes from."""
    text = blind(f"account:{account.pk}", f"sign-in.{Kind.SECOND.value}", 16).hex()
    return _begin(account, address, {str(Kind.SECOND): text})


def _begin(account: Account | None, address: str | None, keys: dict[str, str]) -> Attempt:
    now = timezone.now()
    with transaction.atomic():
        rows = _locked_rows(account, keys, now)
        pause = _pause(rows, now)
        if pause is None:
            for row in rows:
                row.count += 1
            over = [row for row in rows if row.count > _limit(row.kind)]  # others are being tried at this moment
            pause = _lock(account, address, over, now) if over else None
            FailureCounter.objects.bulk_update(rows, ["count", "since", "locked_until"])
        left = min(_limit(row.kind) - row.count for row in rows)
    return Attempt(account, address, keys, max(0, left), pause)


def failed(attempt: Attempt) -> Pause | None:
    """The password was wrong: returns the pause when this was one too many; noted in the trail once."""
    now = timezone.now()
    with transaction.atomic():
        rows = [row for row in _rows(attempt.keys) if row.count >= _limit(row.kind) and not _running(row, now)]
        pause = _lock(attempt.account, attempt.address, rows, now) if rows else None
        FailureCounter.objects.bulk_update(rows, ["locked_until"])
    return pause


def succeeded(attempt: Attempt) -> None:
    """It was right: the pair, or the second step, begins anew; the wider counters get the attempt back."""
    with transaction.atomic():
        anew = [key for kind, key in attempt.keys.items() if kind in {Kind.PAIR, Kind.SECOND}]
        FailureCounter.objects.filter(key__in=anew).delete()
        wider = [key for kind, key in attempt.keys.items() if key not in anew]
        FailureCounter.objects.filter(key__in=wider, count__gt=0).update(count=F("count") - 1)


def clear(account: Account) -> int:
    """Forget the wrong passwords of an account; returns how many counters there were."""
    removed: int = FailureCounter.objects.filter(account_id=account.pk).delete()[0]
    return removed


def locked_accounts() -> Q:
    """Condition on accounts: signing in is paused, anywhere or at some address."""
    running = FailureCounter.objects.filter(locked_until__gt=timezone.now(), account_id__isnull=False)
    return Q(pk__in=running.values("account_id"))


def locked_until(account: Account) -> datetime | None:
    """Return when the last of the account's pauses ends, None when there is none."""
    running = FailureCounter.objects.filter(account_id=account.pk, locked_until__gt=timezone.now())
    last: datetime | None = running.order_by("-locked_until").values_list("locked_until", flat=True).first()
    return last


def unlock(act: Act, obj: Account, data: object) -> Account:
    """End the pauses of an account, for somebody else who may manage it."""
    guards.refuse_self(act.actor, obj, "不能解锁自己的账号")
    if not manages_all_of(act.actor, holdings(obj)):
        raise Refused("这个账号在您的管理范围之外也有角色", next_step="请由上级管理员办理。", code="outranked")
    clear(obj)
    act.log(obj, organization_id=seat_of(obj))
    return obj


def forget_old() -> int:
    """Remove counters whose time is over; returns their number."""
    now = timezone.now()
    over = FailureCounter.objects.filter(since__lt=now - _window())
    removed: int = over.filter(Q(locked_until__isnull=True) | Q(locked_until__lte=now)).delete()[0]
    return removed


def _keys(account: Account | None, typed: str, address: str | None) -> dict[str, str]:
    who = f"account:{account.pk}" if account else f"name:{normal_username(typed)[:100]}"
    where = neighbourhood(address)
    texts = {Kind.PAIR: f"{who}@{where}", Kind.ACCOUNT: who, Kind.ADDRESS: where}
    return {str(kind): blind(text, f"sign-in.{kind.value}", 16).hex() for kind, text in texts.items()}


def _rows(keys: dict[str, str]) -> list[FailureCounter]:
    # in one order for all, or two attempts would wait for one another
    return list(FailureCounter.objects.select_for_update().filter(key__in=keys.values()).order_by("key"))


def _locked_rows(account: Account | None, keys: dict[str, str], now: datetime) -> list[FailureCounter]:
    """Return the three counters, locked, begun anew where their time is over."""
    for kind, key in sorted(keys.items(), key=lambda item: item[1]):
        owner = account.pk if account and kind != Kind.ADDRESS else None
        FailureCounter.objects.get_or_create(key=key, defaults={"kind": kind, "account_id": owner, "since": now})
    rows = _rows(keys)
    for row in rows:
        over = row.since <= now - _window() if row.locked_until is None else row.locked_until <= now
        if over:
            row.count, row.since, row.locked_until = 0, now, None
    return rows


def _pause(rows: list[FailureCounter], now: datetime) -> Pause | None:
    """Return the pause that runs longest."""
    running = [Pause(row.kind, row.locked_until, _limit(row.kind)) for row in rows if row.locked_until]
    return max(running, key=lambda pause: pause.until, default=None)


def _lock(account: Account | None, address: str | None, rows: list[FailureCounter], now: datetime) -> Pause:
    """Set the rows' pause and note it in the trail."""
    until = now + timedelta(minutes=number("lock_minutes"))
    for row in rows:
        row.locked_until = until
    row = min(rows, key=lambda one: list(Kind).index(Kind(one.kind)))
    pause = Pause(row.kind, until, _limit(row.kind))
    who = account.username if account else "没有对应的账号"
    reach = "、".join(Kind(one.kind).label for one in rows)
    summary = f"输错次数太多，暂停登录 {number('lock_minutes')} 分钟（按{reach}，来自 {address or '未知地址'}）：{who}"
    if account is None:
        audit.record(ANONYMOUS, LOCKED, summary=summary, object_type="accounts.Account")
    else:
        audit.record(ANONYMOUS, LOCKED, account, summary=summary, organization_id=seat_of(account))
    return pause


def _running(row: FailureCounter, now: datetime) -> bool:
    return row.locked_until is not None and row.locked_until > now


def _limit(kind: str) -> int:
    return number(f"lock_{kind}")


def _window() -> timedelta:
    return timedelta(minutes=number("lock_minutes"))
