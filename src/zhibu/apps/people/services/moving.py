"""Relations that go from one organisation to another for many people at once, when organisations merge or split."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.events import PartyFactsChanged, PostsChanged
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused, naming
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish
from zhibu.kernel.periods import holding

ACTION = "people.affiliation.move"
#: keys of one statement: below what SQLite takes
CHUNK = 5_000


@dataclass(frozen=True)
class Way:
    """From which organisations to which one, from which day, who does it and why, in words for the trail."""

    sources: tuple[int, ...]
    target: int
    on: date
    actor: Actor
    reason: str
    wording: str


def move(way: Way, *, everybody: bool = False, keys: Sequence[str] = ()) -> int:
    """Move the relations that hold on the day, of everybody or of the people with these uids; return how many people.

    A relation ends on the day and goes on at the target with the same end, unless the person has it there already.
    Posts in the old organisations end. Raises Refused when something began there after the day.
    """
    rows = Affiliation.objects.system("relations of a merger or split").filter(organization__in=way.sources)
    posts = Post.objects.system("posts of a merger or split").filter(organization__in=way.sources)
    if not everybody:
        people = _people(keys)
        rows, posts = rows.filter(person__in=people), posts.filter(person__in=people)
    _refuse_later(rows, posts, way.on)
    found = list(
        rows.filter(holding(way.on)).select_for_update(of=("self",)).select_related("organization").order_by("pk")
    )
    ended = list(
        posts.filter(holding(way.on)).select_for_update(of=("self",)).select_related("organization").order_by("pk")
    )
    if not everybody and len({row.person_id for row in found}) < len(keys):
        raise Refused("有人在这一天不属于原组织", field="on", next_step="请核对日期和名单。")
    begun = _begin(way, found)
    _log(way, found, ended)
    for model, some in ((Affiliation, found), (Post, ended)):
        for chunk in _chunks([row.pk for row in some]):
            model.objects.system("merger or split").filter(pk__in=chunk).update(until=way.on, rev=F("rev") + 1)
    Affiliation.objects.bulk_create(begun, batch_size=CHUNK)
    people_ids = list({row.person_id for row in [*found, *ended]})
    for chunk in _chunks(people_ids):
        Person.objects.system("merger or split").filter(pk__in=chunk).update(rev=F("rev") + 1)
    if ended:
        publish(PostsChanged(tuple({row.organization_id for row in ended})))
    publish(PartyFactsChanged(tuple(people_ids), way.actor))
    return len(people_ids)


def _people(keys: Sequence[str]) -> Any:
    try:
        uids = [uuid.UUID(key) for key in keys]
    except ValueError as unknown:
        raise Refused("名单里有不认识的人", next_step="请刷新页面后重新选择。") from unknown
    return Person.objects.system("people of a split").filter(uid__in=uids).values("pk")


def _refuse_later(rows: Any, posts: Any, on: date) -> None:
    later = [some.filter(since__gt=on).exclude(until=F("since")) for some in (rows, posts)]
    count = sum(some.count() for some in later)
    if count:
        raise Refused(
            f"原组织有 {count} 条关系或任职在这一天之后才开始",
            field="on",
            next_step="请改用较晚的日期。",
            code="later_facts",
        )


def _begin(way: Way, found: Sequence[Affiliation]) -> list[Affiliation]:
    """Return the relations that go on at the target; what a person has there already is not begun twice."""
    there = Affiliation.objects.system("what people have at the target").filter(organization=way.target)
    taken = set(there.filter(until__isnull=True).values_list("person_id", "kind"))
    begun = []
    for row in found:
        key = (row.person_id, row.kind)
        if key in taken:
            continue
        if row.until is None:
            taken.add(key)
        begun.append(
            Affiliation(
                person_id=row.person_id, organization_id=way.target, kind=row.kind, since=way.on, until=row.until,
                note=row.note,
            )
        )  # fmt: skip
    return begun


def _log(way: Way, found: Sequence[Affiliation], ended: Sequence[Post]) -> None:
    """Write a line about every person, on their own page."""
    target = Organization.objects.system("target of a merger or split").get(pk=way.target)
    day = way.on.isoformat()
    changes: dict[int, list[Change]] = defaultdict(list)
    for row in found:
        label = str(row.get_kind_display())
        goes = naming("affiliation", row.organization, target)
        changes[row.person_id].append(Change(goes, label, str(row.organization), f"{target}（{day}起）"))
    for post in ended:
        label = f"{post.get_kind_display()}（止）"
        changes[post.person_id].append(Change(naming("post", post.organization), label, str(post.organization), day))
    names = {}
    for chunk in _chunks(list(changes)):
        names.update(Person.objects.system("names for the trail").filter(pk__in=chunk).values_list("pk", "name"))
    audit.record_many(
        audit.AuditLine(
            way.actor,
            ACTION,
            f"{way.wording}：{names[pk]}",
            Person._meta.label,
            str(pk),
            way.target,
            tuple(some),
            way.reason,
        )
        for pk, some in changes.items()
    )


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
