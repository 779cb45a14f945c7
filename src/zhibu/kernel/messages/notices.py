"""`publish`: a notice of an office to many people, with everything the office will want to know afterwards."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from zhibu.kernel.actor import Actor
from zhibu.kernel.messages import queries
from zhibu.kernel.messages.models import Message, Notice
from zhibu.kernel.messages.telling import tell


def publish(
    actor: Actor,
    organization: Any,
    people: Iterable[Any],
    *,
    title: str,
    key: str,
    kind: str = "notice",
    body: str = "",
    link: str = "",
    audience: str = "",
) -> Notice:
    """Tell many people something in the name of an office, once for every `key`; returns the notice (the first one's).

    Who may be told is the caller's to see to. The audit line is the caller's, too.
    """
    fields: dict[str, Any] = {"kind": kind, "title": title.strip()[:100], "body": body.strip()[:2000], "link": link}
    by = {"by_account_id": actor.account_id, "by_name": actor.name[:100]}
    try:
        with transaction.atomic():
            notice: Notice = Notice.objects.create(
                key=key, organization=organization, audience=audience[:200], **fields, **by
            )
    except IntegrityError:
        known: Notice = Notice.objects.system("told before").get(key=key)
        return known
    words: Any = fields  # spread, the strict types take them for numbers
    told = tell(people, key=f"n{notice.pk}", sender=str(organization), notice=notice, **words)
    notice.recipients = told.count
    notice.save(update_fields=["recipients"])
    return notice


def seen(actor: Actor, notice_id: int | None) -> None:
    """Remember that whoever asks has read what a notice told them: they came upon it elsewhere than among the messages."""
    waiting = Message.objects.own(actor).filter(notice=notice_id, read_at__isnull=True) if notice_id else None
    if waiting is not None and waiting.exists():
        waiting.update(read_at=now())
        vars(actor).pop(queries.MEMO, None)
