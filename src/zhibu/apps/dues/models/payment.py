"""Money that came in: what is known to be whose (payments with receipts), and what arrived by bank or online."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models.common import OfBranch, at, member, money


class Method(models.TextChoices):
    """How money came."""

    CASH = "cash", "现金"
    BANK = "bank", "银行转账"
    ONLINE = "online", "扫码支付"


class IncomingState(models.TextChoices):
    """Money that arrived waits until it is known whose dues it is, or goes back."""

    OPEN = "open", "待查"
    SETTLED = "settled", "已入账"
    REFUNDED = "refunded", "已退款"


class Incoming(OfBranch):
    """A transfer on a statement or a paid order: every cent of it is somewhere. `left` is what is not yet accounted for.

    key: tells the same money again, however often it is imported or called back; why: why it waits.
    """

    organization = at("收款组织")
    kind = models.CharField("途径", max_length=10, choices=[(Method.BANK, "银行转账"), (Method.ONLINE, "扫码支付")])
    key = models.CharField(max_length=160, unique=True, editable=False)
    on = models.DateField("到账日期")
    amount = money("金额")
    left = money("未入账")
    payer_name = models.CharField("付款人", max_length=100, blank=True)
    account_tail = models.CharField("付款账号尾号", max_length=8, blank=True)
    note = models.CharField("附言", max_length=200, blank=True)
    serial = models.CharField("流水号", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=IncomingState, default=IncomingState.OPEN, editable=False)
    why = models.CharField("待查原因", max_length=200, blank=True, editable=False)
    refunded = money("已退", default=Decimal(0), editable=False)
    order = models.ForeignKey("dues.Order", models.PROTECT, null=True, editable=False, related_name="incoming")
    entry = models.OneToOneField("dues.Entry", models.PROTECT, editable=False, related_name="+")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "来款"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["on"], name="dues_incoming_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(name="dues_incoming_left", condition=Q(left__gte=0) & Q(left__lte=F("amount"))),
            models.CheckConstraint(name="dues_incoming_state", condition=Q(state="open") ^ Q(left=0)),
        ]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.payer_name or '未知付款人'} {self.amount} 元"

    def get_absolute_url(self) -> str:
        return reverse("dues-incoming-record", args=[self.uid])


class Payment(OfBranch):
    """Money received for dues, with a receipt; it settles months of one member or of many, and may hold voluntary dues.

    handed_by: who brought or sent it; origin: whose money it is (rules.ORIGINS); voluntary: of `voluntary_person`, beyond
    what is owed; stands: false once reversed.
    """

    organization = at("收款支部")
    year = models.PositiveSmallIntegerField("年度", editable=False)
    number = models.PositiveIntegerField("收据号", editable=False)
    on = models.DateField("收款日期")
    method = models.CharField("方式", max_length=10, choices=Method)
    amount = money("金额")
    voluntary = money("其中自愿多交", default=Decimal(0))
    voluntary_person = member("自愿多交的党员", null=True, editable=False)
    large = models.BooleanField("大额党费", default=False, editable=False)
    origin = models.CharField(
        "交款方式", max_length=10, choices=[(code, row[0]) for code, row in rules.ORIGINS.items()]
    )
    handed_by = models.CharField("交款人", max_length=100)
    handed_person = member("交款人（党员）", null=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)
    incoming = models.ForeignKey(Incoming, models.PROTECT, null=True, editable=False, related_name="payments")
    entry = models.OneToOneField("dues.Entry", models.PROTECT, editable=False, related_name="+")
    stands = models.BooleanField("有效", default=True, editable=False)
    reversal = models.OneToOneField("dues.Entry", models.PROTECT, null=True, editable=False, related_name="+")
    reversed_on = models.DateField("冲销日期", null=True, editable=False)
    reversed_why = models.CharField("冲销原因", max_length=200, blank=True, editable=False)
    reversed_name = models.CharField("冲销人", max_length=100, blank=True, editable=False)
    by_account_id = models.BigIntegerField(null=True, editable=False)
    by_name = models.CharField("收款人", max_length=100, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费收款"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "number"], name="dues_receipt_once"),
            models.CheckConstraint(name="dues_payment_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="dues_payment_voluntary", condition=Q(voluntary__gte=0) & Q(voluntary__lte=F("amount"))),
            models.CheckConstraint(name="dues_payment_reversed", condition=Q(stands=True) ^ Q(reversal__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"收据 {self.receipt}"

    def get_absolute_url(self) -> str:
        return reverse("dues-payments-record", args=[self.uid])

    @property
    def receipt(self) -> str:
        """The number of the receipt as it is printed; it is the branch's own."""
        return f"{self.organization.code or self.organization_id}-{self.year}-{self.number:04d}"


class Settlement(OfBranch):
    """A month of a member paid by a payment. At most one stands for a charge: a month is never paid twice."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="settlements", verbose_name="收款")
    charge = models.ForeignKey("dues.Charge", models.PROTECT, related_name="settlements", verbose_name="应交")
    organization = at("收缴支部")
    amount = money("金额")
    stands = models.BooleanField("有效", default=True, editable=False)

    class Meta:
        verbose_name = "党费交纳"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["charge"], condition=Q(stands=True), name="dues_month_paid_once"),
            models.UniqueConstraint(fields=["payment", "charge"], name="dues_settlement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.charge.person} {months.words([self.charge.month])}"
