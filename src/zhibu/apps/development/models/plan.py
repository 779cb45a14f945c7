"""The yearly plan of a branch, what an organisation may decide, and what it asks for beyond the national text."""

import uuid
from typing import Any

from django.db import models
from django.urls import reverse

from zhibu.apps.development.permissions import VIEW
from zhibu.apps.development.rules import STANDINGS
from zhibu.kernel.scope import ScopedModel


class Plan(ScopedModel):
    """How many probationary members a branch may receive in a year (发展计划)."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("计划人数")
    note = models.CharField("说明", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField("下达时间", auto_now_add=True)

    class Meta:
        verbose_name = "发展计划"
        ordering = ["-year", "organization__path"]
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="development_plan_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年发展计划"

    def get_absolute_url(self) -> str:
        return reverse("development-plans-record", args=[self.uid])

    @property
    def left(self) -> int:
        """How many are left, where the query counted those taken; negative when there were too many."""
        return int(self.number - getattr(self, "taken", 0))

    @property
    def over(self) -> bool:
        """Tell whether more were received than planned."""
        return self.left < 0

    @property
    def over_words(self) -> str:
        """By how many."""
        return f"超出 {-self.left}"


class Setting(ScopedModel):
    """What holds for an organisation: its standing under article 22, and the local extras for it and everything below.

    standing: "" as its kind says; reports: months between 思想汇报, 0 none; notices: steps that are publicised locally besides,
    {step: working days}.
    """

    scope_permission = VIEW
    EXTRA_STEPS = {"activist": "确定为入党积极分子", "assembly": "接收预备党员", "full_assembly": "转正"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.OneToOneField(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="组织"
    )
    standing = models.CharField("审批权限", max_length=20, choices=list(STANDINGS.items()), blank=True)
    reports = models.PositiveSmallIntegerField("思想汇报间隔（月）", default=0)
    notices: Any = models.JSONField("本地公示", default=dict)
    source = models.CharField("依据", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "发展党员设置"
        ordering = ["organization__path"]

    def __str__(self) -> str:
        return f"{self.organization}的发展党员设置"

    def get_absolute_url(self) -> str:
        return reverse("development-settings-record", args=[self.uid])
