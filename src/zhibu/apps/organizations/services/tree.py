"""The shape of the tree: create, edit, move and reorder. Every one of them holds the tree's lock."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.timezone import localdate

from zhibu.apps.organizations import rules
from zhibu.apps.organizations.events import OrganizationsChanged
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.permissions import RESTRUCTURE
from zhibu.kernel.actions import Act, Refused, diff, naming
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish
from zhibu.kernel.numbering import next_number
from zhibu.kernel.rules.answers import Violation
from zhibu.kernel.scope import OutsideScope
from zhibu.kernel.tree import STEP, step, successor, under

ROOT_PATH = step(0)
#: letters before a generated code, by kind
CODE_PREFIX = {
    rules.Kind.UNIT: "DW", rules.Kind.DEPARTMENT: "BM", rules.Kind.WORKSTATION: "GZ", rules.Kind.COMMITTEE: "DJ",
    rules.Kind.GENERAL_BRANCH: "ZZ", rules.Kind.BRANCH: "ZB", rules.Kind.GROUP: "XZ",
}  # fmt: skip
FIELDS = (
    "name", "short_name", "kind", "code", "founded_on", "region", "address", "phone", "introduction",
)  # fmt: skip
SORT_STEP = 10


@dataclass(frozen=True)
class NewOrganization:
    """Input of `create`. An empty code is filled by a suggestion, e.g. ZB0007."""

    parent: Organization
    kind: str
    name: str
    short_name: str = ""
    code: str = ""
    founded_on: date | None = None
    region: str = ""
    address: str = ""
    phone: str = ""
    introduction: str = ""


@dataclass(frozen=True)
class OrganizationFields:
    """Input of `edit`: everything but the place in the tree and the dissolution."""

    kind: str
    name: str
    short_name: str = ""
    code: str = ""
    founded_on: date | None = None
    region: str = ""
    address: str = ""
    phone: str = ""
    introduction: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Move:
    """Input of `move`."""

    parent: Organization
    reason: str = ""


@dataclass(frozen=True)
class Place:
    """Input of `reorder`: behind which sibling; None puts it first."""

    after: Organization | None = None


def lock_tree(*, wait: bool = True) -> Organization:
    """Lock the tree's shape until the transaction ends and return the root.

    One lock for the whole tree: with a lock on the parent only, a child created while an ancestor moves would keep the
    old path (the mover's UPDATE does not see it). FOR NO KEY UPDATE lets rows that point at the root be written.
    `wait=False` is for acts that already hold their record's lock: waiting could end in a deadlock.
    Raises Refused when there is no root yet, or when somebody else holds the lock and `wait` is off.
    """
    rows = Organization.objects.system("lock of the tree").filter(parent__isnull=True).order_by("path")
    if not connection.features.has_select_for_update:  # SQLite: the transaction itself is the lock (IMMEDIATE)
        root = rows.first()
    else:
        try:
            with transaction.atomic():
                root = rows.select_for_update(no_key=True, nowait=not wait).first()
        except OperationalError as busy:
            raise Refused("另一位同事正在调整组织机构", next_step="请稍等片刻后重新提交。", code="busy") from busy
    if root is None:
        raise Refused("还没有最高一级组织", next_step="请管理员先用 zhibu createadmin 建立。")
    found: Organization = root
    return found


def create_root(act: Act, *, name: str, kind: str = rules.Kind.UNIT, code: str = "") -> Organization:
    """Create the one root of the tree; for set-up only. Raises Refused when there is one."""
    _refuse(rules.placement(rules.Kind(kind), None), "kind")
    if Organization.objects.system("is there a root").filter(parent__isnull=True).exists():
        raise Refused("已经有最高一级组织", next_step="新的组织请放在它之下。")
    root = Organization(path=ROOT_PATH, kind=kind, name=name, code=code or suggest_code(rules.Kind(kind)))
    root.save(force_insert=True)
    act.log(root, summary=f"建立最高一级组织：{root.name}", organization_id=root.pk)
    return root


def create(act: Act, obj: None, data: NewOrganization) -> Organization:
    """Create an organisation under a parent in the actor's reach, as the last of its children."""
    lock_tree()
    parent = _fresh(data.parent)
    _must_reach(act, parent)
    _refuse_namesake(parent, data.name)
    organization = insert(parent, {name: getattr(data, name) for name in FIELDS})
    empty = Organization(path="", kind="", name="", code="")
    changes = [*diff(empty, organization, FIELDS), Change(naming("parent", parent), "上级组织", "", parent.name)]
    act.log(organization, changes=changes, summary=f"新建{organization}", organization_id=organization.pk)
    publish(OrganizationsChanged((organization.pk, parent.pk)))
    return organization


def insert(parent: Organization, values: dict[str, Any]) -> Organization:
    """Check and write a new child of `parent` (the caller holds the tree's lock); raises Refused."""
    kind = rules.Kind(values["kind"])
    _must_be_open(parent)
    _refuse(rules.placement(kind, rules.Kind(parent.kind)), "kind")
    _refuse(rules.depth(len(parent.path) + STEP), "parent")
    values = values | {"code": values.get("code") or suggest_code(kind)}
    organization = Organization(parent=parent, path=next_path(parent), sort=_last_sort(parent), **values)
    check_fields(organization)
    organization.save(force_insert=True)
    return organization


def edit(act: Act, obj: Organization, data: OrganizationFields) -> Organization:
    """Change the fields of an organisation. The kind must still fit its parent and its open children."""
    before = copy.copy(obj)
    for name in FIELDS:
        setattr(obj, name, getattr(data, name))
    obj.code = obj.code or before.code
    if obj.kind != before.kind or obj.code != before.code:
        lock_tree(wait=False)
        check_kind(obj)
    check_fields(obj)
    if obj.name != before.name and obj.parent is not None:
        _refuse_namesake(obj.parent, obj.name)
    changes = diff(before, obj, FIELDS)
    if not changes:
        raise Refused("没有改动任何内容", next_step="请修改后再保存，或返回。", code="unchanged")
    obj.rev += 1
    obj.save(update_fields=[*FIELDS, "rev"])
    act.log(obj, changes=changes, organization_id=obj.pk)
    if (obj.kind, obj.founded_on) != (before.kind, before.founded_on):
        publish(OrganizationsChanged((obj.pk, *([obj.parent_id] if obj.parent_id else []))))
    return obj


def move(act: Act, obj: Organization, data: Move) -> Organization:
    """Put an organisation with its whole subtree under another parent. The permission is needed at both ends."""
    lock_tree(wait=False)
    obj.refresh_from_db()
    target = _fresh(data.parent)
    _must_reach(act, target)
    if obj.parent is None:
        raise Refused("最高一级组织不能移动")
    before = copy.copy(obj)
    assert before.parent_id is not None  # the root was refused above
    replant(obj, target)
    change = Change(naming("parent", before.parent, target), "上级组织", str(before.parent), str(target))
    act.log(obj, changes=[change], summary=f"移动{obj}", organization_id=obj.pk)
    publish(OrganizationsChanged((obj.pk, before.parent_id, target.pk)))
    return obj


def replant(obj: Organization, target: Organization) -> None:
    """Put an organisation with its subtree under `target`, as the last child; the caller holds the tree's lock.

    Raises Refused where the rules forbid it. Both must be fresh: their paths are believed.
    """
    subtree = Organization.objects.system("subtree to be moved").filter(under("path", [obj.path]))
    deepest = subtree.aggregate(deepest=Max(Length("path")))["deepest"]
    parent_path = obj.path[:-STEP]
    _refuse(rules.moving(obj.path, parent_path, target.path, deepest), "parent")
    _must_be_open(target)
    _refuse(rules.placement(rules.Kind(obj.kind), rules.Kind(target.kind)), "parent")
    old, new = obj.path, next_path(target)
    # One statement; no two paths meet in it: nothing stands under the new path yet, and it is not inside the old one.
    subtree.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    obj.path, obj.parent, obj.sort, obj.rev = new, target, _last_sort(target), obj.rev + 1
    obj.save(update_fields=["parent", "sort", "rev"])


def reorder(act: Act, obj: Organization, data: Place) -> Organization:
    """Put an organisation behind one of its siblings, or first. Whoever orders siblings must reach their parent."""
    lock_tree(wait=False)
    if obj.parent is None:
        raise Refused("最高一级组织没有同级组织")
    _must_reach(act, obj.parent)
    siblings = list(
        Organization.objects.system("order of siblings")
        .filter(parent=obj.parent)
        .exclude(pk=obj.pk)
        .order_by("sort", "path")
    )
    place = 0
    if data.after is not None:
        places = {sibling.pk: n for n, sibling in enumerate(siblings)}
        if data.after.pk not in places:
            raise Refused("只能排在同一上级的组织之后", field="after")
        place = places[data.after.pk] + 1
    siblings.insert(place, obj)
    for number, sibling in enumerate(siblings, start=1):
        sibling.sort = number * SORT_STEP
    Organization.objects.system("order of siblings").bulk_update(siblings, ["sort"])
    obj.rev += 1
    obj.save(update_fields=["rev"])
    where = f"{data.after} 之后" if data.after else "第一位"
    change = Change(naming("after", data.after), "次序", "", where)
    act.log(obj, changes=[change], summary=f"调整{obj}的次序", organization_id=obj.pk)
    return obj


def next_path(parent: Organization) -> str:
    """Return the path for a new last child; the caller holds the tree's lock. Raises Refused when there is no room."""
    inside = Organization.objects.system("last child").filter(path__gt=parent.path, path__lt=successor(parent.path))
    last = inside.aggregate(last=Max("path"))["last"]
    try:
        own = step(int(last[len(parent.path) :][:STEP], 36) + 1) if last else step(0)
    except ValueError as full:
        raise Refused("这个上级之下的组织太多", field="parent", next_step="请先分设一层。") from full
    return str(parent.path) + own


def suggest_code(kind: rules.Kind) -> str:
    """Return the next free code of a kind, e.g. ZB0007; codes given by hand are skipped."""
    while True:
        code = f"{CODE_PREFIX[kind]}{next_number(f'organizations.code.{kind.value}', 0):04d}"
        if not Organization.objects.system("is the code free").filter(code__iexact=code).exists():
            return code


def check_fields(organization: Organization) -> None:
    """Refuse an empty name, a code in use, dates in the future or in the wrong order."""
    if not organization.name.strip():
        raise Refused("请填写全称", field="name")
    taken = Organization.objects.system("unique code").filter(code__iexact=organization.code)
    if taken.exclude(pk=organization.pk).exists():  # ZB01 and zb01 are the same to whoever reads or types them
        raise Refused(f"编码 {organization.code} 已被使用", field="code", next_step="请换一个编码，或留空由系统编号。")
    if organization.founded_on and organization.founded_on > localdate():
        raise Refused("成立日期不能晚于今天", field="founded_on")
    if organization.founded_on and organization.dissolved_on and organization.dissolved_on < organization.founded_on:
        raise Refused("撤销日期早于成立日期", field="founded_on")


def _refuse_namesake(parent: Organization, name: str) -> None:
    """Two open siblings of one name could not be told apart in any list, nor in a sheet that names the parent."""
    siblings = Organization.objects.system("names of siblings").filter(parent=parent, dissolved_on__isnull=True)
    if siblings.filter(name=name.strip()).exists():
        raise Refused(
            f"“{parent}”之下已经有“{name.strip()}”", field="name", next_step="请换一个全称，或修改原有的那一个。"
        )


def check_kind(organization: Organization) -> None:
    """Refuse a kind that fits neither the parent nor the open children; the caller holds the tree's lock."""
    kind = rules.Kind(organization.kind)
    _refuse(rules.placement(kind, rules.Kind(organization.parent.kind) if organization.parent else None), "kind")
    children = Organization.objects.system("kinds of the children").filter(
        parent=organization, dissolved_on__isnull=True
    )
    for child in children:
        found = rules.placement(rules.Kind(child.kind), kind)
        if found:
            raise Refused(f"下级“{child}”不合适：{found[0].message}", field="kind", code=found[0].code)


def _fresh(organization: Organization) -> Organization:
    found: Organization = Organization.objects.system("as it stands under the lock").get(pk=organization.pk)
    return found


def _must_reach(act: Act, organization: Organization) -> None:
    if not act.actor.may(RESTRUCTURE, organization.path):
        raise OutsideScope


def _must_be_open(parent: Organization) -> None:
    if not parent.is_open(localdate()):
        raise Refused(f"“{parent}”已撤销，不能再设下级组织", field="parent", next_step="请选择存续的上级组织。")


def _last_sort(parent: Organization) -> int:
    last = Organization.objects.system("order of siblings").filter(parent=parent).aggregate(last=Max("sort"))["last"]
    return (last or 0) + SORT_STEP


def _refuse(violations: list[Violation], field: str) -> None:
    if violations:
        first = violations[0]
        raise Refused(first.message, field=field, article=first.article, code=first.code)
