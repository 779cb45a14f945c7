"""Reads of resolutions: lists, what a member may read, what waits."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.meetings.models import Meeting
from zhibu.apps.membership.queries import branch_of, members_on
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.resolutions.models import IN_FORCE, FollowUp, Resolution, State
from zhibu.apps.resolutions.rules import NOTICE_DAYS
from zhibu.kernel.actor import Actor

#: meetings so many days back may still become resolutions by hand
RECENT = timedelta(days=365)


def listed(actor: Actor) -> "QuerySet[Resolution]":
    """Return the resolutions within reach."""
    rows: QuerySet[Resolution] = Resolution.objects.visible_to(actor)
    return rows.select_related("organization", "responsible", "motion", "replaced_by")


def of_organizations(organization_ids: Iterable[int], since: date, until: date) -> "QuerySet[Resolution]":
    """Return the resolutions of these organisations decided on since ≤ day < until, by number (year books, compliance)."""
    rows: QuerySet[Resolution] = Resolution.objects.system("resolutions of organisations in hand")
    return rows.filter(organization__in=list(organization_ids), decided_on__gte=since, decided_on__lt=until).order_by(
        "organization_id", "year", "number"
    )


def waits(today: date) -> Q:
    """Condition on resolutions: being carried out, and the day is near or over, or none was set."""
    near = Q(due_on__lte=today + timedelta(days=NOTICE_DAYS)) | Q(due_on__isnull=True)
    return Q(state=State.FOLLOWING) & near


def replaceable(organization_id: int, actor: Actor, permission: str) -> "QuerySet[Resolution]":
    """Return what a new resolution of this organisation may replace."""
    rows: QuerySet[Resolution] = Resolution.objects.visible_to(actor, permission)
    return rows.filter(organization_id=organization_id, state__in=IN_FORCE).order_by("-year", "-number")


def recent_meetings(actor: Actor, permission: str) -> "QuerySet[Meeting]":
    """Return the meetings of the last year that were held, by enough people, where the actor keeps resolutions."""
    rows: QuerySet[Meeting] = Meeting.objects.visible_to(actor, permission).filter(state="held")
    rows = rows.exclude(quorate=False).exclude(organization__kind="group")  # a group decides nothing for its branch
    return rows.filter(on__gte=localdate() - RECENT).select_related("organization").order_by("-on", "-pk")


def follow_ups(resolution: Resolution) -> list[FollowUp]:
    """Return what was done, the latest first."""
    rows = FollowUp.objects.system("follow-ups of a visible resolution").filter(resolution=resolution)
    return list(rows.order_by("-on", "-pk"))


def readers(organization: Organization, today: date) -> list[int]:
    """Return the ids of the members of the branch today."""
    return [member.person_id for member in members_on(organization, today)]


def own(person: Person, today: date) -> "QuerySet[Resolution]":
    """Return what a member reads: the published resolutions of their branch, and those they are responsible for."""
    branch = branch_of(person.pk, today)
    rows: QuerySet[Resolution] = Resolution.objects.system("resolutions of one's own branch")
    mine = Q(responsible=person)
    if branch is not None:
        mine |= Q(organization=branch, published_at__isnull=False)
    return rows.filter(mine).select_related("organization", "replaced_by").order_by("-decided_on", "-pk")


def figures(actor: Actor, today: date) -> dict[str, int]:
    """Return how many resolutions within reach are being carried out, and how many of them are overdue; one query."""
    rows = Resolution.objects.visible_to(actor).filter(state=State.FOLLOWING).order_by()
    counted: dict[str, int] = rows.aggregate(following=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    return counted


def without_resolution(today: date) -> Q:
    """Condition on votes: decided, passed, one question, and no resolution was made of it."""
    made = Resolution.objects.system("votes that became resolutions").filter(motion=OuterRef("pk"))
    return Q(state="decided", passed=True) & ~Q(rule="exclusion") & ~Q(Exists(made))
