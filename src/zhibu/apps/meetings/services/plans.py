"""The plan of a year: generated from what is prescribed, changed, lines moved or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.models import PlanLine
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.services.saving import copied
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.act import diff
from zhibu.kernel.calendar.dated import in_force


@dataclass(frozen=True)
class Generate:
    """The plan of a year for an organisation: which kinds, the fixed day of 主题党日, groups below as well."""

    organization: Any
    year: int
    kinds: Sequence[str]
    party_day: int = 15
    groups: Sequence[Any] = ()


@dataclass(frozen=True)
class Line:
    """A line by hand."""

    organization: Any
    kind: str
    on: date
    title: str = ""


@dataclass(frozen=True)
class MoveLine:
    """The line on another day, or under another title."""

    on: date
    title: str = ""


def generate(act: Act, _: Any, data: Generate) -> PlanLine:
    """Write the lines of a year; what stands in the plan already is not written again. Raises Refused where nothing is new."""
    if too_far := rules.too_far(date(data.year, 1, 1), localdate()):
        raise Refused(too_far, field="year")
    made: list[PlanLine] = []
    for organization in (data.organization, *data.groups):
        rows = PlanLine.objects.system("plan of an organisation in hand").filter(
            organization=organization, year=data.year
        )
        known = {(line.kind, line.on.month) for line in rows}
        lines = rules.year_plan(kinds(), organization.kind, data.year, data.kinds, data.party_day)
        new = [line for line in lines if (line.kind, line.on.month) not in known]
        made += PlanLine.objects.bulk_create(
            [PlanLine(organization=organization, year=data.year, kind=one.kind, on=one.on) for one in new]
        )
        if new:
            act.log(
                organization, organization_id=organization.pk, summary=f"生成 {data.year} 年组织生活计划：{len(new)} 项"
            )
    if not made:
        raise Refused(
            f"{data.year} 年的计划里已经都有了",
            field="kinds",
            next_step="需要增加的，请用“增加计划”逐项增加；要改的，打开那一项修改。",
        )
    first = made[0]
    first.landing = f"{reverse('meeting-plans')}?year={data.year}&below={data.organization.uid}"
    return first


def add(act: Act, _: Any, data: Line) -> PlanLine:
    """Add a line."""
    if too_far := rules.too_far(data.on, localdate()):
        raise Refused(too_far, field="on")
    found = in_force(kinds(), data.on).get(data.kind)
    if found is None or data.organization.kind not in found.at:
        raise Refused("这个党组织不召开这一类会议", field="kind")
    line: PlanLine = PlanLine.objects.create(
        organization=data.organization, year=data.on.year, kind=data.kind, on=data.on, title=data.title
    )
    act.log(line, summary=f"增加计划：{line}（{line.kind_label}）")
    return line


def move(act: Act, line: PlanLine, data: MoveLine) -> PlanLine:
    """Put a line on another day of its year."""
    if data.on.year != line.year:
        raise Refused(f"这是 {line.year} 年的计划，请选择当年的日期", field="on")
    before = copied(line)
    line.on, line.title = data.on, data.title
    line.rev += 1
    line.save()
    act.log(line, changes=diff(before, line, ("on", "title")), summary=f"调整计划：{line}")
    return line


def drop(act: Act, line: PlanLine, data: Why) -> PlanLine:
    """Drop a line with its reason; it stays to be read."""
    line.dropped_why = data.reason or "不再召开"
    line.rev += 1
    line.save()
    act.log(line, summary=f"取消计划：{line}")
    return line


def restore(act: Act, line: PlanLine, data: Any) -> PlanLine:
    """Put a dropped line back."""
    line.dropped_why = ""
    line.rev += 1
    line.save()
    act.log(line, summary=f"恢复计划：{line}")
    return line
