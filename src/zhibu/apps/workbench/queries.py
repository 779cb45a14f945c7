"""What the workbench shows beside the counts: one's own branch, one's own acts, what one may begin."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.accounts.queries import own_assignments
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.models.affiliation import Kind, PostKind, current
from zhibu.kernel import audit
from zhibu.kernel.actions import all_actions
from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import ScopedModel

#: lines looked through to find a few records that can still be opened
LOOKED_AT = 40
RECENT = 5


@dataclass(frozen=True)
class Branch:
    """One's own branch as every member knows it: its name, its telephone, who leads it."""

    organization: Organization
    group: Organization | None
    posts: list[Post]
    url: str


@dataclass(frozen=True)
class Recent:
    """One of one's own acts on a record that one may still open."""

    summary: str
    at: datetime
    url: str


@dataclass(frozen=True)
class QuickAct:
    """A button of the workbench."""

    label: str
    url: str
    icon: str
    kind: str = ""


def own_person(actor: Actor) -> Person | None:
    """Return the record of whoever is signed in."""
    if actor.person_id is None:
        return None
    found: Person | None = Person.objects.system("one's own record").filter(pk=actor.person_id).first()
    return found


def own_branch(actor: Actor) -> Branch | None:
    """Return one's branch, whatever one's permissions: a member knows who leads it and how to call. Two queries."""
    if actor.person_id is None:
        return None
    rows = Affiliation.objects.system("one's own branch").filter(current(), person_id=actor.person_id, kind=Kind.PARTY)
    own = rows.select_related("organization__parent").first()
    if own is None:
        return None
    group = own.organization if own.organization.kind == "group" else None
    branch = (group.parent if group else None) or own.organization
    held = Post.objects.system("who leads one's own branch").filter(current(), organization=branch)
    rank = list(PostKind.values)
    posts = sorted(held.select_related("person"), key=lambda post: (rank.index(post.kind), post.since))
    seen = actor.may("organizations.view", branch.path)
    return Branch(branch, group, posts, branch.get_absolute_url() if seen else "")


def places_of_roles(actor: Actor) -> str:
    """Return what one is here for, e.g. `东山二支部 支部书记`; "" without a role of today."""
    if actor.account_id is None:
        return ""
    today = localdate()
    held = [row for row in own_assignments(actor.account_id) if row.since <= today and row.role.permissions]
    words = [f"{row.organization} {row.role}{'（代理）' if row.delegated_from_id else ''}" for row in held]
    return "、".join(words[:3]) + ("等" if len(words) > 3 else "")


def recent(actor: Actor) -> list[Recent]:
    """Return what one did last, one line a record. A record that left one's reach is not named any more.

    Two queries, and one for each kind of record among the lines.
    """
    if actor.account_id is None:
        return []
    codes = [action.code for action in all_actions()]
    lines = audit.AuditEntry.objects.system("one's own acts").filter(actor_id=actor.account_id, action__in=codes)
    entries = list(lines.order_by("-id")[:LOOKED_AT])
    urls = _still_visible(actor, entries)
    kept: dict[tuple[str, str], Any] = {}
    for entry in entries:
        if (entry.object_type, entry.object_id) in urls:
            kept.setdefault((entry.object_type, entry.object_id), entry)
    shown = audit.with_details(list(kept.values())[:RECENT])
    return [Recent(line.summary, line.at, urls[key]) for key, line in zip(kept, shown, strict=False)]


def _still_visible(actor: Actor, entries: list[Any]) -> dict[tuple[str, str], str]:
    """Return (type, id) -> address of the records among the entries that the actor may see today."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.object_id.isdecimal():
            wanted[entry.object_type].add(entry.object_id)
    found = {}
    for label, ids in wanted.items():
        model: Any = apps.get_model(label)
        if issubclass(model, ScopedModel) and hasattr(model, "get_absolute_url"):
            for obj in model.objects.visible_to(actor).filter(pk__in=ids):
                found[label, str(obj.pk)] = obj.get_absolute_url()
    return found


def quick_acts(actor: Actor) -> list[QuickAct]:
    """Return what one may begin from here, the usual first; the first one is drawn as the primary act."""
    offered = [
        ("people.person.create", "people.create", "登记人员", "user-plus", ""),
        ("", "people.import", "导入花名册", "arrow-up-tray", reverse("import-new", args=["people.people"])),
        ("", "people.merge", "查重", "document-duplicate", reverse("people-duplicates")),
        ("accounts.account.create_many", "accounts.manage", "批量建账号", "key", ""),
        ("", "accounts.view", "权限审查", "shield-check", reverse("access-review")),
        ("", "people.view", "查找人员", "magnifying-glass", reverse("search")),
        ("", "organizations.view", "组织图", "building-office-2", reverse("organization-chart")),
    ]
    found = [
        QuickAct(label, url or reverse("action", args=[code]), icon)
        for code, permission, label, icon, url in offered
        if actor.may(permission)
    ]
    return found[:4]
