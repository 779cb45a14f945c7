"""What becomes of the roles held at an organisation that merges with another or ends."""

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.accounts import policy
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.apps.accounts.permissions import labels
from zhibu.apps.organizations.models import Organization
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused, diff
from zhibu.kernel.actor import Actor

END, GRANT = "accounts.assignment.end", "accounts.assignment.grant"


def end_roles(actor: Actor, places: Iterable[int], reason: str) -> list[RoleAssignment]:
    """End every role held at the places from today on, lent ones included; return those that were not lent."""
    today = localdate()
    rows = RoleAssignment.objects.system("roles of a closing organisation").filter(
        RoleAssignment.live(today), organization__in=places
    )
    own = []
    for row in rows.select_for_update(of=("self",)).select_related("account", "organization", "role"):
        before = copy.copy(row)
        if row.delegated_from_id is None:
            own.append(before)
        row.until, row.rev = max(today, row.since), row.rev + 1
        row.save(update_fields=["until", "rev"])
        _log(actor, END, row, f"随组织调整结束角色：{row}", diff(before, row, ["until"]), reason)
    _end_lent_elsewhere(actor, own, today, reason)
    return own


def end_roles_of(actor: Actor, people: Sequence[int], ends: Callable[[int, Organization], bool], reason: str) -> None:
    """End today the roles of these people (ids) at organisations of which `ends(person id, organisation)` says so.

    What they had lent ends with them. For whoever no longer belongs where the role was held.
    """
    today = localdate()
    rows = RoleAssignment.objects.system("roles of people who moved").filter(
        RoleAssignment.live(today), account__person__in=people, delegated_from__isnull=True
    )
    own = []
    for row in rows.select_for_update(of=("self",)).select_related("account", "organization", "role"):
        if not ends(row.account.person_id, row.organization):
            continue
        before = copy.copy(row)
        own.append(before)
        row.until, row.rev = max(today, row.since), row.rev + 1
        row.save(update_fields=["until", "rev"])
        _log(actor, END, row, f"随组织关系变动结束角色：{row}", diff(before, row, ["until"]), reason)
    if own:
        _end_lent_elsewhere(actor, own, today, reason)


def move_roles(actor: Actor, places: Iterable[int], target: Organization, reason: str) -> None:
    """End the roles at the places and give the same at the target, from today to their former end.

    By the rules of `policy`: the actor needs what it takes to grant them there. Lent roles end (the lender may lend
    again), and the actor's own are not moved by the actor.
    """
    today = localdate()
    for row in end_roles(actor, places, reason):
        if row.account_id == actor.account_id or row.account.person_id in {actor.person_id, actor.for_whom} - {None}:
            continue
        missing = policy.missing_to_grant(actor, row.role.permissions, target.path)
        if missing:
            raise Refused(
                f"您不能在合并后的组织授予“{row.role}”，缺少权限：{labels(missing)}",
                field="roles",
                code="escalation",
                next_step="请改选“结束角色”，或请系统管理员办理。",
            )
        held = RoleAssignment.objects.system("the same role at the target").filter(
            RoleAssignment.live(today), account=row.account, role=row.role, organization=target
        )
        if held.exists() or not row.account.is_active:
            continue
        moved = RoleAssignment(
            account=row.account, role=row.role, organization=target, since=max(today, row.since), until=row.until,
            reason=reason[:200], granted_by_id=actor.account_id, granted_by_name=actor.name[:100],
        )  # fmt: skip
        moved.save(force_insert=True)
        changes = diff(RoleAssignment(), moved, ["since", "until"])
        _log(actor, GRANT, moved, f"随组织合并转任：{moved}", changes, reason)


def _end_lent_elsewhere(actor: Actor, own: list[RoleAssignment], today: date, reason: str) -> None:
    """End what the holders of ended roles had lent, wherever it was recorded."""
    lent = RoleAssignment.objects.system("lent from an ended role").filter(
        RoleAssignment.live(today), delegated_from__in=[row.pk for row in own]
    )
    for row in lent.select_related("account", "organization", "role"):
        before = copy.copy(row)
        row.until, row.rev = max(today, row.since), row.rev + 1
        row.save(update_fields=["until", "rev"])
        _log(actor, END, row, f"代理随原授权结束：{row}", diff(before, row, ["until"]), reason)


def _log(
    actor: Actor, action: str, row: RoleAssignment, summary: str, changes: list[audit.Change], reason: str
) -> None:
    """Write the line twice, as `assignments` does: in full on the role's page, without the place on the account's."""
    audit.record(actor, action, row, summary=summary, changes=changes, reason=reason)
    short = f"{summary.split('：', 1)[0]}：{row.role}"
    audit.record(actor, action, row.account, summary=short, changes=changes, organization_id=row.organization_id)
