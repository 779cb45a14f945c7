"""Accounts made from people, singly and in bulk; new passwords; disabling and enabling; renaming."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhibu.apps.accounts import policy
from zhibu.apps.accounts.models import Account, SlipSheet
from zhibu.apps.accounts.queries import candidates, holdings, home_ids, seat_of
from zhibu.apps.accounts.services import guards, lockout, naming, passwords, session_list, slips, warnings
from zhibu.apps.accounts.services.naming import FirstPassword
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.jobs import enqueue

JOB_KIND = "accounts.account.create_many"
#: more people than this are given to the worker
INLINE = 50
#: as many slips are set in one file while the clerk waits
MOST = 2_000


@dataclass(frozen=True)
class NewAccount:
    """Input of `create`."""

    username: str


@dataclass(frozen=True)
class NewAccounts:
    """Input of `create_many`: the people chosen (primary keys), and passwords hashed before the transaction."""

    organization: Organization
    people: tuple[int, ...]
    passwords: tuple[FirstPassword, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class NewName:
    """Input of `rename`."""

    username: str
    reason: str = ""


def create(act: Act, obj: Person, data: NewAccount) -> SlipSheet:
    """Make the account of a person and return the sheet with its first password."""
    username = naming.check_username(data.username, person=obj)
    first = naming.make_first_password()
    account = Account.objects.create(
        username=username, person=obj, display_name=obj.name, password=first.hashed, must_change_password=True
    )
    _log_new(act, account, home_ids([obj.pk]).get(obj.pk))
    sheet = slips.new_sheet(act.actor.account_id, f"{obj.name}的首次密码")
    slips.add(sheet, [(account, first)])
    return sheet


def create_many(act: Act, obj: None, data: NewAccounts) -> SlipSheet:
    """Make the accounts of many people: at once up to INLINE of them, by the worker beyond. Returns their sheet."""
    if not data.people:
        raise Refused("没有选中任何人", field="people", next_step="请勾选人员；名单是空的，说明这里的人都有账号了。")
    if len(data.people) > MOST:
        raise Refused(f"一次最多为 {MOST} 人建账号", field="organization", next_step="请分几个下级组织办理。")
    label = f"{data.organization}等 {len(data.people)} 人的首次密码"
    if len(data.people) <= INLINE:
        sheet = slips.new_sheet(act.actor.account_id, label)
        made = create_chunk(act, data.people, sheet, data.passwords)
        if not made:
            raise Refused("选中的人都已有账号，或不在您的管理范围内", field="people")
        act.log(sheet, summary=f"为“{data.organization}”批量建立 {made} 个账号", organization_id=data.organization.pk)
        return sheet
    job = enqueue(
        JOB_KIND,
        actor=act.actor,
        label=f"批量建立账号：{data.organization}",
        payload={"people": list(data.people)},
        total=len(data.people),
    )
    sheet = slips.new_sheet(act.actor.account_id, label, job_uid=job.uid)
    act.log(
        sheet,
        summary=f"为“{data.organization}”批量建立账号（{len(data.people)} 人，后台办理）",
        organization_id=data.organization.pk,
    )
    return sheet


def create_chunk(act: Act, people: Sequence[int], sheet: SlipSheet, passwords: Sequence[FirstPassword] = ()) -> int:
    """Make the accounts of those people who are in the actor's reach and have none; returns how many were made."""
    rows = list(candidates(act.actor).filter(pk__in=people).order_by("pk"))
    taken = naming.taken_names(naming.stem(person) for person in rows)
    homes = home_ids([person.pk for person in rows])
    ready = list(passwords)
    pairs = []
    for person in rows:
        first = ready.pop() if ready else naming.make_first_password()
        username = _free_name(person, taken)
        account = Account.objects.create(
            username=username, person=person, display_name=person.name, password=first.hashed, must_change_password=True
        )
        _log_new(act, account, homes.get(person.pk))
        pairs.append((account, first))
    slips.add(sheet, pairs)
    return len(pairs)


def reset_password(act: Act, obj: Account, data: Why) -> SlipSheet:
    """Give the account a new first password and return its sheet; its sessions end, a pause after wrong ones as well."""
    guards.refuse_self(act.actor, obj, "您自己的密码请在“修改密码”页修改")
    if not policy.outranks(act.actor, holdings(obj)):
        raise Refused("这个账号有您没有的权限，您不能重置它的密码", next_step="请由上级管理员办理。", code="outranked")
    first = naming.make_first_password()
    passwords.remember(obj, obj.password)
    lockout.clear(obj)
    session_list.end_all(obj, session_list.End.PASSWORD)
    obj.password, obj.must_change_password, obj.rev = first.hashed, True, obj.rev + 1
    obj.save(update_fields=["password", "must_change_password", "rev"])
    act.log(obj, summary=f"重置密码：{obj}", organization_id=seat_of(obj))
    warnings.tell(obj, "管理员重置了您的密码", f"password:{obj.pk}:{obj.rev}")
    sheet = slips.new_sheet(act.actor.account_id, f"{obj.display_name}的新密码")
    slips.add(sheet, [(obj, first)])
    return sheet


def disable(act: Act, obj: Account, data: Why) -> Account:
    """Close the account: it cannot sign in, its sessions and what it lent to others end."""
    guards.refuse_self(act.actor, obj, "不能停用自己的账号")
    guards.refuse_last_manager(obj)
    return _switch(act, obj, False)


def enable(act: Act, obj: Account, data: Why) -> Account:
    """Open a disabled account again, with the roles it still holds."""
    guards.refuse_self(act.actor, obj, "不能启用自己的账号")
    return _switch(act, obj, True)


def rename(act: Act, obj: Account, data: NewName) -> Account:
    """Change the user name."""
    _must_manage(act, obj)
    username = naming.check_username(data.username, account=obj, person=obj.person)
    if username == obj.username:
        raise Refused("新用户名与原来的相同", field="username")
    before = copy.copy(obj)
    obj.username, obj.rev = username, obj.rev + 1
    obj.save(update_fields=["username", "rev"])
    act.log(obj, changes=diff(before, obj, ["username"]), organization_id=seat_of(obj))
    return obj


def _switch(act: Act, obj: Account, active: bool) -> Account:
    _must_manage(act, obj)
    before = copy.copy(obj)
    obj.is_active, obj.rev = active, obj.rev + 1
    obj.save(update_fields=["is_active", "rev"])
    if not active:
        session_list.end_all(obj, session_list.End.DISABLED)
    act.log(obj, changes=diff(before, obj, ["is_active"]), organization_id=seat_of(obj))
    return obj


def _must_manage(act: Act, obj: Account) -> None:
    if not policy.manages_all_of(act.actor, holdings(obj)):
        raise Refused("这个账号在您的管理范围之外也有角色", next_step="请由上级管理员办理。", code="outranked")


def _free_name(person: Person, taken: set[str]) -> str:
    """Return a user name for the person and remember it; a name that is another's number is passed over."""
    name = naming.propose(person, taken)
    while True:
        taken.add(name)
        try:
            return naming.check_username(name, person=person)
        except Refused:
            name = naming.propose(person, taken)


def _log_new(act: Act, account: Account, home: int | None) -> None:
    act.log(account, summary=f"建立账号：{account}", organization_id=home or seat_of(account))
