"""The outbox: what waits is sent after the commit, by the worker, at least once.

Each delivery is claimed by moving its clock (`next_at`) conditionally, sent outside of any transaction, then marked. A
worker that is killed between sending and marking leaves one delivery in flight, which is sent again later with the same key.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime

from zhibu.kernel.crypto import blind
from zhibu.kernel.messages import kinds, planning, sms
from zhibu.kernel.messages.chat import Said, send_chat
from zhibu.kernel.messages.directory import Contact, directory
from zhibu.kernel.messages.errors import NotSent, Postponed, TryLater
from zhibu.kernel.messages.kinds import CHAT, MAIL, SMS
from zhibu.kernel.messages.mail import send_mail
from zhibu.kernel.messages.models import OPEN, Delivery, Message
from zhibu.kernel.messages.numbers import number, pause_minutes

CHUNK = 20
SMS_TEXT = 200
MORE = "……（全文请登录知部查看）"
NOBODY = "收不到了：档案已停用、合并或登记去世。"

State = Delivery.State
Hours = tuple[time, time]


def sms_text(title: str, body: str) -> str:
    """Return what an SMS says: title and text, shortened."""
    text = f"{title}：{' '.join(body.split())}" if body.strip() else title
    return text if len(text) <= SMS_TEXT else text[: SMS_TEXT - len(MORE)] + MORE


def due(now: datetime | None = None) -> Any:
    """Return the deliveries whose time has come, opened."""
    rows = Delivery.objects.system("the outbox")
    return rows.filter(state__in=OPEN, next_at__lte=now or timezone.now())


def deliver_some(limit: int = CHUNK) -> int:
    """Send what is due, at most `limit`; returns how many were looked at. Not inside a transaction."""
    rows: list[Delivery] = list(due().select_related("message").order_by("next_at", "id")[:limit])
    contacts = _contacts([row.message for row in rows])
    hours = planning.quiet_hours([one.account_id for one in contacts.values() if one.account_id])
    for row in rows:
        contact = contacts.get(row.message_id)
        quiet = hours.get((contact.account_id if contact else None) or 0, planning.house_hours())
        _deliver(row, contact, quiet)
    return len(rows)


def _contacts(messages: Sequence[Message]) -> dict[int, Contact]:
    """Return message id -> how the recipient is reached today; one who died or was merged away is missing."""
    if not messages:
        return {}
    people = {one.person_id: one for one in directory().people({m.person_id for m in messages if m.person_id})}
    rest = {m.account_id for m in messages if not m.person_id and m.account_id}
    accounts = {one.account_id: one for one in directory().accounts(rest)} if rest else {}
    found = {m.pk: people.get(m.person_id) if m.person_id else accounts.get(m.account_id) for m in messages}
    return {pk: one for pk, one in found.items() if one is not None}


def _mine(row: Delivery) -> Any:
    return Delivery.objects.system("the outbox").filter(pk=row.pk, state__in=OPEN)


def _deliver(row: Delivery, contact: Contact | None, quiet: Hours) -> None:
    now = timezone.now()
    in_flight = now + timedelta(seconds=number("in_flight_seconds"))
    claimed = _mine(row).filter(next_at=row.next_at, attempts=row.attempts)
    if not claimed.update(next_at=in_flight, attempts=row.attempts + 1):
        return  # another worker has it
    attempt = row.attempts + 1
    try:
        target = _send(row, contact, quiet, now)
    except Postponed as later:
        until, why = later.args
        _mine(row).update(next_at=until, attempts=row.attempts, note=why)
    except TryLater as failure:
        if attempt >= number("tries"):
            give_up(row, contact, str(failure))
            return
        pause = timedelta(minutes=pause_minutes(attempt))
        _mine(row).update(state=State.FAILED, next_at=timezone.now() + pause, note=str(failure)[:200])
    except NotSent as failure:
        give_up(row, contact, str(failure))
    else:
        _mine(row).update(state=State.SENT, done_at=timezone.now(), next_at=None, note="", target=target)


def _send(row: Delivery, contact: Contact | None, quiet: Hours, now: datetime) -> bytes | None:
    """Hand it to its channel; returns the keyed hash of the number of an SMS."""
    if contact is None:
        raise NotSent(NOBODY)
    message = row.message
    key = f"zhibu-{row.uid.hex}"
    if row.channel == MAIL:
        send_mail(contact.email, message.title, message.body, key, message.link)
        return None
    known = kinds.find(message.kind)
    urgent = known is not None and known.urgent
    if not urgent and (end := planning.quiet_until(now, quiet)) is not None:
        raise Postponed(end, "免打扰时间，过后再发")
    if row.channel == CHAT:
        send_chat(Said(contact.chat_name, message.title, message.body, message.link, key))
        return None
    text = sms_text(message.title, "" if known is not None and known.brief else message.body)
    return _send_sms(contact.mobile, text, key, urgent)


def _send_sms(mobile: str, text: str, key: str, urgent: bool) -> bytes:
    try:
        target = blind(sms.normal_number(mobile), "sms", 16)
        if not urgent:
            _check_limits(target)
        sms.send_sms(mobile, text, key)
    except sms.SmsError as error:
        later = error.temporary or isinstance(error, sms.SmsOff | sms.SmsMisconfigured)
        raise (TryLater if later else NotSent)(str(error)) from None
    return target


def _check_limits(target: bytes) -> None:
    local = localtime()
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Delivery.objects.system("daily limits").filter(channel=SMS, state=State.SENT, done_at__gte=today)
    tomorrow = (today + timedelta(days=1)).replace(hour=number("quiet_until"))
    if sent.filter(target=target).count() >= number("sms_per_number_a_day"):
        raise Postponed(tomorrow, "今天发给这个号码的短信已到上限，明天再发")
    if sent.count() >= number("sms_a_day"):
        raise Postponed(tomorrow, "今天的短信已到全平台上限，明天再发")


def give_up(row: Delivery, contact: Contact | None, why: str) -> None:
    """End a delivery; whoever nothing else reaches goes to the call list of the notice."""
    done = _mine(row).update(state=State.GIVEN_UP, done_at=timezone.now(), next_at=None, note=why[:200])
    message = row.message
    if not done or contact is None or contact.signs_in or message.notice_id is None:
        return
    known = kinds.find(message.kind)
    others = Delivery.objects.system("the outbox").filter(message_id=message.pk).exclude(pk=row.pk)
    reached = others.filter(state__in=[*OPEN, State.SENT]).exists()
    if known is not None and known.must_reach and not reached:
        call = Delivery(message_id=message.pk, channel=Delivery.Channel.CALL, state=State.TO_CALL, note=why[:200])
        Delivery.objects.bulk_create([call], ignore_conflicts=True)
