"""Reads: the bell, one's own messages, what became of a notice."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhibu.kernel.actor import Actor
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.prepared import HOLES, Prepared, prepare

#: nobody counts further; shown as 99+
BELL_CAP = 100
MEMO = "_messages_unread"


def own(actor: Actor) -> "QuerySet[Message]":
    """Return one's own messages, newest first."""
    rows: QuerySet[Message] = Message.objects.own(actor).order_by("-id")
    return rows


def unread(actor: Actor) -> int:
    """Return how many unread messages there are, at most BELL_CAP; one query a request, however often it is drawn."""
    if actor.account_id is None:
        return 0
    kept = vars(actor)  # as functools.cached_property does on the frozen actor
    if MEMO not in kept:
        person = actor.person_id
        numbers = (actor.account_id,) if person is None else (actor.account_id, person)
        kept[MEMO] = _unread(person is not None).count(*numbers)
    return int(kept[MEMO])


@lru_cache(maxsize=2)
def _unread(has_person: bool) -> Prepared:
    account, person, *_ = HOLES
    rows = own(Actor(account_id=account, person_id=person if has_person else None))
    return prepare(rows.filter(read_at__isnull=True).order_by().values_list("pk")[:BELL_CAP])


@dataclass(frozen=True)
class Figures:
    """What became of a notice: how many were told, read it in the site, and each channel's deliveries by state."""

    told: int
    read: int
    by: dict[tuple[str, str], int]

    def of(self, channel: str, *states: str) -> int:
        """Return how many deliveries of a channel are in one of the states (all states when none are named)."""
        return sum(n for (name, state), n in self.by.items() if name == channel and (not states or state in states))

    @property
    def troubled(self) -> int:
        """How many SMS, mails and chats did not go out."""
        states = (Delivery.State.FAILED, Delivery.State.GIVEN_UP)
        return sum(self.of(channel, *states) for channel in ("sms", "mail", "chat"))

    @property
    def to_call(self) -> int:
        """How many wait for a telephone call."""
        return self.of("call", Delivery.State.TO_CALL, Delivery.State.PRINTED, Delivery.State.NOT_REACHED)


def figures(notice: Notice) -> Figures:
    """Return the figures of a visible notice; two queries."""
    messages = Message.objects.system("figures of a visible notice").filter(notice=notice)
    told = messages.aggregate(told=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
    rows = Delivery.objects.system("figures of a visible notice").filter(message__notice=notice).order_by()
    by: Counter[Any] = Counter()
    for channel, state, number in rows.values_list("channel", "state").annotate(n=Count("pk")):
        by[channel, state] = number
    return Figures(told["told"], told["read"], dict(by))
