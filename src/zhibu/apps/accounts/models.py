"""Accounts, roles, who holds which role where and when, first passwords, and what guards the signing in."""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from zhibu.apps.accounts.origin import device
from zhibu.kernel.actor import Actor
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.periods import holding
from zhibu.kernel.scope import OpenModel, ScopedManager, ScopedModel, ScopedQuerySet
from zhibu.kernel.scope.query import Mark
from zhibu.kernel.tree import at_root, under


class AccountManager(ScopedManager):
    """Accounts are guarded like everything tied to a person; signing in opens them by the user name alone."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        account: Account = self.system("sign-in").get(username=username)
        return account


class Account(ScopedModel, AbstractBaseUser):
    """A log-in. A person without one still exists; an account without a person belongs to a technician.

    Seen by holders of the permission over a current affiliation of the person or over a role the account holds or
    held; from the root every account is seen, those that belong nowhere included.
    """

    scope_permission = "accounts.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    person = models.OneToOneField(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="account", verbose_name="人员"
    )
    display_name = models.CharField("显示姓名", max_length=100)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=True)
    #: its second factors were taken away by a reset: nothing opens before a new one is set up
    must_set_factor = models.BooleanField("须设置第二验证", default=False, editable=False)
    #: the mobile number that was verified for signing in by SMS; it counts while the person's record has the same
    verified_mobile = models.CharField("核实过的手机号", max_length=20, blank=True, editable=False)
    #: offered on the log-in page of a demonstration; counts only while settings.DEMO is on
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Any] = AccountManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.username}）" if self.display_name else self.username

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        if at_root(paths):
            return Q(pk__isnull=False)
        from zhibu.apps.people.models.affiliation import reach

        held = RoleAssignment.objects.system("scope of an account").filter(under("organization__path", paths))
        return Q(Exists(reach(paths).filter(person_id=OuterRef("person_id")))) | Q(
            Exists(held.filter(account_id=OuterRef("pk")))
        )

    def scope_paths(self) -> list[str]:
        """Return the paths of the organisations through which the account is reached."""
        from zhibu.apps.accounts.queries import paths_of_account

        return paths_of_account(self)

    def get_absolute_url(self) -> str:
        return reverse("accounts-record", args=[self.uid])


class Role(ScopedModel):
    """A named set of permissions. The built-in ones follow `params/roles.yaml` at every upgrade.

    Reference data: whoever may see accounts anywhere sees all roles. Writing one asks for accounts.manage at the root.
    """

    scope_permission = "accounts.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    description = models.CharField("说明", max_length=200, blank=True)
    permissions = models.JSONField("权限", default=list)
    builtin = models.BooleanField("内置", default=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=False)

    def scope_paths(self) -> list[str]:
        """Return the roots of the tree: a role belongs to the whole platform."""
        from zhibu.apps.accounts.queries import root_paths

        return root_paths()

    def get_absolute_url(self) -> str:
        return reverse("roles-record", args=[self.uid])


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
    granted_by_id = models.BigIntegerField("授权账号", null=True, editable=False)
    granted_by_name = models.CharField("授权人", max_length=100, blank=True, editable=False)
    granted_at = models.DateTimeField("授权时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "任职授权"
        ordering = ["organization__path", "role_id", "since"]
        indexes = [models.Index(fields=["until"], name="assignment_until")]
        constraints = [
            models.CheckConstraint(
                name="assignment_period",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="止期早于起期",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account.display_name}：{self.organization} {self.role}"

    def get_absolute_url(self) -> str:
        return reverse("assignments-record", args=[self.uid])

    @staticmethod
    def current(on: date) -> Q:
        """Condition: the assignment is in force on that day."""
        return holding(on)

    @staticmethod
    def live(on: date) -> Q:
        """Condition: in force on that day or later."""
        return Q(until__isnull=True) | (Q(until__gt=on) & Q(until__gt=F("since")))


class SheetQuerySet(ScopedQuerySet["SlipSheet"]):
    """Sheets are opened by the account that asked for them; no permission over an organisation opens one."""

    def visible_to(self, actor: Actor, permission: Any = None) -> Self:
        """Open for the requester: their own sheets, whatever the permission."""
        if actor.is_system:
            return super().visible_to(actor, permission)
        if actor.account_id is None:
            return self.none()
        own = self.filter(requested_by_id=actor.account_id)
        own.guard.mark = Mark.SCOPED
        return own


class SlipSheet(ScopedModel):
    """First passwords handed out together, kept until printed and confirmed, or for 24 hours."""

    scope_permission = "accounts.manage"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by_id = models.BigIntegerField("经办账号", db_index=True)
    job_uid = models.UUIDField("后台任务", null=True, unique=True)
    label = models.CharField("名称", max_length=100)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    opened = models.PositiveIntegerField("打开次数", default=0)
    erased_at = models.DateTimeField("清除时间", null=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ScopedManager.from_queryset(SheetQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = "首次密码条"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=True)

    def scope_paths(self) -> list[str]:
        """Return nothing: a sheet belongs to its requester, not to an organisation."""
        return []

    def get_absolute_url(self) -> str:
        return reverse("slips", args=[self.uid])


class Slip(ScopedModel):
    """One first password, encrypted; None once the sheet was confirmed or has expired."""

    scope_permission = "accounts.manage"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(SlipSheet, models.PROTECT, related_name="slips")
    account = models.ForeignKey(Account, models.PROTECT, related_name="slips")
    password = SealedTextField("首次密码", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "密码条"
        ordering = ["id"]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=True)


class SessionRecord(ScopedModel):
    """One signing-in, on which device, from where, since when; `ended_at` is set once it is over.

    The session itself lies in Django's table, under a keyed hash of the cookie (see session_store). That hash is kept
    here, so that the session can be ended from elsewhere, and erased with the end; as a cookie it opens nothing.
    """

    class End(models.TextChoices):
        OUT = "out", "退出登录"
        IDLE = "idle", "长时间没有操作"
        LIFE = "life", "登录时间太长"
        OTHER = "other", "本人在别处结束"
        ADMIN = "admin", "管理员结束"
        PASSWORD = "password", "密码已更换"
        DISABLED = "disabled", "账号停用"
        REPLACED = "replaced", "换账号登录"
        FACTOR = "factor", "第二验证有变化"

    scope_permission = "accounts.manage"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="sessions", verbose_name="账号")
    session_key = models.CharField(max_length=40, blank=True, editable=False)
    agent = models.CharField("浏览器", max_length=200, blank=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    created_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近使用")
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_how = models.CharField("怎样结束", max_length=10, choices=End.choices, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.account}在{device(self.agent)}上的登录"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        inside = Account.objects.system("scope of a session").filter(Account.scope_q(paths))
        return Q(account__in=inside.order_by().values("pk"))

    def scope_paths(self) -> list[str]:
        """Return the paths through which the account is reached."""
        return self.account.scope_paths()

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def device(self) -> str:
        """Return the device in words."""
        return device(self.agent)


class PastPassword(ScopedModel):
    """The hash of a password the account had until `at`; the newest few are kept so that they are not used again."""

    scope_permission = "accounts.manage"

    account = models.ForeignKey(Account, models.PROTECT, related_name="past_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-at", "-pk"]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=True)


class FailureCounter(OpenModel):
    """Wrong passwords since `since`: of an account at an address, of an account anywhere, of an address; wrong codes.

    `key` is a keyed hash: what was typed for a name that nobody has may be a password and is not kept.
    """

    class Kind(models.TextChoices):
        PAIR = "pair", "账号与地址"
        ACCOUNT = "account", "账号"
        ADDRESS = "address", "地址"
        SECOND = "second", "第二验证"

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    account_id = models.BigIntegerField(null=True, db_index=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败计数"


# what hangs on an account lies beside this file
from zhibu.apps.accounts.models_factors import Factor as Factor  # noqa: E402
from zhibu.apps.accounts.models_factors import FactorReset as FactorReset  # noqa: E402
from zhibu.apps.accounts.models_factors import RecoveryCode as RecoveryCode  # noqa: E402
from zhibu.apps.accounts.models_sms import SendCounter as SendCounter  # noqa: E402
from zhibu.apps.accounts.models_sms import SmsCode as SmsCode  # noqa: E402
