"""Meetings are drafted, changed and given up before anybody was told; items are put on the agenda."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.models import Meeting, Participant, PlanLine
from zhibu.apps.meetings.params import kinds, labels
from zhibu.apps.meetings.services.agenda import place_items
from zhibu.apps.meetings.services.saving import copied, saved
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.tree import under

COLUMNS = ("kind", "title", "starts_at", "ends_at", "place", "link", "host", "recorder", "words")


@dataclass(frozen=True)
class NewMeeting:
    """A meeting: who calls it, its kind, when and where; agenda: (title, reporter) of its items; together: further organisations."""

    organization: Any
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""
    link: str = ""
    host: Any = None
    recorder: Any = None
    words: str = ""
    agenda: Sequence[tuple[str, str]] = ()
    together: Sequence[Any] = ()
    plan_line: PlanLine | None = None


@dataclass(frozen=True)
class Edit:
    """What may be changed of a meeting nobody was told of yet."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    link: str
    host: Any
    recorder: Any
    words: str
    together: Sequence[Any] = ()


def create(act: Act, _: Any, data: NewMeeting) -> Meeting:
    """Draft a meeting. Raises Refused where its kind is not held by such an organisation, or its line is used already."""
    check_kind(data.organization, data.kind, data.starts_at)
    check_times(data.starts_at, data.ends_at)
    title = data.title.strip() or default_title(data.organization, data.kind, data.starts_at)
    values = {name: getattr(data, name) for name in COLUMNS if name != "title"}
    try:
        with transaction.atomic():
            meeting: Meeting = Meeting.objects.create(
                organization=data.organization,
                title=title,
                plan_line=data.plan_line,
                by_name=act.actor.name[:100],
                **values,
            )
    except IntegrityError as error:
        raise Refused("这条计划已经安排了会议", next_step="请打开那次会议修改。") from error
    place_items(meeting, data.agenda)
    hold_together(meeting, data.together)
    if data.plan_line is not None:
        PlanLine.objects.system("the line of a new meeting").filter(pk=data.plan_line.pk).update(used=True)
    act.log(meeting, summary=f"拟定{meeting.kind_label}：{title}（{_moment(meeting.starts_at)}）")
    return meeting


def from_line(act: Act, line: PlanLine, data: NewMeeting) -> Meeting:
    """Make a meeting of a line of the year plan."""
    return create(act, None, data)


def edit(act: Act, meeting: Meeting, data: Edit) -> Meeting:
    """Change a draft."""
    check_kind(meeting.organization, data.kind, data.starts_at)
    check_times(data.starts_at, data.ends_at)
    before = copied(meeting)
    for name in COLUMNS:
        setattr(meeting, name, getattr(data, name))
    Participant.objects.system("who holds a draft in hand", allow_delete=True).filter(meeting=meeting).delete()
    hold_together(meeting, data.together)
    return saved(act, meeting, f"修改{meeting.kind_label}：{meeting}", before, COLUMNS)


def check_kind(organization: Any, code: str, starts_at: datetime) -> rules.Kind:
    """Return the row of the kind in force on that day. Raises Refused where such an organisation does not hold it."""
    day = timezone.localdate(starts_at)
    if organization.founded_on is not None and day < organization.founded_on:
        raise Refused(
            f"{organization}成立于 {organization.founded_on.isoformat()}，会议不能在这以前", field="starts_at"
        )
    found = in_force(kinds(), day).get(code)
    if found is None:
        raise Refused(f"那一天没有“{labels().get(code, code)}”这一类会议", field="kind")
    if organization.kind not in found.at:
        raise Refused(
            f"{organization.get_kind_display()}不召开{found.label}",
            field="kind",
            article=found.source,
            next_step="请选择另一个类别。",
        )
    return found


def check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse a meeting in a year nobody plans yet, one that ends before it begins, or lasts longer than a day."""
    if too_far := rules.too_far(timezone.localdate(starts_at), timezone.localdate()):
        raise Refused(too_far, field="starts_at", next_step="请核对年份。")
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise Refused("结束时间应晚于开始时间", field="ends_at")
    if (ends_at - starts_at).total_seconds() > 86_400:
        raise Refused("一次会议不超过一天，请核对结束时间", field="ends_at")


def hold_together(meeting: Meeting, together: Sequence[Any]) -> None:
    """Write down who holds it together with who calls it; none twice, none inside another."""
    others = {one.pk: one for one in together if one.pk != meeting.organization_id}
    Participant.objects.bulk_create([Participant(meeting=meeting, organization=one) for one in others.values()])


def default_title(organization: Any, code: str, starts_at: datetime) -> str:
    """Return e.g. `东山支部 11 月主题党日`."""
    day = timezone.localdate(starts_at)
    return f"{organization} {day.month} 月{labels().get(code, code)}"[:100]


def below(organization: Any) -> Any:
    """Return the condition for what lies inside an organisation."""
    return under("path", [organization.path])


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
