"""The declared list of requests to reset second factors."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from zhibu.apps.accounts.models import FactorReset
from zhibu.apps.accounts.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register

TONES = {"open": "due", "done": "ok", "refused": "late"}


def resets(actor: Actor) -> "QuerySet[FactorReset]":
    """Return the visible requests."""
    rows: QuerySet[FactorReset] = FactorReset.objects.visible_to(actor, VIEW)
    return rows.select_related("account")


def tone(obj: FactorReset) -> str:
    """Return the colour of its state."""
    return TONES.get(obj.state, "plain")


def search(found: "QuerySet[FactorReset]", text: str, actor: Actor) -> "QuerySet[FactorReset]":
    """Keep requests by the account's name or user name."""
    return found.filter(Q(account__display_name__icontains=text) | Q(account__username__istartswith=text))


def context(request: HttpRequest, obj: FactorReset) -> dict[str, Any]:
    """Return the colour of its state."""
    return {"tone": tone(obj)}


register(
    Screen(
        slug="factor-resets",
        model="accounts.FactorReset",
        label="第二验证重置",
        permission=VIEW,
        rows=resets,
        order="-id",
        columns=(
            Column("account", "姓名", "account.display_name", primary=True),
            Column("username", "用户名", "account.username"),
            Column("reason", "事由", "reason"),
            Column("state", "状态", "get_state_display", kind="short", tone=tone),
            Column("requested_by", "申请人", "requested_by_name"),
            Column("requested_at", "申请时间", "requested_at", sort="requested_at", kind="date"),
            Column("decided_by", "办理人", "decided_by_name"),
            Column("decided_at", "办理时间", "decided_at", kind="date", where="export"),
        ),
        search=search,
        search_hint="姓名或用户名",
        record="zhibu.apps.accounts.console_resets.context",
        record_template="accounts/factor_reset.html",
        empty="没有重置申请。谁的手机和恢复码都丢了，打开他的账号，点“申请重置第二验证”。",
        section="账号与权限",
        icon="device-phone-mobile",
        position=84,
    )
)
