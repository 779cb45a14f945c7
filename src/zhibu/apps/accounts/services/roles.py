"""Roles: the built-in ones follow the table, one's own are written at the root."""

import copy
from dataclasses import dataclass

from django.utils.timezone import localdate

from zhibu.apps.accounts import policy
from zhibu.apps.accounts.models import Role
from zhibu.apps.accounts.permissions import builtin_roles, labels, permissions
from zhibu.apps.accounts.queries import root_paths
from zhibu.apps.accounts.services import guards
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change


@dataclass(frozen=True)
class RoleFields:
    """Input of `create` and `edit`."""

    name: str
    description: str
    permissions: tuple[str, ...]
    reason: str = ""


def sync_builtin() -> list[str]:
    """Bring the built-in roles to what the table says; returns the codes that changed. Runs at every migration.

    A role that left the table stays, as one of the installation's own, because somebody may hold it.
    """
    changed = []
    stored = {role.code: role for role in Role.objects.system("built-in roles").all()}
    for code, wanted in builtin_roles().items():
        values = {
            "name": wanted.name,
            "description": wanted.description,
            "permissions": list(wanted.permissions),
            "builtin": True,
        }
        role = stored.get(code)
        if role is None:
            Role.objects.create(code=code, **values)
        elif any(getattr(role, name) != value for name, value in values.items()):
            Role.objects.system("built-in roles").filter(pk=role.pk).update(rev=role.rev + 1, **values)
        else:
            continue
        changed.append(code)
    gone = [code for code, role in stored.items() if role.builtin and code not in builtin_roles()]
    if gone:
        Role.objects.system("built-in roles").filter(code__in=gone).update(builtin=False)
    return changed + gone


def create(act: Act, obj: None, data: RoleFields) -> Role:
    """Create a role of one's own from permissions one holds at the root."""
    role = Role(name=data.name.strip(), description=data.description.strip(), permissions=_ordered(data.permissions))
    _check(act, role, added=role.permissions)
    role.code = f"own-{role.uid.hex[:12]}"
    role.save(force_insert=True)
    act.log(role, changes=_changes([], role.permissions), organization_id=None, summary=f"新建角色：{role}")
    return role


def edit(act: Act, obj: Role, data: RoleFields) -> Role:
    """Change a role of one's own; whoever holds it has the new permissions at once."""
    if obj.builtin:
        raise Refused("内置角色不能修改", next_step="可以新建一个角色，再把人员换过去。")
    before = copy.copy(obj)
    obj.name, obj.description, obj.permissions = data.name.strip(), data.description.strip(), _ordered(data.permissions)
    _check(act, obj, added=[code for code in obj.permissions if code not in before.permissions])
    obj.rev += 1
    managed = bool(guards.root_managers(localdate()))
    obj.save(update_fields=["name", "description", "permissions", "rev"])
    if managed and not guards.root_managers(localdate()):
        raise Refused("这样改后就没有人能管理全部账号了", field="permissions", code="last_manager")
    changes = diff(before, obj, ["name", "description"]) + _changes(before.permissions, obj.permissions)
    act.log(obj, changes=changes, summary=f"修改角色：{obj}")
    return obj


def _check(act: Act, role: Role, added: list[str]) -> None:
    if not policy.manages_all(act.actor):
        raise Refused(
            "角色对整个平台有效，只有在最高一级组织管理账号的人才能建立和修改",
            code="not_root",
            next_step="请联系上级管理员。",
        )
    unknown = [code for code in role.permissions if code not in permissions()]
    if unknown or not role.permissions:
        raise Refused("请至少勾选一项权限", field="permissions")
    missing = policy.missing_to_write(act.actor, added, root_paths())
    if missing:
        raise Refused(
            f"您自己在最高一级组织没有这些权限，不能放进角色：{labels(missing)}",
            field="permissions",
            code="escalation",
            next_step="否则任何管理员都能给自己添加权限。确有需要，请由持有这些权限的管理员来建立。",
        )
    same = Role.objects.system("names of roles").filter(name=role.name).exclude(pk=role.pk)
    if same.exists():
        raise Refused("已有同名的角色", field="name", next_step="请换一个名称。")


def _ordered(codes: tuple[str, ...]) -> list[str]:
    chosen = set(codes)
    return [code for code in permissions() if code in chosen] + sorted(chosen - set(permissions()))


def _changes(old: list[str], new: list[str]) -> list[Change]:
    return [] if old == new else [Change("permissions", "权限", labels(old), labels(new))]
