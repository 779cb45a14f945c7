"""A plan line, a meeting in every state with who attends, its agenda, minutes and papers, on each side."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from tests.matrix.sensitive import picture
from zhibu.apps.meetings.models import AgendaItem, Attendance, Meeting, Minutes, Paper, Participant, PlanLine
from zhibu.kernel import files
from zhibu.kernel.actor import Actor

MODELS = {
    "meeting": "meetings.Meeting", "attendance": "meetings.Attendance", "paper": "meetings.Paper",
}  # fmt: skip
POSTED = {"attendance-confirm"}
FILES = {"paper-mine", "organization-meeting-plan"}
#: nothing of the world is in their state: tests/meetings performs them
NOT_FILLED = {
    "meetings.sign.scan",
    "meetings.sign.card",
    "meetings.meeting.open",
    "meetings.meeting.remind",
    "meetings.meeting.relist",
    "meetings.minutes.amend",
}
STATES = {"planned": 9, "called": 3, "under_way": 0, "held": -10, "cancelled": -20}


def values() -> dict[str, list[Any]]:
    """Return a code that no wall shows."""
    return {"scan-code": [f"{'0' * 32}-1-{'0' * 20}"]}


def own(world: Any) -> dict[str, dict[str, Any]]:
    """Return what the forms do not tell by themselves: kinds that the chosen organisation holds, a day of the plan's year."""
    branch, later = world.seen.of("branch").uid, localdate() + timedelta(days=5)
    return {
        "meetings.plan.generate": {"organization": branch, "year": localdate().year + 1, "party_day": 15},
        "meetings.plan.add": {"organization": branch, "kind": "party_day", "on": later},
        "meetings.meeting.create": {"organization": branch, "kind": "assembly", "starts_at": f"{later}T09:00"},
        "meetings.guest.add": {"person": "", "name": "上级来的人"},
        "meetings.attendance.correct": {"state": "leave"},
    }  # fmt: skip


def world(root: Any, seen: Any, other: Any, accounts: Any) -> None:
    """Let the member be on a list that is open, with what they may do: to ask for leave, to sign in from afar, to study."""
    member = accounts["member"].person
    for state, more in (
        ("under_way", {}),
        ("called", {"leave": "agreed", "state": "leave", "leave_why": "东山出差"}),
        ("held", {"state": "absent", "study": "open", "study_due_on": localdate() + timedelta(days=4)}),
    ):
        meeting = next(one for one in seen.objects["meetings.Meeting"] if one.state == state)
        made = {"meeting": meeting, "person": member, "name": member.name, "place": 9, **more}
        seen.objects["meetings.Attendance"].insert(0, Attendance.objects.create(**made))


def side(side: Any) -> None:
    """Make them for the side's branch, with its first people on the lists."""
    branch, word, today = side.of("branch"), side.word, localdate()
    open_line, used, dropped = (
        PlanLine.objects.create(
            organization=branch, year=today.year, kind="party_day", on=today, title=f"{word}计划", **more
        )
        for more in ({}, {"used": True}, {"dropped_why": f"{word}不开"})
    )
    side.keep(open_line, used, dropped)
    for state, days in STATES.items():
        line = used if state == "held" else None
        meeting = side.keep(_meeting(side, state, days, plan_line=line))
        side.keep(
            AgendaItem.objects.create(
                meeting=meeting, place=1, title=f"{word}议题", reporter=f"{word}报告", decision=f"{word}议定"
            )
        )
        _attendances(side, meeting)
    held = side.objects["meetings.Meeting"][3]
    side.keep(Participant.objects.create(meeting=held, organization=side.of("general_branch")))
    side.keep(Minutes.objects.create(meeting=held, number=1, parts=[[f"{word}题", f"{word}记录"]], by_name=f"{word}记"))
    blob = files.store_made(picture(), mime="image/jpeg")
    for kind in ("material", "picture"):
        paper = side.keep(Paper.objects.create(meeting=held, kind=kind, words=f"{word}材料", by_name=f"{word}传"))
        actor = Actor(account_id=side.accounts[0].pk, name=f"{word}经办")
        more = {"permission": "meetings.view", "actor": actor, "organization_id": branch.pk}
        side.keep(files.attach(paper, blob, name=f"{word}.jpg", **more))


def _meeting(side: Any, state: str, days: int, **more: Any) -> Meeting:
    word, first = side.word, side.people[0]
    starts = timezone.make_aware(datetime.combine(localdate() + timedelta(days=days), time(9, 30)))
    if state == "held":
        more |= {"entitled": 3, "present": 2, "quorate": True, "closed_at": starts + timedelta(hours=2)}
    made: Meeting = Meeting.objects.create(
        organization=side.of("branch"), kind="assembly", title=f"{word}大会", starts_at=starts, place=f"{word}室", state=state,
        link=f"https://example.org/{side.code}", host=first, recorder=first, words=f"{word}要求", by_name=f"{word}办",
        cancelled_why=f"{word}改期" if state == "cancelled" else "", **more,
    )  # fmt: skip
    return made


def _attendances(side: Any, meeting: Meeting) -> None:
    word, now, over = side.word, timezone.now(), meeting.state == "held"
    here = {"state": "present", "how": "card", "at": now, "by_name": f"{word}签"}
    asked = {"leave": "asked", "leave_why": f"{word}出差"}
    absent = {"state": "absent", "study": "open", "study_due_on": localdate() + timedelta(days=4)}
    third = absent if over else {}
    rows = [(side.people[0], here if meeting.is_live or over else {}), (side.people[1], asked), (side.people[2], third)]
    for place, (person, more) in enumerate(rows, 1):
        side.keep(
            Attendance.objects.create(
                meeting=meeting,
                person=person,
                name=person.name,
                unit=f"{word}小组",
                ground=f"{word}说明",
                place=place,
                **more,
            )
        )
