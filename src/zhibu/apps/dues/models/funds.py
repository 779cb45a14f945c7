"""What becomes of the money: handed up, used by the budget, told to the members."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.dues.models.common import OfBranch, at, member, money
from zhibu.apps.dues.params import uses


class HandUpState(models.TextChoices):
    """Money on its way to the level above."""

    SENT = "sent", "在途，待上级确认"
    RECEIVED = "received", "上级已收"
    RECALLED = "recalled", "已撤回"


class HandUp(OfBranch):
    """What an organisation hands up of all it received since the last time: base = kept + upward; large goes up whole."""

    organization = at("上缴组织")
    superior = at("上级组织")
    year = models.PositiveSmallIntegerField("年度", editable=False)
    number = models.PositiveIntegerField("编号", editable=False)
    on = models.DateField("上缴日期")
    base = money("本次应计党费")
    percent = models.DecimalField("留存比例（%）", max_digits=5, decimal_places=2)
    kept = money("留存")
    upward = money("上缴")
    large = money("大额党费（全部上缴）")
    method = models.CharField("方式", max_length=10, choices=[("cash", "现金"), ("bank", "银行转账")])
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=HandUpState, default=HandUpState.SENT, editable=False)
    sent = models.OneToOneField("dues.Entry", models.PROTECT, editable=False, related_name="+")
    received = models.OneToOneField("dues.Entry", models.PROTECT, null=True, editable=False, related_name="+")
    sent_by = models.BigIntegerField(null=True, editable=False)
    sent_by_person = member("上缴经办人", null=True, editable=False)
    sent_name = models.CharField("上缴经办人", max_length=100, editable=False)
    received_name = models.CharField("上级收款人", max_length=100, blank=True, editable=False)
    received_on = models.DateField("上级收款日期", null=True, editable=False)

    class Meta:
        verbose_name = "党费上缴"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["on"], name="dues_hand_up_sent", condition=Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "number"], name="dues_hand_up_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}上缴 {self.year}-{self.number:03d}"

    def get_absolute_url(self) -> str:
        return reverse("dues-handups-record", args=[self.uid])

    @property
    def whole(self) -> Any:
        """What goes up in all."""
        return self.upward + self.large


class Budget(OfBranch):
    """What an organisation may use dues for in a year, a kind at a time; a later row of the same takes its place."""

    organization = at("组织")
    year = models.PositiveSmallIntegerField("年度")
    use = models.CharField("用途", max_length=12, choices=list(uses().items()))
    amount = money("预算")
    ground = models.CharField("依据", max_length=200)
    stands = models.BooleanField("有效", default=True, editable=False)
    by_name = models.CharField("设定人", max_length=100, editable=False)
    recorded_at = models.DateTimeField("设定时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费预算"
        ordering = ["-year", "organization__path", "use"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "use"], condition=Q(stands=True), name="dues_budget_once"),
            models.CheckConstraint(name="dues_budget_positive", condition=Q(amount__gte=0)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年{self.get_use_display()}预算"

    def get_absolute_url(self) -> str:
        return reverse("dues-budgets-record", args=[self.uid])


class SpendingState(models.TextChoices):
    """Asked for, approved by somebody else, paid by finance."""

    ASKED = "asked", "待审批"
    APPROVED = "approved", "已批准，待支付"
    REFUSED = "refused", "未批准"
    PAID = "paid", "已支付"
    REVERSED = "reversed", "已冲销"


class Spending(OfBranch):
    """A use of dues by an organisation, within its budget and what it has kept."""

    organization = at("支出组织")
    use = models.CharField("用途", max_length=12, choices=list(uses().items()))
    amount = money("金额")
    words = models.CharField("事由", max_length=200)
    payee = models.CharField("收款方", max_length=100)
    state = models.CharField("状态", max_length=10, choices=SpendingState, default=SpendingState.ASKED, editable=False)
    asked_by = models.BigIntegerField(null=True, editable=False)
    asked_by_person = member("申请人", null=True, editable=False)
    asked_name = models.CharField("申请人", max_length=100, editable=False)
    asked_on = models.DateField("申请日期")
    answered_by = models.BigIntegerField(null=True, editable=False)
    answered_name = models.CharField("审批人", max_length=100, blank=True, editable=False)
    answered_on = models.DateField("审批日期", null=True, editable=False)
    answer = models.CharField("审批意见", max_length=200, blank=True, editable=False)
    method = models.CharField("支付方式", max_length=10, choices=[("cash", "现金"), ("bank", "银行转账")], blank=True)
    paid_on = models.DateField("支付日期", null=True, editable=False)
    paid_name = models.CharField("支付人", max_length=100, blank=True, editable=False)
    entry = models.OneToOneField("dues.Entry", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = "党费支出"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["asked_on"], name="dues_spending_open", condition=Q(state__in=["asked", "approved"]))
        ]
        constraints = [models.CheckConstraint(name="dues_spending_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.words}（{self.amount} 元）"

    def get_absolute_url(self) -> str:
        return reverse("dues-spendings-record", args=[self.uid])


class Disclosure(OfBranch):
    """The yearly report to the members on dues received and used, as it stood when it was published."""

    organization = at("公布组织")
    year = models.PositiveSmallIntegerField("年度")
    figures: Any = models.JSONField("数据", default=dict, editable=False)
    words = models.CharField("说明", max_length=400, blank=True)
    published_on = models.DateField("公布日期", editable=False)
    by_name = models.CharField("公布人", max_length=100, editable=False)

    class Meta:
        verbose_name = "党费收缴使用公布"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年党费收缴、使用和管理情况"

    def get_absolute_url(self) -> str:
        return reverse("dues-reports-record", args=[self.uid])
