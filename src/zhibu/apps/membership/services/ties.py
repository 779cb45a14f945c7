"""What ends when a member moves or leaves: Party posts and roles that do not reach where the member is from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.apps.accounts.services.moving import end_roles_of
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import current
from zhibu.kernel import audit
from zhibu.kernel.actions import naming
from zhibu.kernel.actor import Actor

ACTION, WHY = "membership.ties.end", "组织关系不在这里"


@dataclass(frozen=True)
class Tie:
    """Somebody whose party relation went from `before` to `after` (None: nowhere) on a day."""

    person_id: int
    after: int | None
    before: int
    on: date


def end_ties(actor: Actor, ties: Sequence[Tie]) -> None:
    """End the posts from the day on and the roles today. Four queries, and some for each post or role that ends."""
    if not ties:
        return
    paths = _paths(ties)
    by_person = {tie.person_id: tie for tie in ties}
    for post in _posts(list(by_person)):
        tie = by_person[post.person_id]
        after = paths[tie.after].path if tie.after is not None else ""
        if not after.startswith(post.organization.path):
            _end_post(actor, post, tie.on)

    def ends(person_id: int, organization: Any) -> bool:
        tie = by_person[person_id]
        if tie.after is None:
            return organization.kind in PARTY_KINDS
        old = _branch(paths[tie.before])
        return organization.path.startswith(old) and not paths[tie.after].path.startswith(organization.path)

    end_roles_of(actor, list(by_person), ends, WHY)


def _paths(ties: Sequence[Tie]) -> dict[int, Organization]:
    wanted = {tie.before for tie in ties} | {tie.after for tie in ties if tie.after is not None}
    rows = Organization.objects.system("branches that members left").filter(pk__in=wanted).select_related("parent")
    return {row.pk: row for row in rows}


def _branch(organization: Organization) -> str:
    """Return the path of the branch of a group, otherwise the organisation's own."""
    if organization.kind == Kind.GROUP and organization.parent is not None:
        return str(organization.parent.path)
    return str(organization.path)


def _posts(people: Sequence[int]) -> list[Post]:
    rows = Post.objects.system("Party posts of members who moved").filter(
        current(), person__in=people, organization__kind__in=PARTY_KINDS
    )
    return list(rows.select_for_update(of=("self",)).select_related("organization", "person"))


def _end_post(actor: Actor, post: Post, on: date) -> None:
    post.until, post.rev = max(on, post.since), post.rev + 1
    post.save(update_fields=["until", "rev"])
    label = post.get_kind_display()
    change = audit.Change("post", f"{label}（止）", post.person.name, post.until.isoformat())
    summary = f"随组织关系变动结束任职：{post.organization} {label} {post.person.name}"
    audit.record(
        actor, ACTION, post.organization, summary=summary, changes=[change], organization_id=post.organization_id
    )
    own = [
        audit.Change(
            naming("post", post.organization), f"{label}（止）", str(post.organization), post.until.isoformat()
        )
    ]
    audit.record(actor, ACTION, post.person, summary=summary, changes=own, organization_id=post.organization_id)
