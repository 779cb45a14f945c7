"""The list of notices an office has sent, and what became of each."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from zhibu.apps.notices.permissions import SEND
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.messages import kinds, planning
from zhibu.kernel.messages.models import Delivery, Message, Notice
from zhibu.kernel.messages.queries import figures
from zhibu.kernel.tree import under

#: names shown of those whom nothing went out to; the rest is counted
SHOWN = 50
State = Delivery.State


def rows(actor: Actor) -> "QuerySet[Notice]":
    """Return the notices of the offices for which the actor sends."""
    found: QuerySet[Notice] = Notice.objects.visible_to(actor, SEND).select_related("organization")
    return found


def matching(found: "QuerySet[Notice]", text: str, actor: Actor) -> "QuerySet[Notice]":
    """Keep notices by words of the title or by who sent them."""
    return found.filter(Q(title__icontains=text) | Q(by_name__icontains=text))


class OfficeFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """Those sent by an organisation or by what lies under it."""

    field_class = OrganizationField

    def filter(self, qs: "QuerySet[Notice]", value: Any) -> "QuerySet[Notice]":
        """Keep the notices of the subtree."""
        return qs if value is None else qs.filter(under("organization__path", (value.path,)))


class NoticeFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of the list."""

    organization = OfficeFilter(label="发出单位（含下级）", empty_label="全部单位")

    class Meta:
        model = Notice
        fields: list[str] = []


def context(request: HttpRequest, notice: Notice) -> dict[str, Any]:
    """Return the figures of delivery, and by name those who were not reached."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = figures(notice)
    failed = Delivery.objects.system("deliveries of a notice within reach").filter(
        message__notice=notice, channel__in=("sms", "mail", "chat"), state__in=(State.GIVEN_UP, State.FAILED)
    )
    visible = Person.objects.visible_to(actor, SEND)
    named = failed.filter(message__person__in=visible.order_by().values("pk")).select_related("message__person")
    return {
        "found": found,
        "channels": _channels(found),
        "held_until": _held_until(found),
        "failed": list(named.order_by("id")[:SHOWN]),
        "more_failed": max(0, found.troubled - SHOWN),
        "calls": found.to_call + found.of("call", State.TOLD),
        "calls_url": reverse("notice-calls", args=[notice.uid]),
        "may_open": notice.by_account_id == actor.account_id or _is_told(actor, notice),
    }


def _is_told(actor: Actor, notice: Notice) -> bool:
    """Tell whether the notice is for the actor, too: its page answers them; others who may send may know nothing of it."""
    found: bool = Message.objects.own(actor).filter(notice=notice).exists()
    return found


def _held_until(found: Any) -> datetime | None:
    """Return when those that wait for the end of the quiet hours go out, None when none does."""
    waiting = found.of("sms", State.WAITING) or found.of("chat", State.WAITING)
    return planning.quiet_until(timezone.now(), planning.house_hours()) if waiting else None


def _channels(found: Any) -> list[dict[str, Any]]:
    """Return one line a channel: how many by state, in the words of the office."""
    lines = []
    for code, label in kinds.CHANNELS.items():
        if found.of(code):
            lines.append(
                {
                    "label": label,
                    "total": found.of(code),
                    "done": found.of(code, State.SENT),
                    "open": found.of(code, State.WAITING, State.FAILED),
                    "failed": found.of(code, State.GIVEN_UP),
                }
            )
    if found.of("call"):
        lines.append(
            {
                "label": "电话",
                "total": found.of("call"),
                "done": found.of("call", State.TOLD),
                "open": found.of("call", State.TO_CALL, State.PRINTED),
                "failed": found.of("call", State.NOT_REACHED),
            }
        )
    return lines


register(
    Screen(
        slug="notices",
        model="kernel.Notice",
        label="通知",
        permission=SEND,
        rows=rows,
        order="-created_at",
        columns=(
            Column("title", "标题", "title", sort="title", primary=True),
            Column("organization", "发出单位", "organization"),
            Column("recipients", "人数", "recipients", sort="recipients", kind="number"),
            Column("audience", "发给谁", "audience", phone=False),
            Column("created_at", "发出时间", "created_at", sort="created_at", kind="date"),
            Column("by_name", "经办人", "by_name", phone=False),
        ),
        search=matching,
        search_hint="标题、经办人",
        filterset="zhibu.apps.notices.console.NoticeFilter",
        head=("messages.notice.send",),
        record="zhibu.apps.notices.console.context",
        record_template="notices/record.html",
        empty="还没有发过通知。点“发通知”，可以发给一个组织的全部人员，也可以在人员名单里勾选。",
        section="消息",
        icon="megaphone",
        position=60,
    )
)
