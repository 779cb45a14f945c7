"""The policy of a committee, and the base (核定基数) of a member from a month on."""

import json
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.dues.models.common import OfBranch, at, member, money
from zhibu.apps.dues.params import payer_labels
from zhibu.apps.dues.permissions import BASE
from zhibu.kernel.crypto import SealedTextField


class Policy(OfBranch):
    """What a committee has settled for itself and all below it, from a month on; None leaves what holds above."""

    ROUNDING = [("fen", "到分"), ("jiao", "到角"), ("yuan", "到元")]
    WAGES = [
        ("year", "年初核定，年内不变（2017 年通知）"),
        ("month", "工资变化的，从领新工资当月起（2008 年规定第十条）"),
    ]

    organization = at("适用组织（含下级）")
    since = models.DateField("起始月份")
    rounding = models.CharField("四舍五入", max_length=5, choices=ROUNDING, blank=True)
    wages = models.CharField("工资变化", max_length=5, choices=WAGES, blank=True)
    kept = models.DecimalField("本级留存比例（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    ground = models.CharField("依据", max_length=200)
    by_name = models.CharField("设定人", max_length=100, editable=False)
    recorded_at = models.DateTimeField("设定时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费政策"
        ordering = ["organization__path", "-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="dues_policy_share", condition=Q(kept__isnull=True) | (Q(kept__gte=0) & Q(kept__lte=100)),
                violation_error_message="留存比例在 0 到 100 之间",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organization}自 {self.since:%Y-%m} 起的党费政策"

    def get_absolute_url(self) -> str:
        return reverse("dues-policies-record", args=[self.uid])


class Source(models.TextChoices):
    """Where a base comes from."""

    SHEET = "sheet", "表格导入"
    SIGNED = "signed", "签字的核定表"
    PAYROLL = "payroll", "工资系统"


class Base(OfBranch):
    """What a member's dues are reckoned from, from the month `since` to the end of its year (or the next version).

    amount: the base in yuan a month, of payers of a fixed amount that amount; lines (encrypted, for they are pay): the
    arithmetic as JSON, see `arithmetic`; stands: false once corrected (`replaced_by`) or taken back.
    """

    scope_permission = BASE

    person = member(related_name="dues_bases")
    organization = at("所在支部")
    payer = models.CharField("交费人员类别", max_length=20, choices=list(payer_labels().items()))
    since = models.DateField("起始月份")
    amount = money("党费计算基数（元/月）")
    lines = SealedTextField("计算明细", null=True, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source)
    ground = models.CharField("依据", max_length=200, blank=True)
    stands = models.BooleanField("有效", default=True, editable=False)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="replaces")
    confirmed_on = models.DateField("签字日期", null=True, blank=True)
    by_name = models.CharField("核定人", max_length=100, editable=False)
    recorded_at = models.DateTimeField("核定时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费基数"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "since"], condition=Q(stands=True), name="dues_base_once"),
            models.CheckConstraint(name="dues_base_positive", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.person}自 {self.since:%Y-%m} 起的党费基数"

    def get_absolute_url(self) -> str:
        return reverse("dues-bases-record", args=[self.uid])

    @property
    def arithmetic(self) -> list[dict[str, Any]]:
        """The lines of the arithmetic: {"code", "label", "amount", "sign", "why", "running"}, amounts as Decimal."""
        rows: list[dict[str, Any]] = json.loads(self.lines) if self.lines else []
        return [{**row, "amount": Decimal(row["amount"]), "running": Decimal(row["running"])} for row in rows]
