"""What eases the paying: relief (减免), payment by the quarter; and the matter of somebody who does not pay."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.dues.models.common import OfBranch, at, member, money


class ReliefState(models.TextChoices):
    """A relief is asked for by the branch and answered by the party committee above it."""

    ASKED = "asked", "待批准"
    AGREED = "agreed", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "已提前结束"


class Relief(OfBranch):
    """Less dues, or none (amount 0), for a member in need: from one month to another, both included (article 7)."""

    person = member(related_name="dues_reliefs")
    organization = at("所在支部")
    since = models.DateField("起始月份")
    until = models.DateField("截止月份")
    amount = money("减后每月交")
    reason = models.CharField("困难情况", max_length=200)
    studied_on = models.DateField("支部研究日期")
    state = models.CharField("状态", max_length=10, choices=ReliefState, default=ReliefState.ASKED, editable=False)
    answer = models.CharField("批复意见", max_length=200, blank=True, editable=False)
    answered_on = models.DateField("批复日期", null=True, editable=False)
    asked_by = models.BigIntegerField(null=True, editable=False)
    asked_by_person = member("报告人", null=True, editable=False)
    asked_name = models.CharField("报告人", max_length=100, editable=False)
    answered_name = models.CharField("批准人", max_length=100, blank=True, editable=False)
    asked_at = models.DateTimeField("报告时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费减免"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["studied_on"], name="dues_relief_asked", condition=Q(state="asked"))]
        constraints = [
            models.CheckConstraint(name="dues_relief_period", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(name="dues_relief_positive", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.person}的党费减免"

    def get_absolute_url(self) -> str:
        return reverse("dues-reliefs-record", args=[self.uid])


class QuarterlyConsent(OfBranch):
    """The branch agreed that a member pays by the quarter: a month counts as late only after its quarter (article 12)."""

    person = member()
    organization = at("所在支部")
    since = models.DateField("起始月份")
    until = models.DateField("截止月份", null=True, blank=True)
    agreed_on = models.DateField("支部同意日期")
    reason = models.CharField("特殊情况", max_length=200)
    by_name = models.CharField("登记人", max_length=100, editable=False)

    class Meta:
        verbose_name = "按季交纳"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until__isnull=True), name="dues_quarterly_once"),
            models.CheckConstraint(name="dues_quarterly_period", condition=Q(until__isnull=True) | Q(until__gte=F("since"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}按季交纳党费"

    def get_absolute_url(self) -> str:
        return reverse("dues-quarterly-record", args=[self.uid])


class Outcome(models.TextChoices):
    """What a branch made of it; none of these changes the membership here."""

    PAID = "paid", "已补交"
    LATE = "late", "有正当理由，准予补交"
    ASSEMBLY = "assembly", "已提交支部大会讨论，另行办理"
    MISTAKE = "mistake", "情况不实（核定或登记有误）"


class ArrearCase(OfBranch):
    """Six months without dues: a matter for the branch to look into. It never changes the membership by itself.

    oldest: the first month of the run; run: its length when the matter was opened; follows: the matter of the same months that
    was closed before, and they went on.
    """

    person = member(related_name="dues_arrear_cases")
    organization = at("所在支部")
    oldest = models.DateField("最早欠交月份")
    run = models.PositiveSmallIntegerField("连续未交月数")
    opened_on = models.DateField("提出日期")
    outcome = models.CharField("处理结果", max_length=10, choices=Outcome, blank=True)
    words = models.CharField("情况说明", max_length=400, blank=True)
    met_on = models.DateField("支部研究日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, editable=False)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="followed_by", verbose_name="接着"
    )

    class Meta:
        verbose_name = "连续未交党费"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["opened_on"], name="dues_case_open", condition=Q(closed_on__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_on__isnull=True), name="dues_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}连续 {self.run} 个月未交党费"

    def get_absolute_url(self) -> str:
        return reverse("dues-arrears-record", args=[self.uid])
