"""Refusals that several services share."""

from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.permissions import MANAGE
from zhibu.apps.accounts.queries import root_paths
from zhibu.apps.accounts.rules import Fault
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor


def refuse_self(actor: Actor, account: Account, message: str) -> None:
    """Raise Refused when the account is the actor's own, or another one of the same person."""
    same_person = account.person_id is not None and account.person_id in (actor.person_id, actor.for_whom)
    if (actor.account_id is not None and account.pk == actor.account_id) or same_person:
        raise Refused(message, code="separation")


def refuse_faults(faults: list[Fault]) -> None:
    """Raise Refused for the first fault, at its field."""
    if faults:
        raise Refused(faults[0].message, field=faults[0].field, code="period")


def root_managers(on: date) -> set[int]:
    """Return the ids of the active accounts that manage accounts at the root on that day, not by delegation."""
    rows = RoleAssignment.objects.system("who manages accounts").filter(
        RoleAssignment.current(on),
        delegated_from__isnull=True,
        account__is_active=True,
        organization__path__in=root_paths(),
    )
    return {account for account, codes in rows.values_list("account_id", "role__permissions") if MANAGE in codes}


def refuse_last_manager(account: Account, ending: RoleAssignment | None = None) -> None:
    """Raise Refused when without the account (or without that assignment of it) nobody manages accounts at the root."""
    today = localdate()
    managers = root_managers(today)
    if account.pk not in managers or managers - {account.pk}:
        return
    if ending is not None and _manages_otherwise(account, ending, today):
        return
    raise Refused(
        "这是最后一个能管理全部账号的管理员", next_step="请先把系统管理员角色授予另一个账号。", code="last_manager"
    )


def _manages_otherwise(account: Account, ending: RoleAssignment, today: date) -> bool:
    others = RoleAssignment.objects.system("who manages accounts").filter(
        RoleAssignment.current(today),
        Q(delegated_from__isnull=True),
        account=account,
        organization__path__in=root_paths(),
    )
    codes = others.exclude(pk=ending.pk).values_list("role__permissions", flat=True)
    return any(MANAGE in one for one in codes)
