"""What this app does when something happens to members and organisations, and what it gives to pages of others."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.meetings import desk, guests, queries, retention  # noqa: F401 - the desk's panel and the kinds of data kept register themselves
from zhibu.apps.meetings.models import Attendance, Meeting, State
from zhibu.apps.meetings.permissions import MANAGE, VIEW
from zhibu.apps.meetings.services import following, holding, inviting
from zhibu.apps.membership import panels as member_panels
from zhibu.apps.membership.events import MemberLeft, MemberMoved
from zhibu.apps.membership.models import Member
from zhibu.apps.organizations import panels as organization_panels
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people import record
from zhibu.apps.people.events import PersonDied, PersonMerging
from zhibu.apps.people.models import Person
from zhibu.apps.transfers import queries as transfers
from zhibu.apps.transfers.events import TransferForeseen
from zhibu.apps.voting import registries
from zhibu.apps.voting.events import MotionDecided, MotionOpening, MotionVoided
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.events import Veto, subscribe
from zhibu.kernel.ui.parts import Happening

#: meetings on the timeline of a person, on the page of a branch, on the first page
LATEST, SHOWN, CARD = 12, 6, 6
PARTY = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP)


@subscribe(MemberMoved)
def show_as_moved(event: MemberMoved) -> None:
    """A list that was made stays; the member is shown as moved."""
    following.moved(event.person_id, f"转往{following.name_of(event.to_id)}", event.actor)


@subscribe(MemberLeft)
def show_as_left(event: MemberLeft) -> None:
    """A list that was made stays; the member is shown as gone."""
    following.moved(event.person_id, "已不在本组织", event.actor)


@subscribe(TransferForeseen)
def tell_what_is_called(event: TransferForeseen) -> None:
    """Whoever decides on a transfer hears of meetings to which the member was called, as far as they see them."""
    if not event.actor.may(VIEW):
        return
    rows = Attendance.objects.visible_to(event.actor, VIEW).filter(
        person=event.person_id, meeting__on__gte=event.on, meeting__state__in=[State.CALLED, State.UNDER_WAY]
    )
    for row in rows.exclude(standing="off").select_related("meeting").order_by("meeting__on")[:SHOWN]:
        day = row.meeting.on.isoformat()
        event.answers.append(f"已通知参加 {day} 的“{row.meeting}”：转走后仍在那次的名单上，请提醒支部重新核定")


@subscribe(PersonDied)
def show_as_dead(event: PersonDied) -> None:
    """Nobody who died is waited for."""
    following.moved(event.person_id, "已去世", event.actor)


@subscribe(PersonMerging)
def settle_lists(event: PersonMerging) -> None:
    """Nobody stands on one list twice."""
    following.merge(event.actor, event.kept_id, event.dropped_id)


@subscribe(MotionOpening)
def admit_only_who_signed_in(event: MotionOpening) -> None:
    """A vote of a meeting is held while it meets, by those who are there."""
    if event.roll_type == Meeting._meta.label:
        holding.admit_vote(int(event.roll_subject_id), event.present)


@subscribe(MotionDecided)
def follow_the_vote(event: MotionDecided) -> None:
    """The assembly may have left somebody out of the roll."""
    _follow(event.subject_type, event.subject_id, event.rule)


@subscribe(MotionVoided)
def follow_the_void(event: MotionVoided) -> None:
    """Whoever was left out is back on the roll."""
    _follow(event.subject_type, event.subject_id, "exclusion")


def _follow(subject_type: str, subject_id: str, rule: str) -> None:
    if subject_type == Meeting._meta.label and rule == "exclusion":
        for meeting in Meeting.objects.system("the meeting a vote was held at").filter(
            pk=subject_id, roll__isnull=False
        ):
            inviting.follow_roll(meeting)


@subscribe(OrganizationMerged)
def drop_plans(event: OrganizationMerged) -> None:
    """What the merged ones still planned is planned no more."""
    following.drop_plans(event.actor, event.source_ids, f"并入{following.name_of(event.survivor_id)}")


@subscribe(OrganizationDissolving)
def refuse_while_a_meeting_is_called(event: OrganizationDissolving) -> None:
    """People were asked to come: first it is held, or called off."""
    live = [State.PLANNED, State.CALLED, State.UNDER_WAY]
    waiting = Meeting.objects.system("meetings of an organisation that ends").filter(
        organization=event.organization_id, state__in=live
    )
    if number := waiting.count():
        raise Veto(f"这里还有 {number} 次会议没有开完", next_step="请先开完或取消这些会议，再撤销。")
    following.drop_plans(event.actor, (event.organization_id,), "党组织撤销")


@record.timeline
def meetings_attended(actor: Actor, person: Person) -> list[Happening]:
    """Return the latest meetings of a person, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    rows = (
        Attendance.objects.visible_to(actor, VIEW)
        .filter(person=person, meeting__state=State.HELD)
        .exclude(standing="off")
    )
    rows = rows.select_related("meeting").order_by("-meeting__on")[:LATEST]
    return [
        Happening(row.meeting.title, row.meeting.on, row.state_words, url=row.meeting.get_absolute_url())
        for row in rows
    ]


def of_member(request: HttpRequest, member: Member) -> member_panels.Panel | None:
    """Return what a member took part in this year, and the latest meetings, as far as the viewer reaches; two queries."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    rows = Attendance.objects.visible_to(actor, VIEW).filter(person=member.person_id, meeting__state=State.HELD)
    latest = (
        rows.exclude(standing="off").select_related("meeting__organization").order_by("-meeting__on", "-pk")[:SHOWN]
    )
    context = {"year": queries.year_of_person(actor, member.person_id, localdate().year), "attendances": list(latest)}
    return member_panels.Panel("组织生活", "meetings/_of_member.html", context)


def of_organization(request: HttpRequest, organization: Organization) -> organization_panels.Panel | None:
    """Return the latest meetings of a Party organisation on its page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if organization.kind not in PARTY or not actor.may(VIEW, organization.path):
        return None
    rows = list(
        queries.listed(actor)
        .filter(organization=organization)
        .exclude(state=State.CANCELLED)
        .order_by("-starts_at")[:SHOWN]
    )
    links = [
        ("全部会议", f"{reverse('meetings')}?below={organization.uid}"),
        ("月历", f"{reverse('meetings-calendar')}?at={organization.uid}"),
        ("打印年度计划", reverse("organization-meeting-plan", args=[organization.uid])),
    ]
    return organization_panels.Panel("组织生活", "meetings/_of_organization.html", {"meetings": rows}, tuple(links))


def office_card(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """Return this month's meetings within reach, and what waits; three queries."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    today = localdate()
    first, after = queries.month_of(today)
    meetings = queries.listed(actor).filter(on__gte=first, on__lt=after).exclude(state=State.CANCELLED)
    rows = sorted(meetings.order_by("-starts_at")[:CARD], key=lambda one: one.starts_at)
    lines = queries.planned(actor).filter(on__gte=first, on__lt=after, used=False, dropped_why="").count()
    unwritten = queries.listed(actor).filter(state=State.HELD, minutes_at__isnull=True).count()
    context = {
        "meetings": rows,
        "lines": lines,
        "unwritten": unwritten,
        "unwritten_url": f"{reverse('meetings')}?lacks=minutes",
    }
    links = [("月历", reverse("meetings-calendar"))]
    if actor.may(MANAGE):
        links.append(("安排会议", reverse("action", args=["meetings.meeting.create"])))
    return bench.Panel("本月组织生活", "meetings/_bench.html", context, tuple(links))


def own_card(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """Return one's own meetings to come and what is to be studied; two queries."""
    if person is None:
        return None
    rows = queries.of_person(person.pk).exclude(standing="off")
    coming = list(rows.filter(meeting__state__in=[State.CALLED, State.UNDER_WAY]).order_by("meeting__starts_at")[:CARD])
    study = list(rows.filter(study="open", meeting__state=State.HELD)[:CARD])
    if not coming and not study:
        return None
    links = (("全部", reverse("meetings-mine")),)
    return bench.Panel("我的会议", "meetings/_bench_own.html", {"coming": coming, "study": study}, links)


def floating_members(organization_ids: Sequence[int], day: date) -> list[guests.Guest]:
    """Return the floating members who take part in these branches on a day."""
    found = transfers.guests_of_many(organization_ids, day)
    return [guests.Guest(one.person_id, one.name, one.home, "流动党员") for one in found]


def taking_part_twice(organization_ids: Sequence[int], day: date) -> list[guests.Guest]:
    """Return the members of other branches who take part in these besides (双重组织生活) on a day."""
    found = transfers.twofold_of_many(organization_ids, day)
    return [guests.Guest(person, name, home, "双重组织生活") for person, name, home in found]


def signed_in(roll: Any) -> set[int] | None:
    """Return who has signed in to the meeting a roll was made for: whom the opening of a vote begins with."""
    if roll.subject_type != Meeting._meta.label:
        return None
    return queries.present_person_ids(int(roll.subject_id))


registries.register_attendance(signed_in)
guests.register(floating_members)
guests.register(taking_part_twice)
member_panels.register(20, of_member)
organization_panels.register(20, of_organization)
bench.register_office(15, office_card)
bench.register_own(10, own_card)
