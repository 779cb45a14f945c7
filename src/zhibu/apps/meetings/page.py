"""What the page of a meeting shows to who runs it or may look at it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime

from zhibu.apps.meetings import queries, rules
from zhibu.apps.meetings.models import (
    Attendance,
    AttendanceState,
    Leave,
    Meeting,
    Paper,
    Participant,
    PlanLine,
    Standing,
    State,
    Study,
)
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.permissions import MANAGE
from zhibu.apps.people.queries import within_reach
from zhibu.apps.voting.models import Roll
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.ui.parts import Fact

#: names of those who have not read a notice that the page shows
NAMED = 12
DRAFT_VOTE = "voting.motion.draft"
NEXT = {
    State.PLANNED: "核对时间、地点和议题后，点“通知开会”：定下名单，通知名单上的每个人。",
    State.CALLED: "到时候点“宣布开会”。开会前两小时起可以在“签到台”刷卡、在“大屏”扫码签到。",
    State.UNDER_WAY: "可以继续签到、表决、写议定事项和会议记录；开完点“散会”。",
}


def show(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Return the context of the page of a meeting; a constant number of queries."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_manage = actor.may(MANAGE, meeting.organization.path)
    context: dict[str, Any] = {
        "facts": _facts(meeting), "sharing": _sharing(meeting), "may_manage": may_manage, "live": meeting.state in (State.CALLED, State.UNDER_WAY),
        "next_step": NEXT.get(State(meeting.state), "") if may_manage else "", "quorum": queries.quorum_words(meeting),
        "agenda": _agenda(actor, meeting), "people": _people(actor, meeting, may_manage), "papers": _papers(actor, meeting),
    }  # fmt: skip
    versions = list(meeting.minutes.system("minutes of a visible meeting").order_by("-number"))
    context |= {"minutes": versions[0] if versions else None, "older": versions[1:]}
    return context | _counted(meeting) | _told(meeting) | _votes(actor, meeting)


def _facts(meeting: Meeting) -> list[Fact]:
    ends = f" 至 {localtime(meeting.ends_at):%H:%M}" if meeting.ends_at else ""
    rule = meeting.rule
    facts = [
        Fact("时间", f"{localtime(meeting.starts_at):%Y-%m-%d %H:%M}{ends}"), Fact("地点", meeting.place),
        Fact("召集", meeting.organization), Fact("主持人", meeting.host), Fact("记录人", meeting.recorder),
        Fact("线上会议", "进入线上会场" if meeting.link else None, url=meeting.link),
        Fact("年度计划", meeting.plan_line, url=meeting.plan_line.get_absolute_url() if meeting.plan_line else ""),
        Fact("规定", f"{rule.frequency}（{rule.source}）" if rule and rule.every else None), Fact("召集和主持", rule.calls if rule else ""),
        Fact("会议要求", meeting.words, wide=True), Fact("经办人", meeting.by_name),
    ]  # fmt: skip
    return [fact for fact in facts if not fact.absent]


def _sharing(meeting: Meeting) -> list[str]:
    rows = Participant.objects.system("who holds a visible meeting").filter(meeting=meeting).order_by("pk")
    return [str(row.organization) for row in rows.select_related("organization")]


def _counted(meeting: Meeting) -> dict[str, Any]:
    if meeting.state in (State.PLANNED, State.CANCELLED):
        return {}
    rule = meeting.rule
    figures = queries.figures(meeting, remote=bool(rule and rule.remote))
    return {"figures": figures, "count": rules.count(rule, figures.entitled, figures.present)}


def _told(meeting: Meeting) -> dict[str, Any]:
    """Return how many were told and have read it, and some of those who have not."""
    if meeting.notice_id is None:
        return {"told": None}
    read = queries.readers(meeting)
    waiting = [person for person, at in read.items() if at is None]
    rows = (
        Attendance.objects.system("the list of a visible meeting")
        .filter(meeting=meeting, person__in=waiting)
        .order_by("place")
    )
    names = list(rows.values_list("name", flat=True)[: NAMED + 1])
    return {
        "told": len(read),
        "read": len(read) - len(waiting),
        "unread": names[:NAMED],
        "unread_more": len(names) > NAMED,
    }


def _votes(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    if meeting.roll_id is None:
        return {}
    seen = Roll.objects.visible_to(actor).filter(pk=meeting.roll_id, is_void=False).first()
    draft = ""
    if seen is not None and meeting.is_live and any(act.code == DRAFT_VOTE for act in actions.available(actor, seen)):
        draft = reverse("action-on", args=[DRAFT_VOTE, seen.uid])
    votes = queries.motions(meeting) if seen is not None else []
    return {"votes": votes, "roll_url": seen.get_absolute_url() if seen else "", "draft_url": draft}


def _agenda(actor: Actor, meeting: Meeting) -> list[tuple[Any, list[Any]]]:
    """Return the items, each with the acts the actor may perform on it now; they depend on the meeting alone."""
    rows = list(meeting.agenda.system("agenda of a visible meeting").filter(withdrawn=False).order_by("place", "pk"))
    for row in rows:
        row.meeting = meeting
    acts = actions.available(actor, rows[0]) if rows else []
    return [(row, acts) for row in rows]


def _people(actor: Actor, meeting: Meeting, may_manage: bool) -> list[tuple[Attendance, str, list[tuple[str, str]]]]:
    rows = list(queries.attendances(meeting))
    reach = within_reach((row.person_id for row in rows if row.person_id), actor)
    return [
        (
            row,
            row.person.get_absolute_url() if row.person_id in reach and row.person is not None else "",
            acts_of(meeting, row) if may_manage else [],
        )
        for row in rows
    ]


def acts_of(meeting: Meeting, row: Attendance) -> list[tuple[str, str]]:
    """Return (code, label) of what may be done about somebody on the list now: by their state, without a query each."""
    found = []
    if row.standing == Standing.OFF:
        return []
    if row.leave == Leave.ASKED:
        found.append(("meetings.leave.decide", "审批请假"))
    if meeting.state in (State.CALLED, State.UNDER_WAY):
        if row.state == AttendanceState.PRESENT:
            found.append(("meetings.sign.undo", "撤回签到"))
        elif row.state == AttendanceState.INVITED and row.leave != Leave.ASKED:
            found.append(("meetings.leave.record", "登记请假"))
    elif meeting.state == State.HELD:
        found.append(("meetings.attendance.correct", "更正"))
        if row.study == Study.OPEN:
            found.append(("meetings.study.waive", "免补学"))
    return found


def _papers(actor: Actor, meeting: Meeting) -> list[tuple[Paper, Any, list[Any]]]:
    rows = list(Paper.objects.system("papers of a visible meeting").filter(meeting=meeting, removed_why=""))
    for row in rows:
        row.meeting = meeting
    acts = actions.available(actor, rows[0]) if rows else []
    keys = [str(row.pk) for row in rows]
    on_them = Attachment.objects.visible_to(actor, "meetings.view").filter(
        object_type=Paper._meta.label, object_id__in=keys, removed_at=None
    )
    found = {one.object_id: one for one in on_them.select_related("blob")}
    return [(row, found.get(str(row.pk)), acts) for row in rows]


def plan_page(request: HttpRequest, line: PlanLine) -> dict[str, Any]:
    """Return what the page of a line of the year plan shows."""
    rows = Meeting.objects.visible_to(request.actor).filter(plan_line=line).exclude(state=State.CANCELLED)  # type: ignore[attr-defined]
    meeting = rows.first()
    words, tone = line.state
    rule = in_force(kinds(), line.on).get(line.kind)
    facts = [
        Fact("党组织", line.organization), Fact("类别", line.kind_label), Fact("计划日期", line.on), Fact("主题", line.title),
        Fact("会议", meeting, url=meeting.get_absolute_url() if meeting else ""), Fact("取消原因", line.dropped_why),
        Fact("规定", f"{rule.frequency}（{rule.source}）" if rule and rule.every else None),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone}
