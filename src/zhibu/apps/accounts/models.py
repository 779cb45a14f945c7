"""Accounts, roles, and who holds which role where and when."""

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from zhibu.kernel.scope import OpenModel, ScopedModel
from zhibu.kernel.tree import under


class AccountManager(BaseUserManager["Account"]):
    """Django asks for this manager when somebody signs in."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(OpenModel, AbstractBaseUser):
    """A log-in. A person without one still exists; an account without a person belongs to a technician."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    person = models.OneToOneField(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="account", verbose_name="人员"
    )
    display_name = models.CharField("显示姓名", max_length=100)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        verbose_name = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username


class Role(OpenModel):
    """A named set of permissions. The built-in ones follow `params/roles.yaml` at every upgrade."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    description = models.CharField("说明", max_length=200, blank=True)
    permissions = models.JSONField("权限", default=list)
    builtin = models.BooleanField("内置", default=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "角色"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(ScopedModel):
    """A role held by an account at an organisation from–until (half-open); it reaches the subtree.

    `delegated_from` is set when somebody lent their own assignment for a period (代理).
    """

    scope_permission = "accounts.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="assignments", verbose_name="账号")
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name="角色")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="role_assignments", verbose_name="任职组织"
    )
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    delegated_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name="代理自"
    )
    reason = models.CharField("事由", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "任职授权"
        ordering = ["organization__path", "role_id", "since"]
        constraints = [
            models.CheckConstraint(
                name="assignment_period",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="止期早于起期",
            )
        ]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("organization__path", paths)

    @staticmethod
    def current(on: date) -> Q:
        """Condition: the assignment is in force on that day."""
        return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
