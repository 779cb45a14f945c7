"""Lights follow the meetings, the posts and the tree; pages of others show them."""

from collections.abc import Collection

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.compliance import queries
from zhibu.apps.compliance.models import Light
from zhibu.apps.compliance.permissions import VIEW
from zhibu.apps.compliance.services.lights import refresh
from zhibu.apps.meetings.events import MeetingHeld
from zhibu.apps.organizations import panels
from zhibu.apps.organizations.events import OrganizationRemoving, OrganizationsChanged
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.events import PostsChanged
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.events import subscribe
from zhibu.kernel.jobs import daily


@subscribe(MeetingHeld)
def light_up(event: MeetingHeld) -> None:
    """A meeting was held: the lights of all that held it follow, of the branch of a group as well."""
    refresh(_with_superiors(event.organization_ids))


@subscribe(OrganizationsChanged)
def follow_the_tree(event: OrganizationsChanged) -> None:
    """A branch is asked from the day it is founded until it ends, and for the meetings of its groups as soon as it has any."""
    refresh(_with_superiors(event.organization_ids))


@subscribe(PostsChanged)
def follow_the_posts(event: PostsChanged) -> None:
    """Who has a committee now is asked for its meetings, who has none any more is not."""
    refresh(event.organization_ids)


@subscribe(OrganizationRemoving)
def forget(event: OrganizationRemoving) -> None:
    """Lights follow from the facts: they hold nobody back who takes an import back."""
    rows = Light.objects.system("lights of one taken back", allow_delete=True)
    rows.filter(organization=event.organization_id, excused_until__isnull=True).delete()


@daily("compliance.refresh", hour=1)
def light_up_all() -> None:
    """What a day of its own brings (a post that ends today, a table in force from today): every light meets the facts."""
    refresh()


def _with_superiors(organization_ids: Collection[int]) -> set[int]:
    """Return them and what each stands under: a group's meetings are asked of its branch."""
    rows = Organization.objects.system("whose lights follow").filter(pk__in=organization_ids)
    return {pk for pair in rows.values_list("pk", "parent_id") for pk in pair if pk is not None}


def of_place(request: HttpRequest, organization: Organization) -> panels.Panel | None:
    """Return the lights of an organisation on its page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW, organization.path):
        return None
    lights = queries.of_organization(organization)
    if not lights:
        return None
    links = (("全年情况", reverse("compliance-branch", args=[organization.uid])),)
    return panels.Panel("组织生活", "compliance/_lights.html", {"lights": lights}, links)


def of_office(request: HttpRequest, person: object) -> bench.Panel | None:
    """Return the first page's card: the lights of one's branch, or how the branches stand."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW) or (at := queries.top(actor)) is None:
        return None
    lights = queries.of_organization(at)
    if at.kind == "branch":
        links = (("全年情况", reverse("compliance-branch", args=[at.uid])),)
        return bench.Panel("组织生活", "compliance/_lights.html", {"lights": lights}, links) if lights else None
    lines = queries.board(actor, at, localdate())
    duties = queries.in_force()
    whole = [
        (duty, sum((line.cells.get(code, queries.Cell()) for line in lines), queries.Cell()))
        for code, duty in duties.items()
    ]
    shown = [(duty, cell) for duty, cell in whole if cell.all]
    links = (("各支部情况", reverse("compliance-board")),)
    return bench.Panel("组织生活落实情况", "compliance/_sums.html", {"sums": shown}, links) if shown else None


panels.register(5, of_place)
bench.register_office(10, of_office)
