"""The rows of the inbox, the most urgent first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.kernel.actions.declare import Action
from zhibu.kernel.actor import Actor
from zhibu.kernel.inbox.counting import CAP, counts, waiting

Urgency = Literal["late", "due", "info"]
#: from so many days before its day on, a thing is urgent
DUE_DAYS = 30


@dataclass(frozen=True)
class InboxItem:
    """One thing to do: `url` is the page of the action on the record; `due` is the day by which, if there is one."""

    action: Action
    obj: Any
    title: str
    detail: str
    due: date | None
    urgency: Urgency
    state: str
    url: str


def urgency_of(due: date | None, today: date) -> tuple[Urgency, str]:
    """Return how urgent a day is, and the words for it."""
    if due is None:
        return "info", "待办"
    days = (due - today).days
    if days < 0:
        return "late", f"逾期 {-days} 天"
    if days == 0:
        return "due", "今天到期"
    if days <= DUE_DAYS:
        return "due", f"还剩 {days} 天"
    return "info", f"{due.isoformat()} 到期"


def items(
    actor: Actor,
    limit: int = CAP,
    *,
    only: str = "",
    known: Mapping[str, int] | None = None,
    today: date | None = None,
) -> list[InboxItem]:
    """Return what waits for the actor, at most `limit` rows, overdue ones first, those without a day last.

    only: the code of one action; known: the result of `counts`, if the caller has it (actions without rows are not
    asked again). Each action gives its `limit` nearest rows by its inbox's `order`.
    """
    today = today or localdate()
    known = counts(actor, today) if known is None else known
    found: list[InboxItem] = []
    for action, rows in waiting(actor, today):
        if action.code not in known or (only and action.code != only) or action.inbox is None:
            continue
        if action.inbox.related:
            rows = rows.select_related(*action.inbox.related)
        found += [_item(action, obj, today) for obj in rows.order_by(*action.inbox.order, "pk")[:limit]]
    found.sort(key=lambda item: (item.due is None, item.due or date.max))
    return found[:limit]


def _item(action: Action, obj: Any, today: date) -> InboxItem:
    inbox: Any = action.inbox
    due = inbox.due(obj)
    urgency, state = urgency_of(due, today)
    url = inbox.url(obj) if inbox.url else reverse("action-on", args=[action.code, obj.uid])
    return InboxItem(action, obj, inbox.title(obj), inbox.detail(obj), due, urgency, state, url)
