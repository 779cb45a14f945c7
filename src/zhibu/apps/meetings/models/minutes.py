"""Minutes in their versions, and the papers of a meeting: materials, pictures, scans."""

import uuid
from typing import Any

from django.db import models

from zhibu.apps.meetings.models.meeting import Meeting
from zhibu.apps.meetings.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class _OfMeeting(ScopedModel):
    scope_via = "meeting"

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()  # type: ignore[attr-defined,no-any-return]


class Minutes(_OfMeeting):
    """One version of the minutes; the last stands. `parts`: [heading, text] of each, in order."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, db_index=False, related_name="minutes", verbose_name="会议")
    number = models.PositiveSmallIntegerField("版次")
    parts: Any = models.JSONField("内容", default=list)
    reason = models.CharField("更正原因", max_length=200, blank=True)
    by_name = models.CharField("记录人", max_length=100, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议记录"
        ordering = ["meeting_id", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number_once")]

    def __str__(self) -> str:
        return f"{self.meeting}记录第 {self.number} 版"


class PaperKind(models.TextChoices):
    """What a paper is for: materials are sent to those invited, the rest belongs to the record."""

    MATERIAL = "material", "学习材料"
    PICTURE = "picture", "会议照片"
    SCAN = "scan", "签到表、记录扫描件"


class Paper(_OfMeeting):
    """A paper of a meeting; its content hangs on it as an attachment. One that was a mistake is taken away with its reason."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers", verbose_name="会议")
    kind = models.CharField("用途", max_length=10, choices=PaperKind)
    words = models.CharField("说明", max_length=100, blank=True)
    by_name = models.CharField("上传人", max_length=100, blank=True, editable=False)
    at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_why = models.CharField("撤下原因", max_length=200, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "会议材料"
        ordering = ["meeting_id", "kind", "pk"]

    def __str__(self) -> str:
        return self.words or str(self.get_kind_display())
