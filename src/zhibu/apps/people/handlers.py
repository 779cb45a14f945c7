"""What people give to the organisations below: head counts, the leading group on the record page, a veto on dissolving."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.organizations import headcounts, panels, residents
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged, OrganizationSplit
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import national_jobs, queries  # noqa: F401 - its handlers register themselves
from zhibu.apps.people.models import Affiliation, Post
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.services import moving
from zhibu.apps.people.services.persons import ENDINGS
from zhibu.apps.people.services.retiring import JOB_KIND, RetireMany, retire_each
from zhibu.kernel.actions import Refused
from zhibu.kernel.events import subscribe
from zhibu.kernel.jobs import Step, actor_of, handler
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.tree import under

#: retirements in one transaction of the job
RETIRE_CHUNK = 20
MEASURED = {headcounts.PEOPLE: Kind.HOME, headcounts.MEMBERS: Kind.PARTY, headcounts.SERVED: Kind.SERVICE}


def _now() -> Any:
    return Affiliation.objects.system("head counts of visible organisations").filter(current())


def _heads() -> Any:
    """The relations of those who belong today: the home goes on keeping the records of who left or died."""
    return _now().exclude(person__employment__in=ENDINGS)


def _working() -> Q:
    """Where people work: at their administrative relation, and those without one at their home."""
    elsewhere = _now().filter(person=OuterRef("person"), kind=Kind.ADMINISTRATIVE)
    return Q(kind=Kind.ADMINISTRATIVE) | Q(Q(kind=Kind.HOME), ~Exists(elsewhere))


def count_all(paths: Sequence[str]) -> Iterable[tuple[str, int, int, int, int]]:
    """Return (path, people, members, served, staff) of each organisation in the subtrees that has any: one query.

    Only departments, and the stations below them, ask who works there: the others' homes are not looked through.
    """
    rows = _heads().filter(under("organization__path", paths)).order_by().values_list("organization__path")
    counts = [
        Count("pk", filter=Q(kind=MEASURED[name]))
        for name in (headcounts.PEOPLE, headcounts.MEMBERS, headcounts.SERVED)
    ]
    asked = Q(organization__kind__in=["department", "workstation"])
    return rows.annotate(  # type: ignore[no-any-return]
        people=counts[0], members=counts[1], served=counts[2], staff=Count("pk", filter=asked & _working())
    )


def count_one(measure: str, inside: dict[str, Any]) -> Any:
    """Return an expression that counts one measure over the subtree of the row it stands in."""
    from django.db.models import Subquery

    counted = _working() if measure == headcounts.STAFF else Q(kind=MEASURED[measure])
    rows = _heads().filter(counted, **inside).order_by().values(dummy=Value(1)).annotate(n=Count("pk"))
    return Coalesce(Subquery(rows.values("n")[:1], output_field=IntegerField()), 0)


def leading_group(request: HttpRequest, organization: Organization) -> panels.Panel | None:
    """Return the panel of posts held now, with what may be done about them."""
    actor = request.actor  # type: ignore[attr-defined]
    may = actor.may("people.posts", organization.path) and organization.dissolved_on is None
    posts = queries.leading_group(organization, actor)
    named = actor.may("people.view", organization.path)
    # somebody may hold a post here and belong elsewhere: named, but their page is not for this viewer
    linked = queries.within_reach([post.person_id for post in posts], actor) if named else set()
    if not posts and not may:
        return None
    links = (("任职", reverse("action-on", args=["people.post.appoint", organization.uid])),) if may else ()
    shown = {"posts": posts, "may_posts": may, "named": named, "linked": linked}
    return panels.Panel("领导班子", "people/_leading_group.html", shown, links)


def refuse_while_people_belong(event: OrganizationDissolving) -> None:
    """Nobody and no post is left behind in a dissolved organisation; records of those who are gone go to its parent."""
    rows = _now().filter(organization_id=event.organization_id)
    gone = Q(kind=Kind.HOME, person__employment__in=ENDINGS)
    here = rows.exclude(gone).count()
    if here:
        raise Refused(
            f"还有 {here} 条人员关系在本组织", next_step="请先把这些人的归属、组织关系或服务关系转到别的组织，再撤销。"
        )
    held = (
        Post.objects.system("posts of a closing organisation")
        .filter(organization_id=event.organization_id)
        .filter(current())
    )
    if held.exists():
        raise Refused("还有人在本组织任职", next_step="请先结束这些任职，再撤销。")
    if kept := [uid.hex for uid in rows.filter(gone).values_list("person__uid", flat=True)]:
        closing = Organization.objects.system("who keeps the records from now on").get(pk=event.organization_id)
        words = "原归属单位撤销，主档转由上级保管"
        assert closing.parent_id is not None  # the root is never dissolved
        way = moving.Way((closing.pk,), closing.parent_id, event.on, event.actor, event.reason, words)
        moving.move(way, keys=kept)


def move_with_a_merger(event: OrganizationMerged) -> None:
    """Everybody's relations to the merged organisations go to the one that remains; posts there end."""
    moving.move(
        moving.Way(event.source_ids, event.survivor_id, event.on, event.actor, event.reason, "随组织合并转入"),
        everybody=True,
    )


def move_with_a_split(event: OrganizationSplit) -> None:
    """The relations of the chosen people go to their new organisation; their posts in the old one end."""
    for part in event.parts:
        way = moving.Way(
            (event.source_id,), part.organization_id, event.on, event.actor, event.reason, "随组织分设转入"
        )
        moving.move(way, keys=part.keys)


headcounts.register(count_all, count_one)
panels.register(10, leading_group)
subscribe(OrganizationDissolving)(refuse_while_people_belong)
subscribe(OrganizationMerged)(move_with_a_merger)
subscribe(OrganizationSplit)(move_with_a_split)
residents.register(queries.residents)


@handler(JOB_KIND, label="批量办理退休")
def retire_many(job: Job, cursor: Any) -> Step:
    """Enter the next few retirements, one act each; the requester's permissions are asked anew for each."""
    people: list[str] = job.payload["people"]
    start, refused = cursor or (0, [])
    part = tuple(uuid.UUID(uid) for uid in people[start : start + RETIRE_CHUNK])
    data = RetireMany(part, date.fromisoformat(job.payload["on"]), job.payload["reason"])
    refused = [*refused, *retire_each(actor_of(job), data)]
    done = start + len(part)
    words = f"已办理 {done - len(refused)} 人" + (
        f"；{len(refused)} 人没有办理：{'；'.join(refused[:3])}" if refused else ""
    )
    finished = done >= len(people)
    result = {"url": reverse("people-retiring"), "label": "回到到龄退休"} if finished else None
    return Step(cursor=(done, refused), done=done, total=len(people), message=words, finished=finished, result=result)
