"""What a member owes for a month (应交), and the runs that worked it out."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.dues.models.common import OfBranch, at, member, money
from zhibu.apps.dues.params import payer_labels


class Assessment(OfBranch):
    """One working out of a month's dues for an organisation and all below it; done again, it adds what is missing only."""

    organization = at("范围（含下级）")
    month = models.DateField("月份")
    job = models.ForeignKey("kernel.Job", models.PROTECT, null=True, editable=False, related_name="+")
    count = models.PositiveIntegerField("新增人数", default=0, editable=False)
    missing = models.PositiveIntegerField("未核定人数", default=0, editable=False)
    total = money("新增金额", default=0, editable=False)
    done_at = models.DateTimeField("完成时间", null=True, editable=False)
    by_name = models.CharField("发起人", max_length=100, editable=False)
    begun_at = models.DateTimeField("开始时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费计算"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organization} {self.month.year} 年 {self.month.month} 月党费计算"

    def get_absolute_url(self) -> str:
        return reverse("dues-assessments-record", args=[self.uid])


class Charge(OfBranch):
    """The dues of one member for one month, owed to the branch `organization`.

    computed: what the rate gives; amount: what is asked for (after the usual most and relief); stands: false once taken back
    or worked out anew; settled: something stands that pays it, or there is nothing to pay (reconciled with `Settlement`).
    """

    person = member(related_name="dues_charges", db_index=False)
    organization = at("收缴支部", db_index=False)  # dues_charge_branch begins with it
    month = models.DateField("月份")
    payer = models.CharField("交费人员类别", max_length=20, choices=list(payer_labels().items()))
    base = money("党费计算基数（元/月）", null=True)
    version = models.ForeignKey(
        "dues.Base", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    rate = models.DecimalField("比例", max_digits=6, decimal_places=4, null=True)
    computed = money("按比例算得")
    amount = money("应交")
    relief = models.ForeignKey(
        "dues.Relief", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    carried = models.BooleanField("沿用上年基数", default=False)
    stands = models.BooleanField("有效", default=True, editable=False)
    settled = models.BooleanField("已交", default=False, editable=False)
    entry = models.ForeignKey("dues.Entry", models.PROTECT, editable=False, related_name="+", db_index=False)
    reversal = models.ForeignKey(
        "dues.Entry", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    why = models.CharField("调整原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "应交党费"
        ordering = ["-month", "organization_id", "pk"]
        indexes = [
            models.Index(fields=["organization", "month"], name="dues_charge_branch"),
            models.Index(fields=["person"], name="dues_charge_open", condition=Q(stands=True, settled=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], condition=Q(stands=True), name="dues_charge_once"),
            models.CheckConstraint(name="dues_charge_positive", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="dues_charge_nothing", condition=~Q(amount=0) | Q(settled=True) | Q(stands=False)),
            models.CheckConstraint(name="dues_charge_reversed", condition=Q(stands=True) ^ Q(reversal__isnull=False)),
            models.CheckConstraint(name="dues_charge_within", condition=Q(amount__lte=F("computed"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} {self.month.year} 年 {self.month.month} 月党费"

    def get_absolute_url(self) -> str:
        return reverse("dues-charges-record", args=[self.uid])

    @property
    def state(self) -> tuple[str, str]:
        """(words, kind) of how it stands."""
        if not self.stands:
            return "已撤销", "plain"
        if not self.amount:
            return "免交", "info"
        return ("已交", "ok") if self.settled else ("未交", "due")
