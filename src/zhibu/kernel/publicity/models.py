"""A notice, where it hangs, how often it began anew, and who objected."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.publicity.clock import Clock, clock
from zhibu.kernel.scope import ScopedModel
from zhibu.kernel.tree import under

VIEW = "publicity.view"
#: what objections say is read by those who handle them
READ = "publicity.read"


class PublicityState(models.TextChoices):
    """How a notice stands."""

    RUNNING = "running", "公示中"
    CLOSED = "closed", "已结束"
    WITHDRAWN = "withdrawn", "已撤下"


class PublicityOutcome(models.TextChoices):
    """What came of it."""

    CLEAR = "clear", "没有影响"
    AFFECTED = "affected", "有影响"


class Publicity(ScopedModel):
    """A notice of an organisation about a record of an app (`subject_type`, `subject_id`), open to everybody while it hangs.

    lines: [[label, text]], all that is shown publicly, and no more than has to be; posted_on: since when it hangs as it is
    now; ends_on: its last day as last computed, None while the work calendar of a year is missing.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="公示单位"
    )
    kind = models.CharField("种类", max_length=40)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    title = models.CharField("标题", max_length=100)
    lines: Any = models.JSONField("公示内容", default=list)
    contact = models.CharField("意见受理", max_length=200)
    online = models.BooleanField("同时在网上公示", default=True)
    posted_on = models.DateField("张贴日期")
    working_days = models.PositiveSmallIntegerField("工作日")
    article = models.CharField("依据", max_length=60, blank=True)
    ends_on = models.DateField("届满日期", null=True, blank=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=PublicityState, default=PublicityState.RUNNING, editable=False
    )
    outcome = models.CharField("结果", max_length=10, choices=PublicityOutcome, blank=True, editable=False)
    closed_on = models.DateField("记录结果日期", null=True, blank=True, editable=False)
    words = models.CharField("说明", max_length=500, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "公示"
        ordering = ["-posted_on", "-id"]
        indexes = [
            models.Index(fields=["ends_on"], condition=Q(state="running"), name="publicity_running"),
            models.Index(fields=["subject_type", "subject_id"], name="publicity_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(state="running"),
                name="publicity_one_running",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicities-record", args=[self.uid])

    @property
    def public_url(self) -> str:
        """The page everybody may open while it hangs."""
        return reverse("publicity", args=[self.uid])

    @property
    def is_running(self) -> bool:
        """Tell whether it hangs."""
        return self.state == PublicityState.RUNNING

    def clock(self, today: date) -> Clock:
        """Return its clock by the work calendar as it is loaded now."""
        from zhibu.kernel.calendar.services import work_calendar

        return clock(self.posted_on, self.working_days, today, work_calendar())


class OfPublicity(ScopedModel):
    """What hangs on a notice and is seen where that is seen."""

    scope_permission = VIEW

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("publicity__organization__path", paths)

    def scope_paths(self) -> list[str]:
        """Return the path of the organisation that posted it."""
        return [self.publicity.organization.path]  # type: ignore[attr-defined]


class PublicityPlace(OfPublicity):
    """A place where it hangs; floating people: where they left and where they are, at the same time."""

    KINDS = {"work": "工作、学习单位", "residence": "居住地", "origin": "流出地", "host": "流入地"}

    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="places")
    kind = models.CharField("地点种类", max_length=10, choices=list(KINDS.items()))
    name = models.CharField("张贴地点", max_length=100)

    class Meta:
        verbose_name = "公示地点"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["publicity", "kind"], name="publicity_place_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.name}"


class PublicityRun(OfPublicity):
    """A time it hung before it was changed; its days count for nothing."""

    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="runs")
    posted_on = models.DateField("张贴日期")
    stopped_on = models.DateField("变更日期")
    lines: Any = models.JSONField("当时的内容", default=list)
    why = models.CharField("变更原因", max_length=200)

    class Meta:
        verbose_name = "重新公示"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.posted_on} 至 {self.stopped_on}"


class PublicityObjection(OfPublicity):
    """What somebody said against it; it blocks the end until it is handled. The words are sealed."""

    MANNERS = {"letter": "来信", "call": "来电", "visit": "来访", "online": "网上", "other": "其他"}
    FINDINGS = {"none": "不影响", "affects": "影响"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="objections", verbose_name="公示")
    received_on = models.DateField("收到日期")
    manner = models.CharField("方式", max_length=10, choices=list(MANNERS.items()))
    named = models.BooleanField("署实名", default=False)
    matter = SealedTextField("反映的问题", null=True)
    handled_on = models.DateField("处理日期", null=True, blank=True, editable=False)
    finding = models.CharField("结论", max_length=10, choices=list(FINDINGS.items()), blank=True, editable=False)
    handling = SealedTextField("核查情况", null=True, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "公示异议"
        ordering = ["received_on", "id"]
        indexes = [
            models.Index(fields=["publicity"], condition=Q(handled_on__isnull=True), name="publicity_objection_open")
        ]

    def __str__(self) -> str:
        return f"{self.received_on.isoformat()} {self.get_manner_display()}"

    def get_absolute_url(self) -> str:
        return self.publicity.get_absolute_url()
