"""What an organisation means to hold in a year."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.meetings.params import labels
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class PlanLine(ScopedModel):
    """One meeting that is meant to be held on a day; it became a meeting, or was dropped with its reason."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度", editable=False)
    kind = models.CharField("类别", max_length=20)
    on = models.DateField("计划日期")
    title = models.CharField("主题", max_length=100, blank=True)
    dropped_why = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    #: a meeting that is not cancelled came of it
    used = models.BooleanField("已安排", default=False, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("列入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度计划"
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["organization", "year"], name="plan_of_year"),
            models.Index(fields=["on"], name="plan_open", condition=Q(used=False, dropped_why="")),
        ]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.title or self.kind_label}"

    @property
    def kind_label(self) -> str:
        """Return the kind in Chinese."""
        return labels().get(self.kind, self.kind)

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits to be arranged."""
        return not self.used and not self.dropped_why

    @property
    def state(self) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.dropped_why:
            return "已取消", "plain"
        return ("已安排", "ok") if self.used else ("待安排", "info")

    #: where an act leads instead of the record
    landing = ""

    def get_absolute_url(self) -> str:
        return self.landing or reverse("meeting-plans-record", args=[self.uid])
