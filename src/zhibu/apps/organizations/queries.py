"""Reads of the tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.organizations.permissions import RESTRUCTURE, VIEW
from zhibu.apps.organizations.rules import ALLOWED_PARENTS, Kind
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import STEP, ancestors, under


def open_on(day: date) -> Q:
    """Condition: the organisation exists on that day."""
    return (Q(founded_on__isnull=True) | Q(founded_on__lte=day)) & (
        Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=day)
    )


def choices(actor: Actor, permission: str = VIEW, *, kinds: Iterable[str] = ()) -> "QuerySet[Organization]":
    """Return the open organisations for a drop-down, in the order of the tree: those where the permission is held."""
    rows = Organization.objects.visible_to(actor, permission).filter(open_on(localdate()))
    kinds = list(kinds)
    found: QuerySet[Organization] = (rows.filter(kind__in=kinds) if kinds else rows).order_by("path")
    return found


def subtree(actor: Actor, organization: Organization, permission: str = VIEW) -> "QuerySet[Organization]":
    """Return the organisation and everything below it, as far as the actor reaches."""
    rows: QuerySet[Organization] = Organization.objects.visible_to(actor, permission).filter(
        under("path", [organization.path])
    )
    return rows


def breadcrumb(organization: Organization) -> list[Organization]:
    """Return the ancestors, the root first. Their names are shown to everyone who sees the organisation itself:
    they say where it stands and are no personal data; what stands beside them is never shown."""
    above = ancestors(organization.path)
    return list(Organization.objects.system("names of the ancestors").filter(path__in=above).order_by("path"))


def by_code(code: str) -> Organization | None:
    """Return the organisation of that code, wherever it stands (for the platform: imports, commands)."""
    found: Organization | None = Organization.objects.system("look-up by code").filter(code=code.strip()).first()
    return found


def children(actor: Actor, organization: Organization, *, dissolved: bool = False) -> list[Organization]:
    """Return what stands directly under it, in the order of the siblings; dissolved ones last, on demand."""
    rows = Organization.objects.visible_to(actor, VIEW).filter(parent=organization)
    found = list((rows if dissolved else rows.filter(open_on(localdate()))).order_by("sort", "path"))
    return sorted(found, key=lambda child: child.dissolved_on is not None)


def covers_of(actor: Actor, organization: Organization) -> list[Cover]:
    """Return what it looks after now; covered organisations outside the actor's reach stay out."""
    visible = Organization.objects.visible_to(actor, VIEW)
    rows = Cover.objects.visible_to(actor).filter(organization=organization, until__isnull=True, covered__in=visible)
    return list(rows.select_related("covered", "organization").order_by("covered__path"))


def covered_by(actor: Actor, organization: Organization) -> list[Cover]:
    """Return by whom it is looked after now, as far as the actor reaches."""
    rows = Cover.objects.visible_to(actor).filter(covered=organization, until__isnull=True)
    return list(rows.select_related("organization").order_by("organization__path"))


def terms_of(actor: Actor, organization: Organization) -> list[Term]:
    """Return its terms of office, the latest first."""
    return list(
        Term.objects.visible_to(actor)
        .filter(organization=organization)
        .select_related("organization")
        .order_by("-number")
    )


@dataclass
class Node:
    """One organisation of the chart with its children; `hidden` counts children that the page does not carry."""

    organization: Organization
    children: list["Node"] = field(default_factory=list)
    heads: Any = None
    hit: bool = False
    is_open: bool = False
    hidden: int = 0

    @property
    def heads_words(self) -> str:
        """Return the head counts in words."""
        return self.heads.words(self.organization.kind) if self.heads else ""


def forest(rows: Iterable[Organization]) -> list[Node]:
    """Return the trees made of these organisations; one whose parent is not among them stands at the top."""
    nodes: dict[str, Node] = {}
    tops: list[Node] = []
    for organization in sorted(rows, key=lambda row: row.path):
        node = nodes[organization.path] = Node(organization)
        parent = nodes.get(organization.path[:-STEP])
        (parent.children if parent else tops).append(node)
    for node in nodes.values():
        node.children.sort(key=lambda child: (child.organization.sort, child.organization.path))
    return tops


def reach(actor: Actor, *, dissolved: bool = False, below: str | None = None) -> list[Organization]:
    """Return what the actor's chart is made of: everything they may see (below one path), dissolved ones on demand."""
    rows = Organization.objects.visible_to(actor, VIEW)
    if not dissolved:
        rows = rows.filter(Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=localdate()))
    if below is not None:
        rows = rows.filter(under("path", [below]))
    columns = ("uid", "path", "kind", "name", "short_name", "code", "sort", "dissolved_on")
    return list(rows.only(*columns).order_by("path"))


def tops(actor: Actor) -> tuple[str, ...]:
    """Return the tops of the subtrees the actor may look at."""
    if not actor.is_system:
        return actor.paths(VIEW)
    roots = Organization.objects.system("the roots").filter(parent__isnull=True)
    return tuple(roots.values_list("path", flat=True))


def targets(actor: Actor, organization: Organization) -> "QuerySet[Organization]":
    """Return where an organisation may be moved: reachable for restructuring, open, fitting, not inside it."""
    kinds = [kind for kind in ALLOWED_PARENTS[Kind(organization.kind)] if kind is not None]
    rows = choices(actor, RESTRUCTURE, kinds=kinds)
    return rows.exclude(under("path", [organization.path])).exclude(pk=organization.parent_id or 0)


def siblings(actor: Actor, organization: Organization) -> "QuerySet[Organization]":
    """Return the other organisations under the same parent, in their order."""
    rows: QuerySet[Organization] = Organization.objects.visible_to(actor, RESTRUCTURE).filter(
        parent=organization.parent_id
    )
    return rows.exclude(pk=organization.pk).order_by("sort", "path")
