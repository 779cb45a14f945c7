"""What becomes of an account with its second factors: set up, named, removed, each with its line in the trail."""

import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.models import Account, Factor
from zhibu.apps.accounts.queries import actor_for, seat_of
from zhibu.apps.accounts.services import recovery_codes, session_list, warnings
from zhibu.kernel import audit
from zhibu.kernel.actions import Refused
from zhibu.kernel.audit import Change

#: nobody needs more; without an end a stolen session could fill the table
MOST = 10
ADD, RENAME, REMOVE = "accounts.factor.add", "accounts.factor.rename", "accounts.factor.remove"
CODES = "accounts.factor.recovery_codes"


def confirm(account: Account, factor: Factor, name: str, session: SessionBase) -> list[str]:
    """The factor counts from now on; returns ten recovery codes when it is the first one, else none.

    With the first factor the account's other sessions end: they were opened without one. Inside a transaction.
    """
    Account.objects.system("one factor after another").select_for_update(of=("self",)).get(pk=account.pk)
    before = list(second_factor.factors_of(account.pk).values_list("name", flat=True))
    if len(before) >= MOST:
        raise Refused(f"第二验证最多 {MOST} 个", next_step="请先删除不用的。")
    factor.name = free_name(name or factor.get_kind_display(), before)
    factor.confirmed_at = timezone.now()
    factor.save()
    session_list.strengthen(session, factor.kind)
    if account.must_set_factor:
        account.must_set_factor, account.rev = False, account.rev + 1
        account.save(update_fields=["must_set_factor", "rev"])
    if not before:
        session_list.end_all(account, session_list.End.FACTOR, but=session)
    _record(account, ADD, f"设置第二验证：{factor}")
    warnings.tell(
        account, "您的账号添加了第二验证", f"factor:{factor.uid}", f"新的{factor.get_kind_display()}可以用来登录。"
    )
    return [] if before else recovery_codes.renew(account)


def rename(account: Account, factor: Factor, name: str) -> None:
    """Give a factor another name; inside a transaction."""
    others = second_factor.factors_of(account.pk).exclude(pk=factor.pk).values_list("name", flat=True)
    old, factor.name = factor.name, name.strip()
    if factor.name in set(others):
        raise Refused("已有同名的第二验证", field="name", next_step="请换一个名称。")
    factor.rev += 1
    factor.save(update_fields=["name", "rev"])
    _record(account, RENAME, f"第二验证改名：{factor}", [Change("name", "名称", old, factor.name)])


def remove(account: Account, factor: Factor, session: SessionBase) -> None:
    """Take one factor away; refused for the last one of somebody who must have one. Inside a transaction."""
    Account.objects.system("one factor after another").select_for_update(of=("self",)).get(pk=account.pk)
    left = second_factor.factors_of(account.pk).exclude(pk=factor.pk).exists()
    if not left and second_factor.must_have(account, actor_for(account)):
        raise Refused("您的角色必须有第二验证，这是最后一个", next_step="请先添加另一个，再删除这个。")
    close(factor)
    if not left:
        recovery_codes.forget(account)
        session_list.end_all(account, session_list.End.FACTOR, but=session)
        session_list.weaken(session)
    _record(account, REMOVE, f"删除第二验证：{factor}")
    warnings.tell(account, "您的账号删除了一个第二验证", f"factor:{factor.uid}:{factor.rev}")


def close(factor: Factor) -> None:
    """Keep the factor's line without what it could be used with."""
    factor.secret = factor.credential_id = factor.public_key = None
    factor.removed_at, factor.rev = timezone.now(), factor.rev + 1
    factor.save(update_fields=["secret", "credential_id", "public_key", "removed_at", "rev"])


def renew_codes(account: Account) -> list[str]:
    """Make ten new recovery codes; the old ones open nothing any more. Inside a transaction."""
    codes = recovery_codes.renew(account)
    _record(account, CODES, f"重新生成恢复码：{account.username}")
    warnings.tell(account, "您的账号重新生成了恢复码，旧的全部作废", f"codes:{account.pk}:{uuid.uuid4().hex}")
    return codes


def free_name(wanted: str, taken: list[str]) -> str:
    """Return the name, with a number where the account has one of that name."""
    name = wanted.strip()[:36]
    return next(n for n in (name, *(f"{name} {k}" for k in range(2, MOST + 2))) if n not in taken)


def _record(account: Account, action: str, summary: str, changes: list[Change] | None = None) -> None:
    audit.record(
        actor_for(account), action, account, summary=summary, changes=changes or [], organization_id=seat_of(account)
    )
