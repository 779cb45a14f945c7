"""A meeting, the organisations that hold it together, and what is on its agenda."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.models.plan import PlanLine
from zhibu.apps.meetings.params import kinds, labels
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.scope import ScopedModel


class State(models.TextChoices):
    """How far a meeting is."""

    PLANNED = "planned", "拟定中"
    CALLED = "called", "已通知"
    UNDER_WAY = "under_way", "进行中"
    HELD = "held", "已结束"
    CANCELLED = "cancelled", "已取消"


TONES = {"planned": "plain", "called": "info", "under_way": "due", "held": "ok", "cancelled": "plain"}
KIND_CHOICES = tuple(labels().items())
# said one by one, for SQLite sees from `state = 'planned'` that one of these holds, not that one of a list does
_COMING = Q(state="planned") | Q(state="called") | Q(state="under_way")


class Meeting(ScopedModel):
    """A meeting of an organisation; `on` is the local day of `starts_at`, kept for lists and rules.

    entitled, present: those with a vote, told when it was closed; quorate: None where no number is prescribed.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, db_index=False, related_name="+", verbose_name="召集的党组织"
    )
    kind = models.CharField("类别", max_length=20)
    title = models.CharField("名称", max_length=100)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间", null=True, blank=True)
    on = models.DateField("日期", editable=False)
    place = models.CharField("地点", max_length=100, blank=True)
    link = models.URLField("线上会议链接", max_length=300, blank=True)
    host = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持人"
    )
    recorder = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    words = models.TextField("会议要求", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED, editable=False)
    plan_line = models.ForeignKey(
        PlanLine, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="年度计划"
    )
    #: the frozen roll of those who should be there, of kinds that decide by vote
    roll = models.ForeignKey(
        "voting.Roll", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="应到名册"
    )
    #: the latest notice to those invited: who has read it
    notice = models.ForeignKey(
        "kernel.Notice", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="通知"
    )
    called_at = models.DateTimeField("通知时间", null=True, editable=False)
    opened_at = models.DateTimeField("开会时间", null=True, editable=False)
    closed_at = models.DateTimeField("散会时间", null=True, editable=False)
    cancelled_why = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    entitled = models.PositiveIntegerField("应到（有表决权）", null=True, editable=False)
    present = models.PositiveIntegerField("实到（有表决权）", null=True, editable=False)
    quorate = models.BooleanField("到会人数合规", null=True, editable=False)
    #: the minutes stand; corrections are further versions
    minutes_at = models.DateTimeField("会议记录完成时间", null=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "组织生活"
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["organization", "on"], name="meeting_of_day"),
            models.Index(fields=["on", "kind"], name="meeting_day"),
            models.Index(fields=["on"], name="meeting_unwritten", condition=Q(state="held", minutes_at__isnull=True)),
            models.Index(fields=["on"], name="meeting_coming", condition=_COMING),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_line"], condition=~Q(state="cancelled"), name="meeting_once_a_plan_line"
            ),
            models.CheckConstraint(
                name="meeting_period",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message="结束时间应晚于开始时间",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the day beside the moment."""
        self.on = timezone.localdate(self.starts_at)
        super().save(*args, **kwargs)

    @property
    def kind_label(self) -> str:
        """Return the kind in Chinese."""
        return labels().get(self.kind, self.kind)

    @property
    def rule(self) -> rules.Kind | None:
        """Return the row of the table of kinds in force on its day."""
        return in_force(kinds(), self.on).get(self.kind)

    @property
    def tone(self) -> str:
        """Return the colour of its state."""
        return TONES[self.state]

    @property
    def is_live(self) -> bool:
        """Tell whether it is still to be held, or being held."""
        return self.state in (State.PLANNED, State.CALLED, State.UNDER_WAY)

    def get_absolute_url(self) -> str:
        return reverse("meetings-record", args=[self.uid])


class Participant(ScopedModel):
    """A further organisation that holds a meeting together with the one that calls it: for it the meeting counts, too."""

    scope_permission = VIEW
    scope_via = "meeting"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, db_index=False, related_name="participants", verbose_name="会议"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="共同召开的党组织"
    )

    class Meta:
        verbose_name = verbose_name_plural = "共同召开"
        constraints = [models.UniqueConstraint(fields=["meeting", "organization"], name="participant_once")]

    def __str__(self) -> str:
        return str(self.organization)


class AgendaItem(ScopedModel):
    """An item of the agenda in its order; what it is about may be a record of any app (`subject_type`, `subject_id`, `url`)."""

    scope_permission = VIEW
    scope_via = "meeting"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda", verbose_name="会议")
    place = models.PositiveSmallIntegerField("次序")
    title = models.CharField("议题", max_length=200)
    reporter = models.CharField("报告人", max_length=50, blank=True)
    subject_type = models.CharField("事由类别", max_length=80, blank=True, editable=False)
    subject_id = models.CharField("事由", max_length=40, blank=True, editable=False)
    url = models.CharField("事由链接", max_length=300, blank=True, editable=False)
    decision = models.TextField("议定事项", max_length=2000, blank=True)
    withdrawn = models.BooleanField("已撤下", default=False, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ["meeting_id", "place", "pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="agenda_subject")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()
