"""Merging organisations into one, and splitting new ones off. History stays where it was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.organizations import rules
from zhibu.apps.organizations.events import (
    OrganizationDissolving,
    OrganizationMerged,
    OrganizationsChanged,
    OrganizationSplit,
    SplitPart,
)
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.organizations.permissions import RESTRUCTURE
from zhibu.apps.organizations.services.tree import insert, lock_tree, replant
from zhibu.kernel.actions import Act, Refused, naming
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish
from zhibu.kernel.rules.answers import Violation
from zhibu.kernel.scope import OutsideScope

#: new organisations of one split
MOST_PARTS = 4
#: organisations merged at once
MOST_SOURCES = 50


@dataclass(frozen=True)
class Merging:
    """Input of `merge`: what becomes part of the record acted on, from which day, and what becomes of the roles there."""

    sources: tuple[Organization, ...]
    on: date
    roles: str
    reason: str


@dataclass(frozen=True)
class NewPart:
    """One new organisation: its name, the children that go under it, the people who go there (keys of residents)."""

    name: str
    children: tuple[Organization, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Splitting:
    """Input of `split`: the new organisations, from which day, and whether the old one ends."""

    on: date
    reason: str
    close: bool = False
    parts: tuple[NewPart, ...] = field(default=())


def merge(act: Act, obj: Organization, data: Merging) -> Organization:
    """Make the sources part of `obj` from a day on: children, covers and (by subscribers) people and roles go there.

    The sources are dissolved that day with `merged_into`; their terms and posts end. It is not taken back.
    """
    lock_tree(wait=False)
    obj.refresh_from_db()
    sources = _sources(act, obj, data)
    for source in sources:
        _end_terms(source, data.on)
        _hand_over_covers(source, obj, data.on)
        for child in _open_children(source):
            replant(child, obj)
            _log_child(act, child, source, obj)
    ids = tuple(source.pk for source in sources)
    publish(OrganizationMerged(obj.pk, ids, data.on, data.roles, act.actor, data.reason))
    for source in sources:
        _close(act, source, data.on, into=obj)
        changes = [
            Change("dissolved_on", "撤销日期", "", data.on.isoformat()),
            Change(naming("merged_into", obj), "并入", "", str(obj)),
        ]
        act.log(source, changes=changes, summary=f"{source}并入其他组织", organization_id=source.pk)
    obj.rev += 1
    obj.save(update_fields=["rev"])
    changes = [Change(naming("merged_from", source), "并入的组织", "", str(source)) for source in sources]
    changes.append(Change("on", "合并日期", "", data.on.isoformat()))
    act.log(obj, changes=changes, summary=f"{len(sources)} 个组织并入{obj}", organization_id=obj.pk)
    publish(OrganizationsChanged((obj.pk, *ids)))
    return obj


def split(act: Act, obj: Organization, data: Splitting) -> Organization:
    """Split new organisations of the same kind off, beside the old one, with the children and people chosen for each."""
    lock_tree(wait=False)
    obj.refresh_from_db()
    parent = _parent_of_split(act, obj, data)
    allowed = {child.pk: child for child in _open_children(obj)}
    made, names = [], []
    for part in data.parts:
        new = insert(parent, {"kind": obj.kind, "name": part.name, "founded_on": data.on})
        new.split_from = obj
        new.save(update_fields=["split_from"])
        for child in part.children:
            if (fresh := allowed.pop(child.pk, None)) is None:
                raise Refused(f"“{child}”不是本组织的下级，或选了两次", next_step="请刷新页面后重新选择。")
            replant(fresh, new)
            _log_child(act, fresh, obj, new)
        made.append(SplitPart(new.pk, part.keys))
        names.append(Change(naming("split_into", new), "分设的组织", "", str(new)))
        change = Change(naming("split_from", obj), "由其分设", "", str(obj))
        founded = Change("founded_on", "成立日期", "", data.on.isoformat())
        act.log(new, changes=[change, founded], summary=f"分设{new}", organization_id=new.pk)
    publish(OrganizationSplit(obj.pk, tuple(made), data.on, data.close, act.actor, data.reason))
    if data.close:
        _end_terms(obj, data.on)
        _end_covers(obj, data.on)
        _close(act, obj, data.on)
    else:
        obj.rev += 1
        obj.save(update_fields=["rev"])
    words = "，原组织同日撤销" if data.close else ""
    names.append(Change("on", "分设日期", "", data.on.isoformat()))
    act.log(obj, changes=names, summary=f"{obj}分设 {len(made)} 个组织{words}", organization_id=obj.pk)
    publish(OrganizationsChanged((obj.pk, *(part.organization_id for part in made))))
    return obj


def _sources(act: Act, obj: Organization, data: Merging) -> list[Organization]:
    """Return the sources, locked and fresh, after every check."""
    if not 1 <= len(data.sources) <= MOST_SOURCES:
        raise Refused(f"请选择要并入的组织，一次最多 {MOST_SOURCES} 个", field="sources")
    rows = Organization.objects.system("sources of a merger").filter(pk__in=[one.pk for one in data.sources])
    sources = list(rows.select_for_update(of=("self",)).order_by("path"))
    _check_day(obj, data.on)
    for source in sources:
        if not act.actor.may(RESTRUCTURE, source.path):
            raise OutsideScope
        if source.parent_id is None:
            raise Refused("最高一级组织不能并入别的组织", field="sources")
        _refuse(rules.joining(rules.Kind(obj.kind), obj.path, rules.Kind(source.kind), source.path), "sources")
        _check_day(source, data.on)
    for above, below in pairwise(sources):  # by path: a subtree follows its top
        _refuse(rules.joining(rules.Kind(above.kind), above.path, rules.Kind(below.kind), below.path), "sources")
    return sources


def _parent_of_split(act: Act, obj: Organization, data: Splitting) -> Organization:
    if obj.parent is None:
        raise Refused("最高一级组织不能分设")
    if not 1 <= len(data.parts) <= MOST_PARTS:
        raise Refused("请填写新组织的名称", field="name_1")
    _check_day(obj, data.on)
    parent: Organization = Organization.objects.system("as it stands under the lock").get(pk=obj.parent_id)
    if not act.actor.may(RESTRUCTURE, parent.path):
        raise Refused("新组织要设在上级组织之下，而您不能调整上级组织", next_step="请由上级组织办理。")
    keys = [key for part in data.parts for key in part.keys]
    if len(keys) != len(set(keys)):
        raise Refused("同一个人选了两个去处", next_step="请刷新页面后重新选择。")
    return parent


def _check_day(organization: Organization, on: date) -> None:
    if on > localdate():
        raise Refused("日期不能晚于今天", field="on", next_step="请在当天或之后办理。")
    if not organization.is_open(localdate()):
        raise Refused(f"“{organization}”已撤销")
    if not organization.is_open(on):
        raise Refused(f"“{organization}”在这一天还没有成立", field="on")


def _open_children(obj: Organization) -> list[Organization]:
    rows = Organization.objects.system("children that go elsewhere").filter(parent=obj, dissolved_on__isnull=True)
    return list(rows.order_by("sort", "path"))


def _end_terms(source: Organization, on: date) -> None:
    for term in Term.objects.system("term of a closing organisation").filter(organization=source, closed_on=None):
        if term.since > on:
            raise Refused(f"“{source}”本届任期 {term.since} 才开始，晚于所填日期", field="on")
        term.closed_on, term.rev = on, term.rev + 1
        term.save(update_fields=["closed_on", "rev"])


def _covers_of(source: Organization) -> Iterable[Cover]:
    rows = Cover.objects.system("covers of a closing organisation").filter(
        Q(organization=source) | Q(covered=source), until__isnull=True
    )
    return list(rows.select_related("organization", "covered"))


def _end_covers(source: Organization, on: date) -> list[Cover]:
    ended = []
    for cover in _covers_of(source):
        if cover.since > on:
            raise Refused(f"“{source}”的覆盖关系 {cover.since} 才开始，晚于所填日期", field="on")
        cover.until, cover.rev = on, cover.rev + 1
        cover.save(update_fields=["until", "rev"])
        ended.append(cover)
    return ended


def _hand_over_covers(source: Organization, target: Organization, on: date) -> None:
    """End the covers of the source; the target takes them over where it has them not and they still make sense."""
    rows = Cover.objects.system("covers of a merger")
    for cover in _end_covers(source, on):
        coverer = target if cover.organization_id == source.pk else cover.organization
        covered = target if cover.covered_id == source.pk else cover.covered
        inside = covered.path.startswith(coverer.path)
        if inside or rows.filter(organization=coverer, covered=covered, until__isnull=True).exists():
            continue
        Cover.objects.create(organization=coverer, covered=covered, since=on)


def _close(act: Act, source: Organization, on: date, into: Organization | None = None) -> None:
    """Dissolve, once everybody who still has something open there agrees."""
    publish(OrganizationDissolving(source.pk, on, act.actor, act.reason))
    if _open_children(source):
        raise Refused(f"“{source}”还有下级组织没有去处", next_step="请为每个下级组织选择去处，或保留原组织。")
    source.dissolved_on, source.merged_into, source.ended_with, source.rev = on, into, {}, source.rev + 1
    source.save(update_fields=["dissolved_on", "merged_into", "ended_with", "rev"])


def _log_child(act: Act, child: Organization, old: Organization, new: Organization) -> None:
    change = Change(naming("parent", old, new), "上级组织", str(old), str(new))
    act.log(child, changes=[change], summary=f"{child}随上级调整", organization_id=child.pk)


def _refuse(violations: list[Violation], field: str) -> None:
    if violations:
        raise Refused(violations[0].message, field=field, code=violations[0].code)
