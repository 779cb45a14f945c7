"""Who stands on a roll: the members of a branch on a day, or those who hold a post in its committee; told to `voting`."""

from datetime import date
from typing import Any

from django.db.models import Q

from zhibu.apps.membership.models import MemberKind
from zhibu.apps.membership.queries import members_on
from zhibu.apps.people.models import Post
from zhibu.apps.voting import registries
from zhibu.apps.voting.services.rolls import RollRow


def roster(organization: Any, on: date, rule: str) -> list[RollRow]:
    """Return the rows of a roll of the organisation; of a committee those whose posts run that day, once each."""
    if rule == "committee":
        return committee(organization, on)
    return [
        RollRow(one.person_id, one.name, str(MemberKind(one.kind).label), one.has_vote, one.ground)
        for one in members_on(organization, on)
    ]


def committee(organization: Any, on: date) -> list[RollRow]:
    """Return the members of the committee of a branch, with their posts."""
    rows = Post.objects.system("members of a committee that votes").filter(
        Q(until__isnull=True) | Q(until__gt=on), organization=organization, since__lte=on
    )
    posts: dict[int, tuple[str, list[str]]] = {}
    for post in rows.select_related("person").order_by("since", "pk"):
        posts.setdefault(post.person_id, (post.person.name, []))[1].append(post.get_kind_display())
    return [RollRow(pk, name, "、".join(held)[:30], True) for pk, (name, held) in posts.items()]


registries.register_roster(roster)
