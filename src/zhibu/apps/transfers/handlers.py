"""What this app does when something happens elsewhere, its work of the night, and what it gives to pages of others."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.membership.events import MemberLeft, MemberMoved, MemberReturned
from zhibu.apps.membership.models import Status
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged
from zhibu.apps.people.events import (
    PersonChangeReversed,
    PersonEnteredCare,
    PersonLeftCare,
    PersonLeftPost,
    PersonMerging,
    PersonRetired,
    PostChanged,
)
from zhibu.apps.transfers import faces  # noqa: F401 - panels of other pages register themselves
from zhibu.apps.transfers.services import arriving, asking, contacts, following, issuing
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import subscribe
from zhibu.kernel.jobs import Step, actor_of, daily, handler
from zhibu.kernel.jobs.models import Job

CHUNK = 20


@subscribe(MemberMoved)
def follow_a_move(event: MemberMoved) -> None:
    """What is open follows the member, or ends."""
    following.moved(event.actor, event.person_id, event.member_id, event.on)


@subscribe(MemberLeft)
def end_with_membership(event: MemberLeft) -> None:
    """Nothing of this app stays open for who is no member."""
    why = f"党籍状态：{Status(event.status).label}"
    following.left(event.actor, event.person_id, event.member_id, event.on, why)


@subscribe(MemberReturned)
def begin_again(event: MemberReturned) -> None:
    """A mistake was taken back."""
    following.returned(event.actor, event.person_id, event.member_id, event.organization_id)


@subscribe(OrganizationMerged)
def move_with_a_merger(event: OrganizationMerged) -> None:
    """The branch that remains receives and hosts."""
    following.merged(event.actor, event.source_ids, event.survivor_id)


@subscribe(OrganizationDissolving)
def refuse_while_somebody_comes(event: OrganizationDissolving) -> None:
    """No letter leads to a branch that is no more."""
    following.refuse_dissolving(event.organization_id)


@subscribe(PersonMerging)
def settle_two_records(event: PersonMerging) -> None:
    """One person has one transfer under way, one place to be, one plan."""
    following.merge_people(event.actor, event.kept_id, event.dropped_id)


def _plans(actor: Actor, person_id: int) -> None:
    contacts.keep_plans(localdate(), [person_id], actor)


@subscribe(PersonLeftPost)
def plan_for_off_post(event: PersonLeftPost) -> None:
    """Whoever leaves the post is kept in touch with from then on."""
    _plans(event.actor, event.person_id)


@subscribe(PersonEnteredCare)
def plan_for_care(event: PersonEnteredCare) -> None:
    """The same for who enters care."""
    _plans(event.actor, event.person_id)


@subscribe(PersonLeftCare)
def plan_after_care(event: PersonLeftCare) -> None:
    """Whoever works again needs no plan of that kind."""
    _plans(event.actor, event.person_id)


@subscribe(PersonRetired)
def plan_after_retirement(event: PersonRetired) -> None:
    """The same for who retires."""
    _plans(event.actor, event.person_id)


@subscribe(PostChanged)
def plan_after_change(event: PostChanged) -> None:
    """The same for who has a post again."""
    _plans(event.actor, event.person_id)


@subscribe(PersonChangeReversed)
def plan_after_reversal(event: PersonChangeReversed) -> None:
    """A mistake was taken back."""
    _plans(event.actor, event.person_id)


@daily("transfers.letters", hour=1)
def expire_letters() -> None:
    """Letters that hold no longer are void."""
    issuing.expire(localdate())


@daily("transfers.plans", hour=4)
def keep_plans() -> None:
    """Members off their post have a plan."""
    contacts.keep_plans(localdate())


@handler(asking.ASK_JOB, label="批量提出接转")
def ask_many(job: Job, cursor: Any) -> Step:
    """Ask for the next few, one act each; the requester's permissions are asked anew for each."""
    data = asking.of_payload(job.payload)
    return _many(job, cursor, "members", "transfers", lambda part: asking.ask_each(actor_of(job), part, data)[1])


@handler(issuing.APPROVE_JOB, label="批量审批接转")
def approve_many(job: Job, cursor: Any) -> Step:
    """Approve the next few, each with a letter."""
    days = job.payload["days"]
    return _many(job, cursor, "transfers", "transfers", lambda part: issuing.approve_each(actor_of(job), part, days))


@handler(arriving.ACCEPT_JOB, label="批量接收组织关系")
def accept_many(job: Job, cursor: Any) -> Step:
    """Accept the next few."""
    return _many(job, cursor, "arrivals", "arrivals", lambda part: arriving.accept_each(actor_of(job), part))


def _many(job: Job, cursor: Any, key: str, page: str, each: Any) -> Step:
    whom: list[str] = job.payload[key]
    start, refused = cursor or (0, [])
    part = [uuid.UUID(uid) for uid in whom[start : start + CHUNK]]
    refused = [*refused, *each(part)]
    done = start + len(part)
    words = f"已办理 {done - len(refused)} 人"
    if refused:
        words += f"；{len(refused)} 人没有办理：{'；'.join(refused[:3])}"
    finished = done >= len(whom)
    result = {"url": reverse(page), "label": "查看名单"} if finished else None
    return Step(cursor=(done, refused), done=done, total=len(whom), message=words, finished=finished, result=result)
