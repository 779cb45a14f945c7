"""The declared lists of accounts, roles and assignments."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.accounts import console_resets as console_resets  # its list registers itself
from zhibu.apps.accounts import review, second_factor
from zhibu.apps.accounts.models import Account, Role, RoleAssignment, SessionRecord
from zhibu.apps.accounts.permissions import MANAGE, VIEW, grouped
from zhibu.apps.accounts.queries import belongings, in_force, visible_accounts, visible_assignments
from zhibu.apps.accounts.services import lockout, session_list
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register

SECTION = "账号与权限"


def account_state(obj: Account) -> str:
    """Return the state of an account in words."""
    if not obj.is_active:
        return "已停用"
    return "未改首次密码" if obj.must_change_password else "启用"


def account_tone(obj: Account) -> str:
    """Return its colour."""
    return "plain" if not obj.is_active else "due" if obj.must_change_password else "ok"


def held(obj: Any) -> str:
    """Return the roles of today in one line: 东山支部支部书记、…"""
    return "、".join(f"{row.organization}{row.role}{'（代理）' if row.delegated_from_id else ''}" for row in obj.held)


def accounts(actor: Actor) -> "QuerySet[Account]":
    """Return the visible accounts, each with how it stands with its second factor."""
    rows: QuerySet[Account] = second_factor.told(visible_accounts(actor))
    return rows


def second(obj: Any) -> str:
    """Return whether an account has a second factor, or must get one."""
    return second_factor.state(obj.has_second, obj.must_second)[0]


def second_tone(obj: Any) -> str:
    """Return its colour."""
    return second_factor.state(obj.has_second, obj.must_second)[1]


def search_accounts(found: "QuerySet[Account]", text: str, actor: Actor) -> "QuerySet[Account]":
    """Keep accounts by name, user name or staff number."""
    return found.filter(
        Q(display_name__icontains=text) | Q(username__istartswith=text) | Q(person__staff_number__istartswith=text)
    )


def account_context(request: HttpRequest, obj: Account) -> dict[str, Any]:
    """Return all visible assignments of the account, the person's page and branch."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    rows = visible_assignments(actor).filter(account=obj).order_by("-since", "pk")
    sessions = SessionRecord.objects.visible_to(actor, MANAGE).filter(pk__in=session_list.live(obj.pk).values("pk"))
    return {
        "factors": "、".join(str(factor) for factor in second_factor.factors_of(obj.pk)),
        "second": second_factor.state(obj.has_second, obj.must_second),  # type: ignore[attr-defined]  # told by `accounts`
        "locked_until": lockout.locked_until(obj),
        "sessions": sessions.order_by("-seen_at", "-pk"),
        "lines": [review.Line(row, *review.state(row, today)) for row in rows],
        "branch": belongings([obj.person_id], actor, VIEW).get(obj.person_id, "") if obj.person_id else "",
        "state": account_state(obj),
        "tone": account_tone(obj),
    }


def link_list(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    return [("权限审查", reverse("access-review")), ("第二验证重置", reverse("factor-resets"))]


def roles(actor: Actor) -> "QuerySet[Role]":
    """Return every role with the number of visible assignments in force as `holders`."""
    today: Any = RoleAssignment.objects.visible_to(actor, VIEW).filter(in_force(localdate()), role_id=OuterRef("pk"))
    counted = Subquery(today.order_by().values("role_id").annotate(n=Count("pk")).values("n"))
    rows: QuerySet[Role] = Role.objects.visible_to(actor, VIEW)
    return rows.annotate(holders=Coalesce(counted, 0))


def role_context(request: HttpRequest, obj: Role) -> dict[str, Any]:
    """Return the permissions in groups and the visible holders."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    rows = visible_assignments(actor).filter(RoleAssignment.live(today), role=obj)[: review.CAP]
    return {
        "groups": grouped(obj.permissions),
        "lines": [review.Line(row, *review.state(row, today)) for row in rows],
    }


def search_roles(found: "QuerySet[Role]", text: str, actor: Actor) -> "QuerySet[Role]":
    """Keep roles by name or description."""
    return found.filter(Q(name__icontains=text) | Q(description__icontains=text))


def search_assignments(found: "QuerySet[RoleAssignment]", text: str, actor: Actor) -> "QuerySet[RoleAssignment]":
    """Keep assignments by the holder's name or user name."""
    return found.filter(Q(account__display_name__icontains=text) | Q(account__username__istartswith=text))


def assignment_context(request: HttpRequest, obj: RoleAssignment) -> dict[str, Any]:
    """Return the state, the permissions and what was lent from it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = localdate()
    words, tone = review.state(obj, today)
    lent = visible_assignments(actor).filter(delegated_from=obj)
    return {
        "state": words,
        "tone": tone,
        "groups": grouped(obj.role.permissions),
        "lines": [review.Line(row, *review.state(row, today)) for row in lent],
    }


def _state(obj: RoleAssignment) -> str:
    return review.state(obj, localdate())[0]


def _tone(obj: RoleAssignment) -> str:
    return review.state(obj, localdate())[1]


register(
    Screen(
        slug="accounts",
        model="accounts.Account",
        label="账号",
        permission=VIEW,
        rows=accounts,
        order="username",
        columns=(
            Column("display_name", "姓名", "display_name", sort="display_name", primary=True),
            Column("username", "用户名", "username", sort="username"),
            Column("held", "现任角色", held),
            Column("state", "状态", account_state, kind="short", tone=account_tone),
            Column("second", "第二验证", second, kind="short", tone=second_tone),
            Column("last_login", "最近登录", "last_login", sort="last_login", kind="date"),
            Column("created_at", "建立时间", "created_at", sort="created_at", kind="date", where="export"),
        ),
        search=search_accounts,
        search_hint="姓名、用户名或工号",
        filterset="zhibu.apps.accounts.filters.AccountFilter",
        head=("accounts.account.create_many",),
        links=link_list,
        record="zhibu.apps.accounts.console.account_context",
        record_template="accounts/account.html",
        empty="这里还没有账号。可以按组织为人员批量建立。",
        section=SECTION,
        icon="key",
        position=80,
    ),
    Screen(
        slug="assignments",
        model="accounts.RoleAssignment",
        label="角色授权",
        permission=VIEW,
        rows=visible_assignments,
        order="organization__path",
        columns=(
            Column("account", "姓名", "account.display_name", sort="account__display_name", primary=True),
            Column("username", "用户名", "account.username"),
            Column("role", "角色", "role.name"),
            Column("organization", "组织", "organization.name", sort="organization__path"),
            Column("since", "起", "since", sort="since", kind="date"),
            Column("until", "止（不含）", "until", sort="until", kind="date"),
            Column("state", "状态", _state, kind="short", tone=_tone),
            Column("lent", "代理自", "delegated_from.account.display_name"),
            Column("granted_by", "授权人", "granted_by_name", where="export"),
            Column("reason", "事由", "reason", where="export"),
        ),
        search=search_assignments,
        search_hint="姓名或用户名",
        filterset="zhibu.apps.accounts.filters.AssignmentFilter",
        links=link_list,
        record="zhibu.apps.accounts.console.assignment_context",
        record_template="accounts/assignment.html",
        empty="还没有授权。打开一个账号，点“授予角色”。",
        section=SECTION,
        icon="identification",
        position=81,
    ),
    Screen(
        slug="roles",
        model="accounts.Role",
        label="角色",
        permission=VIEW,
        rows=roles,
        order="id",
        columns=(
            Column("name", "角色", "name", sort="name", primary=True),
            Column("description", "说明", "description"),
            Column("count", "权限数", lambda obj: len(obj.permissions), kind="number"),
            Column("holders", "在任人次", "holders", kind="number"),
            Column("builtin", "来源", lambda obj: "内置" if obj.builtin else "自建", kind="short"),
        ),
        search=search_roles,
        search_hint="角色名称或说明",
        head=("accounts.role.create",),
        links=link_list,
        record="zhibu.apps.accounts.console.role_context",
        record_template="accounts/role.html",
        section=SECTION,
        icon="user-group",
        position=82,
    ),
)
