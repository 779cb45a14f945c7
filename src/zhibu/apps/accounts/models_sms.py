"""Codes sent by SMS, and how many were sent to whom from where."""

import uuid

from django.db import models
from django.db.models import Q

from zhibu.kernel.scope import OpenModel, ScopedModel


class SmsCode(ScopedModel):
    """Six digits sent to a phone; only their keyed hash is kept. Used once, for five minutes, with five tries."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        VERIFY = "verify", "核实手机号"

    scope_permission = "accounts.manage"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="sms_codes")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    #: keyed hash of number and digits: a code is for the number it was sent to
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        ordering = ["-id"]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return Q(pk__isnull=True)


class SendCounter(OpenModel):
    """How many codes were asked for since `since`: for a number, from an address, in all. `key` is a keyed hash."""

    key = models.CharField(max_length=40, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "短信发送计数"
