"""What a transfer will bring about, told beforehand: what this app knows, and what others add."""

from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.transfers.events import TransferForeseen
from zhibu.apps.transfers.models import ContactPlan, Floating, Twofold
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish


def foresee(
    actor: Actor, person_id: int, source: Organization, target: Organization | None, on: date | None = None
) -> list[str]:
    """Return sentences on what ends or changes when the member goes; only what the actor may see.

    Posts and roles end by membership, contact plan and participation by this app; the others answer the event.
    """
    on = on or localdate()
    told = [
        *_posts(actor, person_id, target),
        *_roles(actor, person_id, source, target),
        *_away(actor, person_id, target),
    ]
    asked = TransferForeseen(person_id, source.pk, target.pk if target else None, on, actor)
    with transaction.atomic():
        publish(asked)
    return told + asked.answers


def _stays(place: Organization, target: Organization | None) -> bool:
    return target is not None and target.path.startswith(place.path)


def _posts(actor: Actor, person_id: int, target: Organization | None) -> list[str]:
    rows = Post.objects.visible_to(actor).filter(current(), person_id=person_id, organization__kind__in=PARTY_KINDS)
    return [
        f"在{post.organization}的党内职务“{post.get_kind_display()}”当天结束"
        for post in rows.select_related("organization")
        if not _stays(post.organization, target)
    ]


def _roles(actor: Actor, person_id: int, source: Organization, target: Organization | None) -> list[str]:
    if not actor.may("transfers.view", source.path) and not actor.is_system:
        return []
    rows = RoleAssignment.objects.system("roles that end with a transfer").filter(
        RoleAssignment.current(localdate()), account__person_id=person_id, organization__path__startswith=source.path
    )
    return [
        f"在{row.organization}的平台角色“{row.role}”当天结束"
        for row in rows.select_related("organization", "role")
        if not _stays(row.organization, target)
    ]


def _away(actor: Actor, person_id: int, target: Organization | None) -> list[str]:
    told = []
    away = Floating.objects.visible_to(actor).filter(person_id=person_id, until__isnull=True).first()
    if away is not None:
        told.append(f"流动党员登记（{away.where}）当天结束")
    if ContactPlan.objects.visible_to(actor).filter(person_id=person_id, until__isnull=True).exists():
        told.append("联系计划当天结束，由接收支部另行安排")
    for one in Twofold.objects.visible_to(actor).filter(person_id=person_id, until__isnull=True).select_related("host"):
        # which branch takes is not chosen yet where the form is only opened: both ways are told
        if target is not None and target.path.startswith(one.host.path):
            told.append(f"在{one.host}的双重组织生活当天结束，那里成为本人所在的支部")
        else:
            told.append(f"在{one.host}的双重组织生活由接收支部接着登记；转往那里或转出平台的，当天结束")
    return told
