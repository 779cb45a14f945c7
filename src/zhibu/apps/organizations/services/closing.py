"""Dissolving an organisation, and taking a dissolution back."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.timezone import localdate

from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationsChanged
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.organizations.services.tree import lock_tree
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish


@dataclass(frozen=True)
class Dissolution:
    """Input of `dissolve`: the first day on which the organisation no longer exists, and why."""

    on: date
    reason: str


@dataclass(frozen=True)
class Reopening:
    """Input of `reopen`."""

    reason: str


def dissolve(act: Act, obj: Organization, data: Dissolution) -> Organization:
    """Dissolve an organisation that has no open children and nobody left in it; its term and covers end with it.

    Whoever still has something open there (people, accounts) forbids it through `OrganizationDissolving`.
    """
    lock_tree(wait=False)
    if obj.parent_id is None:
        raise Refused("最高一级组织不能撤销")
    if data.on > localdate():
        raise Refused("撤销日期不能晚于今天", field="on", next_step="请在撤销当天或之后办理。")
    if obj.founded_on and data.on < obj.founded_on:
        raise Refused("撤销日期早于成立日期", field="on")
    _refuse_open_children(obj)
    publish(OrganizationDissolving(obj.pk, data.on, act.actor, data.reason))
    ended = _end_belongings(obj, data.on)
    obj.dissolved_on, obj.rev = data.on, obj.rev + 1
    obj.save(update_fields=["dissolved_on", "ended_with", "rev"])
    changes = [Change("dissolved_on", "撤销日期", "", data.on.isoformat())]
    act.log(obj, changes=changes, summary=f"撤销{obj}{ended}", organization_id=obj.pk)
    publish(OrganizationsChanged((obj.pk, obj.parent_id)))
    return obj


def reopen(act: Act, obj: Organization, data: Reopening) -> Organization:
    """Take a dissolution back: the organisation is open again, with the term and covers that had ended that day."""
    lock_tree(wait=False)
    if obj.merged_into_id is not None:
        raise Refused("这个组织已并入别的组织，不能恢复", next_step="需要重新设立的，请新建组织，或办理分设。")
    if obj.parent is not None and not obj.parent.is_open(localdate()):
        raise Refused(f"上级“{obj.parent}”已撤销", next_step="请先恢复上级组织。")
    if obj.dissolved_on is None:
        raise Refused("这个组织没有撤销")
    day = obj.dissolved_on
    _restore_belongings(obj)
    obj.dissolved_on, obj.ended_with, obj.rev = None, {}, obj.rev + 1
    obj.save(update_fields=["dissolved_on", "ended_with", "rev"])
    changes = [Change("dissolved_on", "撤销日期", day.isoformat(), "")]
    act.log(obj, changes=changes, summary=f"恢复{obj}", organization_id=obj.pk)
    assert obj.parent_id is not None  # the root is never dissolved
    publish(OrganizationsChanged((obj.pk, obj.parent_id)))
    return obj


def _refuse_open_children(obj: Organization) -> None:
    children = Organization.objects.system("open children").filter(parent=obj, dissolved_on__isnull=True)
    names = [str(child) for child in children.order_by("sort", "path")[:4]]
    if names:
        listed = "、".join(names[:3]) + ("等" if len(names) > 3 else "")
        raise Refused(f"下面还有未撤销的组织：{listed}", next_step="请先撤销它们或移到别处。", code="children")


def _end_belongings(obj: Organization, on: date) -> str:
    """End the open term and covers, remember which on `obj`; return words for the audit line."""
    terms = Term.objects.system("dissolution").filter(organization=obj, closed_on__isnull=True)
    covers = Cover.objects.system("dissolution").filter(Q(organization=obj) | Q(covered=obj), until__isnull=True)
    begun = [*terms.values_list("since", flat=True), *covers.values_list("since", flat=True)]
    if begun and max(begun) > on:
        message = f"本届任期或覆盖关系 {max(begun)} 才开始，晚于撤销日期"
        raise Refused(message, field="on", next_step="请核对撤销日期，或先更正任期和覆盖关系。")
    ended = {"terms": list(terms.values_list("pk", flat=True)), "covers": list(covers.values_list("pk", flat=True))}
    terms.update(closed_on=on, rev=F("rev") + 1)
    covers.update(until=on, rev=F("rev") + 1)
    obj.ended_with = ended
    parts = ["本届任期随之结束"] if ended["terms"] else []
    parts += [f"{len(ended['covers'])} 条覆盖关系随之结束"] if ended["covers"] else []
    return f"（{'，'.join(parts)}）" if parts else ""


def _restore_belongings(obj: Organization) -> None:
    """Open again what had ended with the dissolution, unless it was changed since or the other side is gone."""
    day, ended = obj.dissolved_on, obj.ended_with
    terms = Term.objects.system("reopening").filter(pk__in=ended.get("terms", []), closed_on=day)
    terms.update(closed_on=None, rev=F("rev") + 1)
    covers = Cover.objects.system("reopening").filter(pk__in=ended.get("covers", []), until=day)
    for cover in covers.select_related("organization", "covered"):
        other = cover.covered if cover.organization_id == obj.pk else cover.organization
        if other.dissolved_on is None:
            cover.until, cover.rev = None, cover.rev + 1
            cover.save(update_fields=["until", "rev"])
