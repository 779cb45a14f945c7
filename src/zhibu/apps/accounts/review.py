"""The access review: who can do what where and since when, and which of it deserves a look."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.accounts import second_factor
from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.permissions import MANAGE, NOT_LENT, VIEW, grouped, label, permissions
from zhibu.apps.accounts.queries import IDLE_DAYS, idle, visible_assignments
from zhibu.apps.accounts.rules import EXTEND_WINDOW_DAYS
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import bind
from zhibu.kernel.tree import under

#: a review that is longer is made organisation by organisation
CAP = 500
#: ended assignments stay in the review for a year
ENDED_DAYS = 365

BY = (("organization", "按组织"), ("person", "按人"), ("permission", "按权限"))


@dataclass(frozen=True)
class Choice:
    """What the reviewer asked for."""

    by: str = "organization"
    organization: Organization | None = None
    permission: str = MANAGE


@dataclass(frozen=True)
class Line:
    """One assignment as the review shows it: state and its colour beside it."""

    row: RoleAssignment
    state: str
    tone: str
    second: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Group:
    """The lines under one heading."""

    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Attention:
    """Something that deserves a look: assignments or accounts, with the reason as title."""

    title: str
    lines: list[Line] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)


@dataclass(frozen=True)
class Review:
    """The whole page. `capped` says that more assignments exist than are shown."""

    choice: Choice
    groups: list[Group]
    attention: list[Attention]
    capped: bool


class ReviewForm(forms.Form):
    """The reviewer's question (GET)."""

    by = forms.ChoiceField(label="怎样排列", choices=BY, required=False, initial="organization")
    organization = OrganizationField(label="在哪个组织之内", required=False, empty_label="全部")
    permission = forms.ChoiceField(label="哪项权限（按权限排列时）", required=False, initial=MANAGE)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(group, [(p.code, p.label) for p in members]) for group, members in grouped()]
        self.fields["permission"].choices = choices  # type: ignore[attr-defined]
        bind(self, actor, VIEW)

    def chosen(self) -> Choice:
        """Return the question; whatever cannot be understood counts as not asked."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Choice(
            by=data.get("by") or "organization",
            organization=data.get("organization"),
            permission=data.get("permission") or MANAGE,
        )


def state(row: RoleAssignment, today: date) -> tuple[str, str]:
    """Return the state of an assignment in words, and its colour."""
    if row.until is not None and row.until <= max(today, row.since):
        return f"{row.until.isoformat()} 结束", "plain"
    if row.since > today:
        return f"{row.since.isoformat()} 起生效", "info"
    if not row.account.is_active:
        return "账号已停用", "plain"
    lender = row.delegated_from
    if lender is not None and (not lender.account.is_active or (lender.until is not None and lender.until <= today)):
        return "原授权已失效", "plain"
    if row.until is not None and row.until <= today + timedelta(days=EXTEND_WINDOW_DAYS):
        return f"{(row.until - today).days} 天后到期", "due"
    return "有效", "ok"


def review(actor: Actor, choice: Choice) -> Review:
    """Return the review within the actor's reach for accounts.view."""
    today = localdate()
    rows = visible_assignments(actor)
    if choice.organization is not None:
        rows = rows.filter(under("organization__path", [choice.organization.path]))
    rows = rows.exclude(until__lt=today - timedelta(days=ENDED_DAYS))
    found = list(rows.order_by("organization__path", "account__display_name", "role_id", "since")[: CAP + 1])
    shown = found[:CAP]
    seconds = _seconds({row.account_id for row in shown})
    lines = [Line(row, *state(row, today), seconds[row.account_id]) for row in shown]
    return Review(choice, _groups(choice, lines), _attention(actor, choice, lines), len(found) > CAP)


def _seconds(accounts: set[int]) -> dict[int, tuple[str, str]]:
    """Return account -> how it stands with its second factor."""
    rows = second_factor.told(Account.objects.system("second factors of visible assignments").filter(pk__in=accounts))
    return {pk: second_factor.state(has, must) for pk, has, must in rows.values_list("pk", "has_second", "must_second")}


def _groups(choice: Choice, lines: list[Line]) -> list[Group]:
    if choice.by == "permission":
        having = [line for line in lines if _has(line.row, choice.permission)]
        meaning = permissions()[choice.permission].meaning if choice.permission in permissions() else ""
        return [Group(f"{label(choice.permission)}：{meaning}", having)]
    heading: Callable[[Line], Any] = (
        (lambda line: line.row.account) if choice.by == "person" else (lambda line: line.row.organization)
    )
    groups: dict[int, Group] = {}
    for line in lines:
        top = heading(line)
        groups.setdefault(top.pk, Group(str(top))).lines.append(line)
    found = list(groups.values())
    return sorted(found, key=lambda group: group.title) if choice.by == "person" else found


def _has(row: RoleAssignment, code: str) -> bool:
    return code in row.role.permissions and (row.delegated_from_id is None or code not in NOT_LENT)


def _attention(actor: Actor, choice: Choice, lines: list[Line]) -> list[Attention]:
    """Return what deserves a look, empty kinds left out."""
    holders = {line.row.account_id for line in lines if line.tone in {"ok", "due"}}
    sleeping = idle(Account.objects.visible_to(actor, VIEW)).filter(pk__in=holders)
    exposed = second_factor.lacking(Account.objects.visible_to(actor, VIEW)).filter(pk__in=holders)
    found = [
        Attention("须有第二验证而没有：下次登录时须先设置", accounts=list(exposed.order_by("username")[:CAP])),
        Attention(f"{EXTEND_WINDOW_DAYS} 天内到期", lines=[line for line in lines if line.tone == "due"]),
        Attention("已到期或已结束，近一年内", lines=[line for line in lines if line.state.endswith("结束")]),
        Attention(
            "正在代理", lines=[x for x in lines if x.row.delegated_from_id is not None and x.tone in {"ok", "due"}]
        ),
        Attention("账号停用而角色未结束", lines=[line for line in lines if line.state == "账号已停用"]),
        Attention(f"有角色但 {IDLE_DAYS} 天没有登录", accounts=list(sleeping.order_by("last_login", "username")[:CAP])),
    ]
    return [item for item in found if item.lines or item.accounts]
