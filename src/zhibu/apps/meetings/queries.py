"""Reads of meetings: what was held, what is on an agenda, who attends, what waits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.models import AgendaItem, Attendance, Meeting, Participant, PlanLine, Standing, State
from zhibu.apps.meetings.permissions import VIEW
from zhibu.apps.voting.models import Motion
from zhibu.kernel.actor import Actor
from zhibu.kernel.calendar.dated import period
from zhibu.kernel.messages.models import Message

FEW = 500
#: states in which a meeting's list says who should be where that day
COUNTED = (State.CALLED, State.UNDER_WAY, State.HELD)


@dataclass(frozen=True)
class Held:
    """A meeting that was held, as one of the organisations it counts for sees it."""

    meeting_id: int
    organization_id: int
    kind: str
    on: date
    quorate: bool | None
    entitled: int | None
    present: int | None


def held(organization_ids: Iterable[int], kinds: Iterable[str], since: date, until: date) -> list[Held]:
    """Return the meetings of these kinds held on since ≤ day < until, by day; one held together stands once for each.

    Two queries for each 500 organisations.
    """
    ids, wanted = list(dict.fromkeys(organization_ids)), list(kinds)
    days = {"on__gte": since, "on__lt": until, "state": State.HELD, "kind__in": wanted}
    columns = ("pk", "kind", "on", "quorate", "entitled", "present")
    found: list[Held] = []
    for start in range(0, len(ids), FEW):
        part = ids[start : start + FEW]
        rows = Meeting.objects.system("meetings held, for rules").filter(organization__in=part, **days)
        for pk, kind, on, *more, place in rows.values_list(*columns, "organization_id"):
            found.append(Held(pk, place, kind, on, *more))
        days_of = {f"meeting__{name}": value for name, value in days.items()}
        together = Participant.objects.system("meetings held together, for rules").filter(
            organization__in=part, **days_of
        )
        names = [f"meeting__{name}" for name in columns]
        for pk, kind, on, *more, place in together.values_list(*names, "organization_id"):
            found.append(Held(pk, place, kind, on, *more))
    return sorted(found, key=lambda one: (one.on, one.meeting_id))


def about(subject_type: str, subject_id: Any) -> list[AgendaItem]:
    """Return the items about a record of any app that stand on an agenda, with their meetings, by day."""
    rows = AgendaItem.objects.system("where a record in hand is dealt with").filter(withdrawn=False)
    rows = rows.filter(subject_type=subject_type, subject_id=str(subject_id)).exclude(meeting__state=State.CANCELLED)
    return list(rows.select_related("meeting__organization").order_by("meeting__starts_at", "pk"))


def listed(actor: Actor) -> "QuerySet[Meeting]":
    """Return the meetings within reach, with who calls them."""
    rows: QuerySet[Meeting] = Meeting.objects.visible_to(actor).select_related(
        "organization", "host", "recorder", "plan_line"
    )
    return rows


def planned(actor: Actor) -> "QuerySet[PlanLine]":
    """Return the lines of year plans within reach."""
    rows: QuerySet[PlanLine] = PlanLine.objects.visible_to(actor).select_related("organization")
    return rows


def attendances(meeting: Meeting) -> "QuerySet[Attendance]":
    """Return the list of a meeting in hand, in its order."""
    rows: QuerySet[Attendance] = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting)
    return rows.select_related("person", "meeting__organization").order_by("place", "pk")


@dataclass(frozen=True)
class Figures:
    """How many of a list are there: those with a vote, and everybody."""

    entitled: int
    present: int
    invited: int
    came: int
    leave: int
    by_how: dict[str, int]


def figures(meeting: Meeting, *, remote: bool) -> Figures:
    """Count a meeting's list in one query; remote: whether who is connected counts among those with a vote."""
    rows = Attendance.objects.system("figures of a meeting in hand").filter(meeting=meeting)
    rows = rows.exclude(standing=Standing.OFF).order_by()
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    for standing, state, how, number in rows.values_list("standing", "state", "how").annotate(n=Count("pk")):
        totals[standing, state, how] += number
    entitled = sum(n for (standing, _, _), n in totals.items() if standing == "entitled")
    present = sum(
        n
        for (standing, state, how), n in totals.items()
        if standing == "entitled" and state == "present" and (remote or how != "remote")
    )
    by_how: dict[str, int] = defaultdict(int)
    for (_, state, how), number in totals.items():
        if state == "present":
            by_how[how] += number
    return Figures(
        entitled,
        present,
        sum(totals.values()),
        sum(by_how.values()),
        sum(n for (_, state, _), n in totals.items() if state == "leave"),
        dict(by_how),
    )


def of_person(person_id: int, *, since: date | None = None) -> "QuerySet[Attendance]":
    """Return the meetings somebody is invited to, the latest first; open: it is asked for the person's own page."""
    rows: QuerySet[Attendance] = Attendance.objects.system("meetings of a person in hand").filter(person_id=person_id)
    rows = rows.exclude(meeting__state__in=[State.PLANNED, State.CANCELLED] if since else [State.PLANNED])
    if since:
        rows = rows.filter(meeting__on__gte=since)
    return rows.select_related("meeting__organization").order_by("-meeting__starts_at")


@dataclass(frozen=True)
class Year:
    """What somebody took part in during a year: meetings they were to attend, came to, missed, studied later; as a guest elsewhere."""

    year: int
    invited: int
    came: int
    leave: int
    absent: int
    made_up: int
    study: int
    guest: int


def year_of_person(actor: Actor, person_id: int, year: int) -> Year:
    """Count the meetings of a person in a year that the viewer reaches, those that were held; one query."""
    rows = Attendance.objects.visible_to(actor, VIEW).filter(person=person_id, meeting__state=State.HELD)
    rows = rows.filter(meeting__on__gte=date(year, 1, 1), meeting__on__lt=date(year + 1, 1, 1))
    counted: dict[tuple[bool, str], int] = defaultdict(int)
    study = 0
    for standing, state, open_, number in (
        rows.exclude(standing=Standing.OFF).order_by().values_list("standing", "state", "study").annotate(n=Count("pk"))
    ):
        counted[standing == Standing.GUEST, state] += number
        study += number if open_ == "open" else 0
    own = {state: number for (guest, state), number in counted.items() if not guest}
    return Year(
        year, sum(own.values()), own.get("present", 0), own.get("leave", 0), own.get("absent", 0), own.get("made_up", 0), study,
        counted[True, "present"],
    )  # fmt: skip


def present_person_ids(meeting_id: int) -> set[int]:
    """Return who has signed in to a meeting, of those with a record: what the opening of a vote begins with.

    Whoever is connected from afar is among them only where the kind of meeting counts them.
    """
    rows = Attendance.objects.system("who is there").filter(meeting=meeting_id, state="present", person__isnull=False)
    meeting = Meeting.objects.system("the meeting of a roll in hand").filter(pk=meeting_id).first()
    if meeting is None or meeting.rule is None or not meeting.rule.remote:
        rows = rows.exclude(how="remote")
    return set(rows.values_list("person_id", flat=True))


def readers(meeting: Meeting) -> dict[int, Any]:
    """Return person -> when they read the notice of a meeting (None: not yet), of those who were told."""
    if meeting.notice_id is None:
        return {}
    rows = Message.objects.system("who read the notice of a meeting in hand").filter(notice=meeting.notice_id)
    return dict(rows.filter(person__isnull=False).values_list("person_id", "read_at"))


def unread(meeting: Meeting) -> list[int]:
    """Return who was told and has not read it."""
    return [person for person, at in readers(meeting).items() if at is None]


def motions(meeting: Meeting) -> list[Motion]:
    """Return the votes of a meeting, in the order in which they were prepared; void ones left out.

    Those by its roll, and at an election assembly those by the roll of the election that stands on its agenda.
    """
    if meeting.roll_id is None:
        return []
    of_meeting = Q(roll=meeting.roll_id)
    items = AgendaItem.objects.system("what a meeting in hand is about").filter(meeting=meeting, withdrawn=False)
    for label, pk in items.exclude(subject_id="").values_list("subject_type", "subject_id"):
        of_meeting |= Q(roll__rule="election", subject_type=label, subject_id=pk)
    rows = Motion.objects.system("votes of a meeting in hand").filter(of_meeting)
    return list(rows.exclude(state="void").order_by("pk"))


def quorum_words(meeting: Meeting) -> str:
    """Return the sentence on the quorum of a meeting that was held."""
    count = rules.count(meeting.rule, meeting.entitled or 0, meeting.present or 0)
    if count.needed is None:
        return ""
    source = f"（{rules.REGULATION}{count.article}）"
    return f"到会人数符合规定{source}" if count.reached else f"少于规定的 {count.needed} 人{source}，不能表决"


def month_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's month, and of the next."""
    return period(1, day)
