"""Which channels the office uses for each kind of message, and what one person chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction

from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages import kinds
from zhibu.kernel.messages.models import MessageChoice, QuietHours
from zhibu.kernel.messages.planning import OFFICE

TYPE = "kernel.MessageChoice"


@dataclass(frozen=True)
class Defaults:
    """kind -> channels."""

    channels: Mapping[str, tuple[str, ...]]


def chosen_by(account_id: int) -> dict[str, tuple[str, ...]]:
    """Return kind -> channels an account chose."""
    rows = MessageChoice.objects.filter(account_id=account_id)
    return {kind: tuple(channels) for kind, channels in rows.values_list("kind", "channels")}


def office_choices() -> dict[str, tuple[str, ...]]:
    """Return kind -> channels the office chose."""
    return chosen_by(OFFICE)


def words(channels: Any) -> str:
    """Return channels in Chinese; in the site always."""
    return "、".join(["站内", *(label for code, label in kinds.CHANNELS.items() if code in channels)])


def _store(account_id: int, wanted: Mapping[str, tuple[str, ...]]) -> list[audit.Change]:
    before = {**(office_choices() if account_id else {}), **chosen_by(account_id)}
    changes = []
    for kind in kinds.all_kinds():
        if kind.code not in wanted:
            continue
        new = tuple(channel for channel in kinds.CHANNELS if channel in wanted[kind.code])
        old = before.get(kind.code, kind.channels)
        if set(new) == set(old):
            continue
        MessageChoice.objects.update_or_create(account_id=account_id, kind=kind.code, defaults={"channels": list(new)})
        changes.append(audit.Change(kind.code, kind.label, words(old), words(new)))
    return changes


def set_defaults(act: Act, obj: None, data: Defaults) -> None:
    """Set the office's channels."""
    changes = _store(OFFICE, data.channels)
    if not changes:
        raise Refused("没有改动")
    audit.record(
        act.actor, act.code, summary="设置各类消息的发送途径", object_type=TYPE, object_id=str(OFFICE), changes=changes
    )
    act.logged += 1


def set_own(actor: Actor, channels: Mapping[str, tuple[str, ...]], quiet: tuple[time, time] | None) -> None:
    """Set one's own channels and quiet hours (None: those of the house)."""
    assert actor.account_id is not None
    with transaction.atomic():
        changes = _store(actor.account_id, channels)
        before = QuietHours.objects.filter(account_id=actor.account_id).first()
        old, new = str(before or "平台统一"), f"{quiet[0]:%H:%M}–{quiet[1]:%H:%M}" if quiet else "平台统一"
        if old != new:
            changes.append(audit.Change("quiet", "免打扰时间", old, new))
            QuietHours.objects.filter(account_id=actor.account_id).delete()
            if quiet:
                QuietHours.objects.create(account_id=actor.account_id, since=quiet[0], until=quiet[1])
        if changes:
            audit.record(
                actor, "messages.own_settings", summary="修改本人的消息设置", object_type=TYPE,
                object_id=str(actor.account_id), changes=changes,
            )  # fmt: skip
