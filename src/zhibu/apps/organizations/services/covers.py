"""Covers: what a joint branch or a workstation looks after outside its own subtree."""

import copy
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.organizations import rules
from zhibu.apps.organizations.models import Cover, Organization
from zhibu.kernel.actions import Act, Refused, diff, naming
from zhibu.kernel.audit import Change


@dataclass(frozen=True)
class NewCover:
    """Input of `add`."""

    covered: Organization
    since: date


@dataclass(frozen=True)
class CoverEnd:
    """Input of `end`: the first day on which it is no longer covered."""

    on: date
    reason: str = ""


def add(act: Act, obj: Organization, data: NewCover) -> Cover:
    """Let an organisation look after another from a day on. More than five units of a joint branch only warn."""
    _refuse_wrong_pair(obj, data.covered)
    if data.since > localdate():
        raise Refused("起始日期不能晚于今天", field="since")
    existing = Cover.objects.system("covers of one organisation").filter(organization=obj, until__isnull=True)
    if existing.filter(covered=data.covered).exists():
        raise Refused(f"已经覆盖“{data.covered}”", field="covered")
    cover = Cover(organization=obj, covered=data.covered, since=data.since)
    cover.save(force_insert=True)
    obj.rev += 1
    obj.save(update_fields=["rev"])
    warnings = rules.joint_branch_size(rules.Kind(obj.kind), existing.count())
    note = f"（提示：{warnings[0].message}）" if warnings else ""
    changes = [
        Change(naming("covered", cover.covered), "覆盖的组织", "", str(cover.covered)),
        Change("since", "起", "", cover.since.isoformat()),
    ]
    act.log(obj, changes=changes, summary=f"{obj} 登记覆盖{note}", organization_id=obj.pk)
    return cover


def end(act: Act, obj: Cover, data: CoverEnd) -> Cover:
    """End a cover on a day (that day is no longer covered)."""
    if data.on < obj.since:
        raise Refused("结束日期早于起始日期", field="on")
    if data.on > localdate():
        raise Refused("结束日期不能晚于今天", field="on")
    before = copy.copy(obj)
    obj.until, obj.rev = data.on, obj.rev + 1
    obj.save(update_fields=["until", "rev"])
    organization = obj.organization
    gone = Change(naming("covered", obj.covered), "覆盖的组织", str(obj.covered), "")
    changes = [gone, *diff(before, obj, ["until"])]
    act.log(organization, changes=changes, summary=f"{organization} 结束覆盖", organization_id=organization.pk)
    return obj


def _refuse_wrong_pair(obj: Organization, covered: Organization) -> None:
    today = localdate()
    if covered.pk == obj.pk or covered.path.startswith(obj.path):
        raise Refused("不能覆盖自己或自己的下级", field="covered", next_step="下级组织本来就在范围之内，不必登记。")
    found = rules.covering(rules.Kind(obj.kind), rules.Kind(covered.kind))
    if found:
        raise Refused(found[0].message, field="covered", code=found[0].code)
    if not obj.is_open(today):
        raise Refused("这个组织已撤销")
    if not covered.is_open(today):
        raise Refused(f"“{covered}”已撤销", field="covered")
