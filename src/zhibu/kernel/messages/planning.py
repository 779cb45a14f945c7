"""By which channels a message goes to whom: what the person chose, else the office, else the kind. Pure but for `choices`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from django.utils.timezone import localtime

from zhibu.kernel.messages import chat, mail, sms
from zhibu.kernel.messages.directory import Contact
from zhibu.kernel.messages.kinds import CALL, CHAT, MAIL, SMS, Kind
from zhibu.kernel.messages.models import MessageChoice, QuietHours
from zhibu.kernel.messages.numbers import number

#: the account id under which the office's own choice is kept
OFFICE = 0
Choices = Mapping[int, tuple[str, ...]]


def switched_on() -> frozenset[str]:
    """Return the channels this installation can use today."""
    return frozenset(name for name, on in ((SMS, sms.is_on()), (MAIL, mail.is_on()), (CHAT, chat.is_on())) if on)


def choices(kind: Kind, account_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return account id -> chosen channels, the office's under OFFICE; one query."""
    rows = MessageChoice.objects.filter(kind=kind.code, account_id__in=[OFFICE, *account_ids])
    return {account_id: tuple(channels) for account_id, channels in rows.values_list("account_id", "channels")}


def can_take(contact: Contact, channel: str) -> bool:
    """Tell whether the contact has what the channel needs."""
    if channel == SMS:
        return sms.may_get_sms(contact.mobile)
    return bool(contact.email if channel == MAIL else contact.chat_name and contact.signs_in)


def channels_for(contact: Contact, kind: Kind, chosen: Choices, on: frozenset[str], *, calls: bool) -> list[str]:
    """Return the channels beside the site. `calls`: an office stands behind it that can call whom nothing else reaches."""
    wanted = chosen.get(contact.account_id or -1)
    if wanted is None:
        wanted = chosen.get(OFFICE, kind.channels)
    found = [
        channel for channel in (SMS, MAIL, CHAT) if channel in wanted and channel in on and can_take(contact, channel)
    ]
    if not found and calls and kind.must_reach and not contact.signs_in:
        return [CALL]
    return found


def quiet_hours(account_ids: Iterable[int]) -> dict[int, tuple[time, time]]:
    """Return the hours of those accounts that chose their own."""
    rows = QuietHours.objects.filter(account_id__in=list(account_ids))
    return {row.account_id: (row.since, row.until) for row in rows}


def house_hours() -> tuple[time, time]:
    """Return from when until when nobody is disturbed unless they chose otherwise."""
    return time(number("quiet_from")), time(number("quiet_until"))


def quiet_until(now: datetime, hours: tuple[time, time]) -> datetime | None:
    """Return when the quiet hours end in which `now` lies, None outside of them. Equal ends mean no quiet hours."""
    since, until = hours
    local = localtime(now)
    at = local.time()
    inside = since <= at < until if since <= until else at >= since or at < until
    if not inside or since == until:
        return None
    end = local.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
