"""Second factors: what an account proves itself with beside its password, its recovery codes, and losing them all."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel


def of_accounts(paths: tuple[str, ...]) -> Q:
    """Condition on what hangs on an account: the account is reached."""
    from zhibu.apps.accounts.models import Account

    inside = Account.objects.system("scope of what hangs on an account").filter(Account.scope_q(paths))
    return Q(account__in=inside.order_by().values("pk"))


class Factor(ScopedModel):
    """One second factor: an authenticator app (its secret is sealed) or a passkey (its public key).

    It counts once confirmed; a removed one keeps its line without what it could be used with.
    """

    class Kind(models.TextChoices):
        TOTP = "totp", "动态码"
        PASSKEY = "passkey", "通行密钥"

    scope_permission = "accounts.manage"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="factors", verbose_name="账号")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    secret = SealedTextField("密钥", null=True)
    #: the last time step whose code was used: a code works once, and no older one after it
    last_step = models.BigIntegerField(default=0, editable=False)
    credential_id = models.CharField(max_length=1400, null=True, unique=True, editable=False)
    public_key = models.BinaryField(null=True, editable=False)
    sign_count = models.BigIntegerField(default=0, editable=False)
    #: the host a passkey was made for; it works nowhere else
    rp_id = models.CharField("网站", max_length=255, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("启用时间", null=True)
    used_at = models.DateTimeField("最近使用", null=True)
    removed_at = models.DateTimeField("删除时间", null=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "第二验证"
        ordering = ["id"]
        indexes = [models.Index(fields=["account"], condition=Q(removed_at__isnull=True), name="factor_in_use")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}“{self.name}”"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return of_accounts(paths)

    def scope_paths(self) -> list[str]:
        """Return the paths through which the account is reached."""
        return self.account.scope_paths()

    @staticmethod
    def in_use() -> Q:
        """Condition: it counts as a second factor."""
        return Q(confirmed_at__isnull=False, removed_at__isnull=True)


class RecoveryCode(ScopedModel):
    """One of ten codes on paper that open the second step once each; only its keyed hash is kept."""

    scope_permission = "accounts.manage"

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        ordering = ["id"]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=True)


class FactorReset(ScopedModel):
    """An administrator's request to remove somebody's second factors; it takes another person's consent in time."""

    class State(models.TextChoices):
        OPEN = "open", "待同意"
        DONE = "done", "已重置"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"
        EXPIRED = "expired", "已过期"

    scope_permission = "accounts.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="factor_resets", verbose_name="账号")
    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    requested_by_id = models.BigIntegerField("申请账号", null=True, editable=False)
    requested_by_person_id = models.BigIntegerField(null=True, editable=False)
    requested_by_name = models.CharField("申请人", max_length=100, editable=False)
    requested_at = models.DateTimeField("申请时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    decided_by_id = models.BigIntegerField(null=True, editable=False)
    decided_by_name = models.CharField("办理人", max_length=100, blank=True, editable=False)
    decided_at = models.DateTimeField("办理时间", null=True, editable=False)
    answer = models.CharField("意见", max_length=200, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "重置第二验证"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="open"), name="factor_reset_once_open")
        ]

    def __str__(self) -> str:
        return f"{self.account}的第二验证重置申请"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return of_accounts(paths)

    def scope_paths(self) -> list[str]:
        """Return the paths through which the account is reached."""
        return self.account.scope_paths()

    def get_absolute_url(self) -> str:
        return reverse("factor-resets-record", args=[self.uid])

    @staticmethod
    def waiting(today: Any = None) -> Q:
        """Condition: somebody may still decide about it."""
        return Q(state="open", expires_at__gt=timezone.now())
