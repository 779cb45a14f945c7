"""Orders paid by QR code, every notice a provider sent about them, and the trades of the local test provider."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.dues.models.common import OfBranch, OnceWritten, at, member, money
from zhibu.apps.dues.permissions import BOOKS
from zhibu.kernel.scope import OpenModel


class OrderState(models.TextChoices):
    """An order waits for its money, for a while."""

    OPEN = "open", "待支付"
    PAID = "paid", "已支付"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期"
    ODD = "odd", "金额不符，待查"


class Order(OfBranch):
    """Months of one member to be paid by scanning a code."""

    number = models.CharField("订单号", max_length=40, unique=True)
    person = member(related_name="dues_orders")
    organization = at("收款支部")
    amount = money("金额")
    state = models.CharField("状态", max_length=10, choices=OrderState, default=OrderState.OPEN, editable=False)
    provider = models.CharField("支付渠道", max_length=20)
    code_text = models.CharField("二维码内容", max_length=500)
    payment = models.OneToOneField("dues.Payment", models.PROTECT, null=True, editable=False, related_name="order")
    created_at = models.DateTimeField("下单时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)

    class Meta:
        verbose_name = "扫码订单"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="dues_order_open", condition=Q(state="open"))]
        constraints = [models.CheckConstraint(name="dues_order_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"订单 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("dues-order", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the member sees it."""
        return reverse("dues-order", args=[self.uid])


class OrderItem(OfBranch):
    """A month of an order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="items", verbose_name="订单")
    charge = models.ForeignKey("dues.Charge", models.PROTECT, related_name="+", verbose_name="应交")
    organization = at("收款支部")
    amount = money("金额")

    class Meta:
        verbose_name = "订单月份"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "charge"], name="dues_order_month_once")]

    def __str__(self) -> str:
        return f"{self.order} {self.charge.month:%Y-%m}"


class Callback(OnceWritten):
    """A notice from a provider as it came, and what was made of it; forged ones too."""

    scope_permission = BOOKS

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = at("收款组织")
    provider = models.CharField("支付渠道", max_length=20)
    order_number = models.CharField("订单号", max_length=60, blank=True)
    trade_number = models.CharField("交易号", max_length=80, blank=True)
    kind = models.CharField("通知", max_length=12, blank=True)
    amount = money("金额", null=True)
    digest = models.CharField("内容摘要", max_length=64)
    verdict = models.CharField("结果", max_length=12)
    words = models.CharField("说明", max_length=200)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = "支付通知"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["order_number"], name="dues_callback_order")]

    def __str__(self) -> str:
        return f"{self.order_number} {self.words}"


class TrialTrade(OpenModel):
    """What the local test provider knows of an order: it stands for the bank, and knows nothing of members."""

    number = models.CharField(max_length=60, unique=True)
    trade_number = models.CharField(max_length=80, blank=True)
    amount = money("金额")
    state = models.CharField(max_length=10, default="waiting")
    delivered = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "测试支付"

    def __str__(self) -> str:
        return self.number
