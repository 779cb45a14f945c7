"""Handing out roles, ending and extending them, and lending one's own for a while."""

import copy
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.accounts import policy, rules
from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.permissions import DELEGATE, MANAGE, NOT_LENT, labels
from zhibu.apps.accounts.services import guards
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change

SELF = "不能给自己授予或延长角色"


@dataclass(frozen=True)
class NewAssignment:
    """Input of `grant`: the role, where, from when, until when (first day without it; None: no end), and why."""

    role: Role
    organization: Organization
    since: date
    until: date | None
    reason: str


@dataclass(frozen=True)
class Ending:
    """Input of `end` and `recall`: the first day without the role, and why."""

    on: date
    reason: str


@dataclass(frozen=True)
class Extension:
    """Input of `extend`: the new first day without the role (None: no end), and why."""

    until: date | None
    reason: str


@dataclass(frozen=True)
class Delegation:
    """Input of `delegate`: who stands in, from when, until when (first day without), and why."""

    account: Account
    since: date
    until: date
    reason: str


def grant(act: Act, obj: Account, data: NewAssignment) -> RoleAssignment:
    """Give an account a role at an organisation, by the rules of `policy`."""
    guards.refuse_self(act.actor, obj, SELF)
    if not obj.is_active:
        raise Refused("这个账号已停用", next_step="请先启用账号。")
    guards.refuse_faults(rules.period_faults(data.since, data.until, localdate()))
    if not data.organization.is_open(localdate()):
        raise Refused("这个组织已撤销或尚未成立", field="organization", next_step="请选择现有的组织。")
    _must_be_grantable(act, data.role, data.organization)
    _refuse_double(obj, data)
    assignment = RoleAssignment(
        account=obj,
        role=data.role,
        organization=data.organization,
        since=data.since,
        until=data.until,
        reason=data.reason,
    )
    return _insert(act, assignment, f"授予角色：{obj}任{data.organization}{data.role}")


def end(act: Act, obj: RoleAssignment, data: Ending) -> RoleAssignment:
    """End an assignment on a day from today on; what its holder lent to others ends with it."""
    if MANAGE in obj.role.permissions:
        guards.refuse_last_manager(obj.account, ending=obj)
    return _end(act, obj, data, "结束角色")


def extend(act: Act, obj: RoleAssignment, data: Extension) -> RoleAssignment:
    """Let an assignment run longer. It takes the same as granting it anew; a delegated one is never extended."""
    guards.refuse_self(act.actor, obj.account, SELF)
    if obj.delegated_from_id is not None:
        raise Refused("代理不能续期", next_step="仍需代理的，请由本人重新委托。")
    guards.refuse_faults(rules.extension_faults(data.until, obj.until))
    _must_be_grantable(act, obj.role, obj.organization)
    before = copy.copy(obj)
    obj.until, obj.rev = data.until, obj.rev + 1
    obj.save(update_fields=["until", "rev"])
    _log(act, obj, f"延长角色：{obj}", diff(before, obj, ["until"]))
    return obj


def delegate(act: Act, obj: RoleAssignment, data: Delegation) -> RoleAssignment:
    """Lend one's own assignment to another account for at most 90 days; returns the lender's own assignment."""
    _must_be_lendable(act, obj)
    if not data.account.is_active:
        raise Refused("这个账号已停用，不能代理", field="account")
    reachable = Account.objects.visible_to(act.actor, DELEGATE).filter(pk=data.account.pk)
    if not reachable.exists():
        raise Refused("没有找到这个账号", field="account", next_step="只能委托给您管理范围内有账号的人。")
    if data.account.pk == act.actor.account_id or data.account.person_id in {act.actor.person_id} - {None}:
        raise Refused("不能委托给自己", field="account", code="separation")
    guards.refuse_faults(rules.delegation_faults(data.since, data.until, localdate(), obj.until))
    _refuse_double_delegation(obj, data)
    lent = RoleAssignment(
        account=data.account,
        role=obj.role,
        organization=obj.organization,
        since=data.since,
        until=data.until,
        delegated_from=obj,
        reason=data.reason,
    )
    _insert(act, lent, f"委托代理：{obj.account}的{obj.organization}{obj.role}由{data.account}代理")
    return obj


def recall(act: Act, obj: RoleAssignment, data: Ending) -> RoleAssignment:
    """The lender takes a delegated assignment back."""
    lender = obj.delegated_from
    if lender is None or lender.account_id != act.actor.account_id:
        raise Refused("只有委托人本人能收回代理", next_step="管理员可以用“结束角色”。")
    return _end(act, obj, data, "收回代理")


def _must_be_grantable(act: Act, role: Role, organization: Organization) -> None:
    missing = policy.missing_to_grant(act.actor, role.permissions, organization.path)
    if missing:
        raise Refused(
            f"“{role}”含有您在{organization}没有的权限：{labels(missing)}",
            field="role",
            code="escalation",
            next_step="只能授予您自己在那里也有的权限，请由上级管理员办理。",
        )


def _must_be_lendable(act: Act, obj: RoleAssignment) -> None:
    if obj.account_id != act.actor.account_id:
        raise Refused("只能委托自己的角色", code="not_own")
    if obj.delegated_from_id is not None:
        raise Refused("代理来的角色不能再委托", next_step="请由本人委托。", code="not_own")
    if not set(obj.role.permissions) - NOT_LENT:
        raise Refused("这个角色没有可以委托的权限", next_step="账号管理权不能委托，请另设一位管理员。")


def _refuse_double(account: Account, data: NewAssignment) -> None:
    rows = RoleAssignment.objects.system("the same role twice").filter(
        account=account, role=data.role, organization=data.organization, delegated_from__isnull=True
    )
    for since, until in rows.values_list("since", "until"):
        if since != until and rules.periods_overlap((since, until), (data.since, data.until)):
            raise Refused("这个账号在这段时间已有同一角色", field="role", next_step="需要延长的，请在原授权上续期。")


def _refuse_double_delegation(obj: RoleAssignment, data: Delegation) -> None:
    rows = RoleAssignment.objects.system("lent twice").filter(delegated_from=obj, account=data.account)
    for since, until in rows.values_list("since", "until"):
        if since != until and rules.periods_overlap((since, until), (data.since, data.until)):
            raise Refused("这段时间已经委托给同一人", field="account")


def _insert(act: Act, assignment: RoleAssignment, summary: str) -> RoleAssignment:
    assignment.granted_by_id, assignment.granted_by_name = act.actor.account_id, act.actor.name[:100]
    assignment.save(force_insert=True)
    _log(act, assignment, summary, diff(RoleAssignment(), assignment, ["since", "until"]))
    return assignment


def _end(act: Act, obj: RoleAssignment, data: Ending, wording: str) -> RoleAssignment:
    if data.on < localdate():
        raise Refused("结束日期不能早于今天", field="on")
    if obj.until is not None and data.on >= obj.until:
        raise Refused(f"这项授权本来就到 {obj.until.isoformat()} 为止", field="on")
    before = copy.copy(obj)
    obj.until, obj.rev = max(data.on, obj.since), obj.rev + 1
    obj.save(update_fields=["until", "rev"])
    _log(act, obj, f"{wording}：{obj}", diff(before, obj, ["until"]))
    lent = RoleAssignment.objects.system("lent from an ended assignment").filter(
        delegated_from=obj, until__gt=obj.until
    )
    for row in lent.select_related("account", "organization", "role"):
        earlier = copy.copy(row)
        row.until, row.rev = max(obj.until, row.since), row.rev + 1
        row.save(update_fields=["until", "rev"])
        _log(act, row, f"代理随原授权结束：{row}", diff(earlier, row, ["until"]))
    return obj


def _log(act: Act, assignment: RoleAssignment, summary: str, changes: list[Change]) -> None:
    """Write the line twice: in full on the assignment's own page, without the place and the reason on the account's.

    The account is also seen by those who reach it through another subtree.
    """
    act.log(assignment, summary=summary, changes=changes)
    short = f"{summary.split('：', 1)[0]}：{assignment.role}"
    replace(act, reason="").log(
        assignment.account, summary=short, changes=changes, organization_id=assignment.organization_id
    )
