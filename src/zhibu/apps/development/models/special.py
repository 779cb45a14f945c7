"""What stands beside the ordinary path: members received directly or after their death, and the yearly look at the activists."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.development.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class SpecialAdmission(ScopedModel):
    """Somebody received directly by the Party's central or provincial committee, or recognised as a member after death.

    organization: the branch of a member received directly; the Party organisation that asked for a posthumous recognition.
    became: what the organ received the person as; "" for the dead, who get no membership record.
    """

    scope_permission = VIEW
    KINDS = {"direct": "直接接收", "posthumous": "追认"}
    BECAME = {"probationary": "预备党员", "full": "正式党员"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="special_admissions", verbose_name="姓名")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    kind = models.CharField("方式", max_length=12, choices=list(KINDS.items()))
    on = models.DateField("批准日期")
    organ = models.CharField("批准机关", max_length=100)
    number = models.CharField("文号", max_length=60, blank=True)
    became = models.CharField("接收为", max_length=12, choices=list(BECAME.items()), blank=True)
    version = models.CharField("依据版本", max_length=4)
    words = models.CharField("事由", max_length=1000)
    by_name = models.CharField("登记人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    withdrawn_why = models.CharField("撤销原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "直接接收和追认"
        ordering = ["-on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(withdrawn_why=""),
                name="development_special_once",
                violation_error_message="此人已经登记过",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}：{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("development-special-record", args=[self.uid])

    @property
    def stands(self) -> bool:
        """Tell whether it was not taken back."""
        return not self.withdrawn_why


class Analysis(ScopedModel):
    """The yearly look of a committee at its activists (article 11): the figures of that day, what is wanting, what is done.

    figures: [[label, text], …] as they stood when it was written.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党委"
    )
    year = models.PositiveSmallIntegerField("年度")
    on = models.DateField("分析日期")
    figures: Any = models.JSONField("数据", default=list)
    problems = models.CharField("存在的问题", max_length=1000)
    measures = models.CharField("改进措施", max_length=1000)
    by_name = models.CharField("登记人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "积极分子队伍分析"
        ordering = ["-year", "organization__path"]
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="development_analysis_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年积极分子队伍分析"

    def get_absolute_url(self) -> str:
        return reverse("development-analyses-record", args=[self.uid])
