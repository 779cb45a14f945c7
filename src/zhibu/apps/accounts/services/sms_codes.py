"""Signing in by a code sent to one's phone: for accounts whose number was verified and is nobody else's.

Whoever asks learns nothing about a number: unknown ones are counted and answered alike, and what takes time (the gateway)
happens beside the request. It takes the password's place, never the second factor's.
"""

import hmac
import logging
import secrets
import unicodedata
from datetime import datetime, timedelta
from math import ceil
from threading import Thread
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from zhibu.apps.accounts import backends
from zhibu.apps.accounts.models import Account, SendCounter, SmsCode
from zhibu.apps.accounts.origin import neighbourhood
from zhibu.apps.accounts.queries import actor_for, seat_of
from zhibu.apps.accounts.security import number as limit
from zhibu.apps.accounts.services import warnings
from zhibu.apps.people.models import Person
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import ANONYMOUS, Actor
from zhibu.kernel.crypto import blind, mask_phone
from zhibu.kernel.messages import sms

Purpose = SmsCode.Purpose
WRONG = "验证码不对，或已经过期、用过。"
logger = logging.getLogger("zhibu.sms")


def is_on() -> bool:
    """Tell whether people may sign in by SMS here: a gateway is set, and so is ZHIBU_SMS_LOGIN."""
    return bool(settings.SMS_LOGIN) and sms.is_on()


def owner(mobile: str) -> Account | None:
    """Return the account that may sign in by this number: verified, and the number of exactly one person."""
    people = Person.objects.system("sign-in by SMS").filter(mobile=mobile, merged_into__isnull=True)
    rows = Account.objects.system("sign-in by SMS").select_related("person")
    account: Account | None = rows.filter(person__mobile=mobile, verified_mobile=mobile).first()
    if account is None or people.count() != 1 or not backends.usable(account):
        return None
    return account


def is_verified(account: Account) -> bool:
    """Tell whether the number in the person's record is the one that was verified."""
    return bool(account.person and account.person.mobile and account.person.mobile == account.verified_mobile)


def count(mobile: str, address: str | None) -> None:
    """Count a code asked for. Raises Refused, in words that tell when to try again, when there were too many."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    where = neighbourhood(address)
    bounds = {
        f"wait:{mobile}": (1, timedelta(seconds=limit("sms_resend_seconds"))),
        f"hour:{mobile}": (limit("sms_number_hour"), hour),
        f"day:{mobile}": (limit("sms_number_day"), day),
        f"hour@{where}": (limit("sms_address_hour"), hour),
        f"day@{where}": (limit("sms_address_day"), day),
        "day:all": (limit("sms_day"), day),
    }
    until = _take({blind(text, "accounts.sms.sent", 16).hex(): bound for text, bound in bounds.items()})
    if until is not None:
        raise Refused(f"验证码发得太频繁，请 {_wait(until)}后再发，或改用密码登录。", code="often")


def seconds_left(mobile: str) -> int:
    """Return for how many seconds no further code is sent to the number."""
    key = blind(f"wait:{mobile}", "accounts.sms.sent", 16).hex()
    since = SendCounter.objects.filter(key=key, count__gt=0).values_list("since", flat=True).first()
    if since is None:
        return 0
    gone: float = (timezone.now() - since).total_seconds()
    return max(0, ceil(limit("sms_resend_seconds") - gone))


def send(account: Account, mobile: str, purpose: str, by: Actor | None = None) -> None:
    """Make a code and send it; former ones of that purpose open nothing any more."""
    digits = f"{secrets.randbelow(1_000_000):06d}"
    minutes = limit("sms_minutes")
    row = SmsCode(account=account, purpose=purpose, expires_at=timezone.now() + timedelta(minutes=minutes))
    row.code_hash = _hash(row.uid, mobile, digits)
    with transaction.atomic():
        _unused(account, purpose).update(used_at=timezone.now())
        row.save(force_insert=True)
        _record(by or ANONYMOUS, "accounts.session.sms", account, f"发送{row.get_purpose_display()}验证码")
    text = f"验证码 {digits}，{minutes} 分钟内有效，用于{row.get_purpose_display()}。不要告诉任何人。"
    Thread(target=_deliver, args=(mobile, text, f"code:{row.uid}"), daemon=True).start()


def spend(account: Account, mobile: str, purpose: str, typed: str) -> bool:
    """Tell whether this is the code that was sent to that number last, and spend it. Of two at once, one wins."""
    row = _unused(account, purpose).filter(expires_at__gt=timezone.now()).first()
    if row is None:
        return False
    mine = SmsCode.objects.system("spending an SMS code").filter(pk=row.pk, used_at__isnull=True)
    if not mine.filter(tries__lt=limit("sms_tries")).update(tries=F("tries") + 1):
        return False
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    if not hmac.compare_digest(row.code_hash, _hash(row.uid, mobile, digits)):
        return False
    return bool(mine.update(used_at=timezone.now()))


def verify(account: Account, typed: str) -> None:
    """Note that the number in the person's record is in the account holder's hand. Raises Refused."""
    mobile = account.person.mobile if account.person else ""
    if not mobile or not spend(account, mobile, Purpose.VERIFY, typed):
        raise Refused(WRONG, field="code", next_step="请核对后重新输入，或再发一次。")
    _set(account, mobile, f"核实登录手机号 {mask_phone(mobile)}，启用短信登录")


def switch_off(account: Account) -> None:
    """Sign in by SMS no longer."""
    _set(account, "", "关闭短信登录")


def forget_old() -> None:
    """Remove codes and counters of the day before yesterday and earlier."""
    before = timezone.now() - timedelta(days=2)
    SmsCode.objects.system("old SMS codes", allow_delete=True).filter(created_at__lt=before).delete()
    SendCounter.objects.filter(since__lt=before).delete()


def _set(account: Account, mobile: str, summary: str) -> None:
    with transaction.atomic():
        account.verified_mobile, account.rev = mobile, account.rev + 1
        account.save(update_fields=["verified_mobile", "rev"])
        _record(actor_for(account), "accounts.account.sms", account, summary)
        warnings.tell(account, f"您的账号已{summary}", f"sms-sign-in:{account.pk}:{account.rev}")


def _take(bounds: dict[str, tuple[int, timedelta]]) -> datetime | None:
    """Count one in every counter, or none and return when the last of the full ones opens again."""
    now = timezone.now()
    with transaction.atomic():
        for key in sorted(bounds):
            SendCounter.objects.get_or_create(key=key, defaults={"since": now})
        rows = list(SendCounter.objects.select_for_update().filter(key__in=bounds).order_by("key"))
        for row in rows:
            if row.since <= now - bounds[row.key][1]:
                row.count, row.since = 0, now
        full: list[datetime] = [row.since + bounds[row.key][1] for row in rows if row.count >= bounds[row.key][0]]
        if full:
            return max(full)
        for row in rows:
            row.since = row.since if row.count else now
            row.count += 1
        SendCounter.objects.bulk_update(rows, ["count", "since"])
    return None


def _wait(until: datetime) -> str:
    seconds = max(1, ceil((until - timezone.now()).total_seconds()))
    return f" {seconds} 秒" if seconds < 120 else f" {ceil(seconds / 60)} 分钟" if seconds < 7200 else "明天"


def _deliver(mobile: str, text: str, key: str) -> None:
    try:
        sms.send_sms(mobile, text, key)
    except sms.SmsError as error:
        logger.error("sms %s: %s", key, error)


def _unused(account: Account, purpose: str) -> "QuerySet[SmsCode]":
    rows = SmsCode.objects.system("SMS codes of one account")
    return rows.filter(account=account, purpose=purpose, used_at__isnull=True).order_by("-pk")  # type: ignore[no-any-return]


def _hash(uid: UUID, mobile: str, digits: str) -> str:
    return blind(f"{uid}:{mobile}:{digits}", "accounts.sms", 32).hex()


def _record(actor: Actor, action: str, account: Account, summary: str) -> None:
    audit.record(actor, action, account, summary=f"{summary}：{account.username}", organization_id=seat_of(account))
