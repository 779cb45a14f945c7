"""The filters of this app's lists."""

from typing import Any

import django_filters
from django.utils.timezone import localdate

from zhibu.apps.accounts.fields import RoleField
from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.queries import IDLE_DAYS, idle, in_force
from zhibu.apps.accounts.second_factor import lacking
from zhibu.apps.accounts.services.lockout import locked_accounts
from zhibu.apps.organizations.filters import SubtreeFilter


class RoleFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """One role."""

    field_class = RoleField


class AccountFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State and use of accounts."""

    state = django_filters.ChoiceFilter(
        label="状态",
        method="by_state",
        empty_label="全部",
        choices=[
            ("active", "启用"),
            ("disabled", "已停用"),
            ("first", "未改首次密码"),
            ("locked", "输错密码暂停登录"),
            ("lacking", "须有第二验证而没有"),
            ("idle", f"{IDLE_DAYS} 天未登录"),
        ],
    )

    class Meta:
        model = Account
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the accounts in that state."""
        if value == "idle":
            return idle(rows)
        if value == "locked":
            return rows.filter(locked_accounts())
        if value == "lacking":
            return lacking(rows)
        return (
            rows.filter(is_active=True, must_change_password=True)
            if value == "first"
            else rows.filter(is_active=value == "active")
        )


class AssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """State, role and the part of the tree."""

    state = django_filters.ChoiceFilter(
        label="状态",
        method="by_state",
        empty_label="全部",
        choices=[("current", "有效"), ("future", "尚未生效"), ("ended", "已结束"), ("lent", "代理")],
    )
    role = RoleFilter(label="角色", field_name="role", empty_label="全部")
    below = SubtreeFilter("在哪个组织之内")

    class Meta:
        model = RoleAssignment
        fields = ()

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """Keep the assignments in that state."""
        today = localdate()
        if value == "current":
            return rows.filter(in_force(today), account__is_active=True)
        if value == "future":
            return rows.filter(since__gt=today)
        return rows.filter(until__lte=today) if value == "ended" else rows.filter(delegated_from__isnull=False)
