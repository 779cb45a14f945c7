"""The yearly appraisal of a branch, and what it says of each member."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.appraisals.permissions import VIEW
from zhibu.apps.appraisals.rules import RANK_LABELS, Rank
from zhibu.kernel.scope import ScopedModel


class State(models.TextChoices):
    """How far an appraisal is."""

    OPEN = "open", "自评和互评"
    MEASURED = "measured", "已测评"
    PROPOSED = "proposed", "已拟定等次"
    DECIDED = "decided", "待上级审定"
    CONFIRMED = "confirmed", "已审定"
    VOID = "void", "已作废"


TONES = {"open": "due", "measured": "due", "proposed": "due", "decided": "info", "confirmed": "ok", "void": "plain"}
RANK_CHOICES = [(rank.value, label) for rank, label in RANK_LABELS.items()]
RANK_TONES = {"excellent": "ok", "good": "plain", "basic": "due", "poor": "late", "": "plain"}


class Appraisal(ScopedModel):
    """The appraisal of a branch in a year. total: all its members on the day it began, from which 优秀 is limited.

    issued, returned, valid: slips of the 民主测评; meeting: where the ranks were decided; decided_by may not confirm.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    on = models.DateField("名册日期", editable=False)
    total = models.PositiveIntegerField("党员总数", editable=False)
    state = models.CharField("进度", max_length=10, choices=State, default=State.OPEN, editable=False)
    issued = models.PositiveIntegerField("发出测评票", null=True, editable=False)
    returned = models.PositiveIntegerField("收回测评票", null=True, editable=False)
    valid = models.PositiveIntegerField("有效票", null=True, editable=False)
    mutual = models.BooleanField("已党员互评", default=False, editable=False)
    meeting = models.ForeignKey(
        "meetings.Meeting", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="评定的会议"
    )
    decided_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报审人"
    )
    decided_account_id = models.BigIntegerField(null=True, editable=False)
    confirmed_on = models.DateField("审定日期", null=True, editable=False)
    confirmed_by = models.CharField("审定人", max_length=100, blank=True, editable=False)
    words = models.CharField("上级意见", max_length=200, blank=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("开始时间", auto_now_add=True)

    class Meta:
        verbose_name = "民主评议"
        ordering = ["-year", "organization__path"]
        indexes = [
            models.Index(
                fields=["organization", "state"], name="appraisal_open", condition=~Q(state__in=["confirmed", "void"])
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=~Q(state="void"),
                name="appraisal_once_a_year",
                violation_error_message="这个支部这一年的民主评议已经开始",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年民主评议"

    def get_absolute_url(self) -> str:
        return reverse("appraisals-record", args=[self.uid])

    @property
    def tone(self) -> str:
        """Return the colour of its state."""
        return TONES[self.state]


class Entry(ScopedModel):
    """A member in an appraisal: the own assessment, the votes of the 民主测评, the rank. Probationary members get no rank.

    excellent, good, basic, poor: votes for each rank; rank holds once the appraisal is decided.
    """

    scope_permission = VIEW
    scope_via = "appraisal"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="entries", verbose_name="民主评议")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="党员")
    place = models.PositiveIntegerField("序号")
    name = models.CharField("姓名", max_length=50)
    ranked = models.BooleanField("评定等次", default=True)
    ground = models.CharField("不评定的原因", max_length=60, blank=True)
    own_words = models.TextField("个人自评", max_length=2000, blank=True)
    own_on = models.DateField("自评日期", null=True)
    own_by = models.CharField("自评录入", max_length=100, blank=True)
    excellent = models.PositiveIntegerField("优秀票", null=True)
    good = models.PositiveIntegerField("合格票", null=True)
    basic = models.PositiveIntegerField("基本合格票", null=True)
    poor = models.PositiveIntegerField("不合格票", null=True)
    rank = models.CharField("等次", max_length=10, choices=RANK_CHOICES, blank=True)
    rank_why = models.CharField("评定理由", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "民主评议结果"
        ordering = ["appraisal_id", "place"]
        indexes = [models.Index(fields=["person"], name="appraisal_of_person")]
        constraints = [models.UniqueConstraint(fields=["appraisal", "person"], name="appraisal_entry_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.appraisal.year} 年民主评议"

    @property
    def organization_id(self) -> int:
        """The branch, for the trail."""
        return self.appraisal.organization_id

    def get_absolute_url(self) -> str:
        return reverse("appraisal-results-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees what is theirs."""
        return reverse("me")

    @property
    def votes(self) -> tuple[tuple[str, Any], ...]:
        """Return (label, votes) of each rank, in the order of the form."""
        return tuple((label, getattr(self, rank.value)) for rank, label in RANK_LABELS.items())

    @property
    def rank_words(self) -> str:
        """Return the rank, or why there is none; nothing before it was decided."""
        if not self.ranked:
            return f"不评定等次（{self.ground}）"
        if self.appraisal.state not in (State.DECIDED, State.CONFIRMED):
            return "未评定"
        return str(self.get_rank_display())

    @property
    def tone(self) -> str:
        """Return the colour of the rank."""
        return RANK_TONES[self.rank] if self.appraisal.state in (State.DECIDED, State.CONFIRMED) else "plain"


__all__ = ["RANK_CHOICES", "Appraisal", "Entry", "Rank", "State"]
