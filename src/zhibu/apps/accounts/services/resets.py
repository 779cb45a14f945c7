"""Somebody lost every second factor: an administrator asks, another person consents in time, then all are removed.

Whoever could do it alone could take over any account by resetting its password as well.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhibu.apps.accounts import policy
from zhibu.apps.accounts.models import Account, Factor, FactorReset
from zhibu.apps.accounts.queries import holdings, seat_of
from zhibu.apps.accounts.security import number
from zhibu.apps.accounts.services import factors, guards, lockout, recovery_codes, session_list, warnings
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM

State = FactorReset.State


@dataclass(frozen=True)
class ResetReason:
    """Input of `ask`: why, and how one knows that it is really them who ask."""

    reason: str


@dataclass(frozen=True)
class Answer:
    """Input of `consent`, `refuse` and `withdraw`."""

    reason: str = ""


def ask(act: Act, obj: Account, data: ResetReason) -> FactorReset:
    """Ask for the removal of somebody's second factors. It takes what resetting their password takes."""
    guards.refuse_self(act.actor, obj, "不能为自己申请重置第二验证")
    if not policy.outranks(act.actor, holdings(obj)):
        raise Refused("这个账号有您没有的权限，您不能为它申请", next_step="请由上级管理员办理。", code="outranked")
    _close_late(_open().filter(account=obj))
    if _open().filter(account=obj).exists():
        raise Refused("已有一份申请在等第二个人同意", next_step="请在“第二验证重置”里查看。")
    made: FactorReset = FactorReset.objects.create(
        account=obj,
        reason=data.reason,
        requested_by_id=act.actor.account_id,
        requested_by_person_id=act.actor.person_id,
        requested_by_name=act.actor.name[:100],
        expires_at=timezone.now() + timedelta(hours=number("reset_hours")),
    )
    _log(act, made, f"申请重置第二验证：{obj}")
    warnings.tell(
        obj, "有人为您申请重置第二验证", f"reset:{made.uid}", f"{made.requested_by_name}申请，另一个人同意后生效。"
    )
    return made


def consent(act: Act, obj: FactorReset, data: Answer) -> FactorReset:
    """The second person consents: factors and recovery codes go, sessions end, a new factor must be set up."""
    _second_person(act, obj)
    account = obj.account
    guards.refuse_self(act.actor, account, "不能同意重置自己的第二验证")
    remove_factors(account)
    account.rev += 1
    account.save(update_fields=["must_set_factor", "rev"])
    _decide(act, obj, State.DONE, data.reason)
    warnings.tell(account, "您的第二验证已经重置", f"reset:{obj.uid}:done", "下次登录用密码，并须重新设置第二验证。")
    _log(act, obj, f"同意重置第二验证，已重置：{account}（{obj.requested_by_name}申请）")
    return obj


def remove_factors(account: Account) -> None:
    """Remove every second factor and recovery code; sessions and pauses end, a new factor must be set up. The caller saves."""
    for factor in Factor.objects.system("resetting second factors").filter(account=account, removed_at__isnull=True):
        factors.close(factor)
    recovery_codes.forget(account)
    lockout.clear(account)
    session_list.end_all(account, session_list.End.FACTOR)
    account.must_set_factor = True


def refuse(act: Act, obj: FactorReset, data: Answer) -> FactorReset:
    """The second person does not consent; nothing changes for the account."""
    _second_person(act, obj)
    _decide(act, obj, State.REFUSED, data.reason)
    _log(act, obj, f"不同意重置第二验证：{obj.account}（{obj.requested_by_name}申请）")
    return obj


def withdraw(act: Act, obj: FactorReset, data: Answer) -> FactorReset:
    """Whoever asked takes it back."""
    _decide(act, obj, State.WITHDRAWN, data.reason)
    _log(act, obj, f"撤回重置第二验证的申请：{obj.account}")
    return obj


def expire() -> int:
    """Close the requests that nobody decided about in time; returns their number. For the worker's clock."""
    return _close_late(_open())


def _open() -> Any:
    return FactorReset.objects.system("requests to reset second factors").filter(state=State.OPEN)


def _close_late(rows: Any) -> int:
    late = list(rows.filter(expires_at__lte=timezone.now()).select_for_update(of=("self",)).select_related("account"))
    for row in late:
        row.state, row.decided_at, row.rev = State.EXPIRED, timezone.now(), row.rev + 1
        row.save(update_fields=["state", "decided_at", "rev"])
        summary = f"重置第二验证的申请过期，没有重置：{row.account}"
        for about in (row, row.account):
            audit.record(SYSTEM, "accounts.reset.expire", about, summary=summary, organization_id=seat_of(row.account))
    return len(late)


def _second_person(act: Act, obj: FactorReset) -> None:
    person = {act.actor.person_id, act.actor.for_whom} - {None}
    if act.actor.account_id == obj.requested_by_id or obj.requested_by_person_id in person:
        raise Refused("申请人自己不能同意或不同意", next_step="请由另一位有权限的人办理。", code="separation")


def _decide(act: Act, obj: FactorReset, state: str, answer: str) -> None:
    obj.state, obj.answer, obj.rev = state, answer, obj.rev + 1
    obj.decided_by_id, obj.decided_by_name, obj.decided_at = act.actor.account_id, act.actor.name[:100], timezone.now()
    obj.save(update_fields=["state", "answer", "rev", "decided_by_id", "decided_by_name", "decided_at"])


def _log(act: Act, obj: FactorReset, summary: str) -> None:
    """Write the line twice: on the request's page and on the account's."""
    for about in (obj, obj.account):
        act.log(about, summary=summary, organization_id=seat_of(obj.account))


def without_open_request() -> Q:
    """Condition on accounts: no request waits for a second person."""
    waiting = FactorReset.objects.system("accounts with an open request").filter(FactorReset.waiting())
    return ~Q(pk__in=waiting.values("account_id"))
