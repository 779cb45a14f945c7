"""What was told on each side: a notice with messages, deliveries by every channel and calls in every state."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhibu.kernel.messages.models import Delivery, Message, MessageChoice, Notice

if TYPE_CHECKING:
    from tests.matrix.world import Side


def tell(side: "Side", accounts: dict[str, Any]) -> None:
    """Make the notice of a side, told to its people and to the accounts that look at this side."""
    notice = Notice.objects.create(
        key=f"{side.code}-notice",
        kind="notice",
        title=f"{side.word}通知",
        body=f"{side.word}正文",
        organization=side.unit,
        audience=f"{side.word}收件人",
        recipients=len(side.people),
        by_name=f"{side.word}经办",
    )
    side.keep(notice)
    ways = [
        ("call", "to_call"),
        ("sms", "given_up"),
        ("mail", "sent"),
        ("call", "told"),
        ("call", "printed"),
        ("chat", "failed"),
    ]
    for n, person in enumerate(side.people):
        message = _message(side, f"{side.code}-{n}", person=person, notice=notice)
        channel, state = ways[n % len(ways)]
        done = timezone.now() if state in ("told", "sent") else None
        side.keep(
            Delivery.objects.create(
                message=message,
                channel=channel,
                state=state,
                done_at=done,
                done_by=f"{side.word}人",
                note=f"{side.word}说明",
            )
        )
    MessageChoice.objects.create(account_id=side.accounts[0].pk, kind="notice", channels=[side.word])
    for role, account in accounts.items():
        _message(side, f"{side.code}-own-{role}", account_id=account.pk, link="/inbox/")


def _message(side: "Side", key: str, **whose: Any) -> Message:
    made = Message.objects.create(
        key=key,
        kind="notice",
        title=f"{side.word}消息",
        body=f"{side.word}消息正文",
        sender=f"{side.word}单位",
        **whose,
    )
    side.keep(made)
    return made
