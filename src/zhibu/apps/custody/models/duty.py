"""What is confirmed once a year, and who may come for somebody."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.custody.models.care import CareRecord, OfCare
from zhibu.apps.custody.params import yearly
from zhibu.kernel.crypto import SealedTextField, mask_identity


class YearlyCheck(OfCare):
    """A check of one year (年度认证); done with a proof, or still due."""

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="checks", verbose_name="托管档案")
    kind = models.CharField("认证种类", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    due_on = models.DateField("应办日期")
    done_on = models.DateField("办理日期", null=True, blank=True, editable=False)
    words = models.CharField("办理情况", max_length=200, blank=True, editable=False)
    done_by = models.CharField("经办人", max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = "年度认证"
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on"], name="check_open", condition=Q(done_on__isnull=True))]
        constraints = [models.UniqueConstraint(fields=["care", "kind", "year"], name="check_once_a_year")]

    def __str__(self) -> str:
        return f"{self.care.person}的{self.kind_label}（{self.year}）"

    def get_absolute_url(self) -> str:
        return reverse("checks-record", args=[self.uid])

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return next((row.label for row in yearly() if row.code == self.kind), self.kind)

    def state(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.done_on:
            return "已办", "ok"
        return (f"逾期 {(today - self.due_on).days} 天", "late") if self.due_on < today else ("待办", "due")


class Proxy(OfCare):
    """Somebody who may come for the person (委托代办), for some matters, up to and including `until`."""

    MATTERS = {
        "receive": "领取慰问品和钱款", "reimburse": "办理报销", "papers": "代交、代领材料", "check": "办理年度认证", "other": "其他事项",
    }  # fmt: skip

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="proxies", verbose_name="托管档案")
    name = models.CharField("代办人", max_length=50)
    relation = models.CharField("与本人关系", max_length=20)
    phone = models.CharField("代办人电话", max_length=40, blank=True)
    document = SealedTextField("代办人证件号码", null=True, blank=True)
    matters: Any = models.JSONField("委托事项", default=list)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期")
    note = models.CharField("备注", max_length=200, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revoked_why = models.CharField("撤销原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "委托代办"
        ordering = ["-until", "-id"]
        constraints = [models.CheckConstraint(name="proxy_period", condition=Q(until__gte=F("since")))]

    def __str__(self) -> str:
        return f"{self.name}（{self.relation}）"

    def get_absolute_url(self) -> str:
        return reverse("proxies-record", args=[self.uid])

    @property
    def matters_words(self) -> str:
        """What they may do, in words."""
        return "、".join(self.MATTERS.get(code, code) for code in self.matters)

    @property
    def masked_document(self) -> str:
        """The number of their document as it is shown."""
        return mask_identity(self.document) if self.document else ""

    def holds(self, day: date) -> bool:
        """Tell whether they may come on that day."""
        return self.since <= day <= self.until and (self.revoked_on is None or day < self.revoked_on)

    def state(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.revoked_on:
            return "已撤销", "plain"
        if today > self.until:
            return "已过期", "plain"
        return ("有效", "ok") if today >= self.since else ("未生效", "info")
