"""Sending a notice, sending again what did not go out, and handing over to the telephone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.messages.models import OPEN, Delivery, Message, Notice
from zhibu.kernel.messages.telling import wake

State = Delivery.State
OUTWARD = ("sms", "mail", "chat")


@dataclass(frozen=True)
class NewNotice:
    """A notice to be sent; `people` are ids within the sender's reach."""

    office: Any
    title: str
    body: str
    people: tuple[int, ...]
    audience: str
    key: str


def send(act: Act, obj: None, data: NewNotice) -> Notice:
    """Tell the people in the name of the office."""
    notice = messages.publish(
        act.actor, data.office, data.people, title=data.title, body=data.body, audience=data.audience, key=data.key
    )
    act.log(notice, summary=f"发通知“{notice.title}”给 {notice.recipients} 人（{notice.audience}）")
    return notice


def _of(notice: Notice) -> Any:
    return Delivery.objects.system("deliveries of a notice within reach").filter(message__notice=notice)


def retry(act: Act, notice: Notice, data: None) -> Notice:
    """Send again what was given up or waits for another try."""
    rows = _of(notice).filter(channel__in=OUTWARD, state__in=(State.GIVEN_UP, State.FAILED))
    count = rows.update(state=State.WAITING, attempts=0, next_at=timezone.now(), done_at=None, note="")
    if not count:
        raise Refused("没有需要重新发送的短信或邮件")
    wake()
    act.log(notice, summary=f"重新发送通知“{notice.title}”：{count} 条")
    return notice


@dataclass(frozen=True)
class ToCalls:
    """whom: "failed", or "unread" for those as well who have not read it in the site."""

    whom: str


def to_calls(act: Act, notice: Notice, data: ToCalls) -> Notice:
    """Put people on the call list; what still waits for them is not sent any more."""
    troubled = _of(notice).filter(channel__in=OUTWARD, state__in=(State.GIVEN_UP, State.FAILED, State.WAITING))
    wanted = Q(Exists(troubled.filter(message_id=OuterRef("pk"))))
    if data.whom == "unread":
        wanted |= Q(read_at__isnull=True)
    called = _of(notice).filter(channel="call", message_id=OuterRef("pk"))
    rows = Message.objects.system("messages of a notice within reach").filter(wanted, notice=notice)
    ids = list(rows.exclude(Exists(called)).values_list("pk", flat=True))
    if not ids:
        raise Refused("没有需要改为电话通知的人", next_step="他们已在电话通知单上，或已经收到。")
    waiting = _of(notice).filter(channel__in=OUTWARD, state__in=OPEN, message_id__in=ids)
    waiting.update(state=State.GIVEN_UP, next_at=None, done_at=timezone.now(), note="已改为电话通知")
    Delivery.objects.bulk_create(Delivery(message_id=pk, channel="call", state=State.TO_CALL) for pk in ids)
    act.log(notice, summary=f"通知“{notice.title}”有 {len(ids)} 人改为电话通知")
    return notice
