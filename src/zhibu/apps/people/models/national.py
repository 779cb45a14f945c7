"""Comparisons with a file from the national member system: the file, and what differs, row by row."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel

PERMISSION = "people.national"


class CheckState(models.TextChoices):
    READING = "reading", "正在比对"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"


class DifferenceKind(models.TextChoices):
    DIFFERS = "differs", "内容不同"
    HERE_ONLY = "here_only", "只在本系统"
    THERE_ONLY = "there_only", "只在文件中"
    ERROR = "error", "文件中有误"


class NationalCheck(ScopedModel):
    """One file compared with the members of an organisation and what lies under it. Nothing is written to people."""

    scope_permission = PERMISSION

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="比对范围"
    )
    layout = models.CharField("版式", max_length=40)
    file = models.ForeignKey("kernel.Blob", models.PROTECT, related_name="+", verbose_name="文件")
    file_name = models.CharField("文件名", max_length=200)
    requested_by_id = models.BigIntegerField("经办账号", null=True)
    requested_by_name = models.CharField("经办人", max_length=100, blank=True)
    blanks = models.BooleanField("空格也列出", default=False)
    state = models.CharField("状态", max_length=10, choices=CheckState, default=CheckState.READING)
    job = models.ForeignKey("kernel.Job", models.PROTECT, null=True, related_name="+")
    counts: Any = models.JSONField("统计", default=dict)
    message = models.CharField("说明", max_length=500, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("比对时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "全国系统核对"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.organization}与全国系统核对（{self.file_name}）"

    def get_absolute_url(self) -> str:
        return reverse("national-checks-record", args=[self.uid])

    def scope_paths(self) -> list[str]:
        """Return the path of the organisation compared."""
        return [self.organization.path]

    @property
    def standing(self) -> CheckState:
        """Return the state, failed when its job was cancelled or given up."""
        if self.state == CheckState.READING and self.job is not None and not self.job.is_open:
            return CheckState.FAILED
        return CheckState(self.state)


class NationalDifference(ScopedModel):
    """A row of the report: somebody only here, only in the file, or with other values; or a row that cannot be read.

    `values` is JSON, sealed: [[field, ours, theirs], …] as shown; identity numbers are masked before they come here.
    """

    scope_permission = PERMISSION

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    check_of = models.ForeignKey(NationalCheck, models.PROTECT, related_name="differences", verbose_name="核对")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="范围"
    )
    kind = models.CharField("类别", max_length=12, choices=DifferenceKind)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", verbose_name="人员")
    row = models.PositiveIntegerField("文件行号", null=True)
    name = models.CharField("姓名", max_length=100)
    branch = models.CharField("党支部", max_length=200, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)
    values = SealedTextField("差异", null=True)
    reviewed_at = models.DateTimeField("核对时间", null=True)
    reviewed_by = models.CharField("核对人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "核对差异"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["check_of", "kind"]),
            models.Index(fields=["check_of"], condition=Q(reviewed_at__isnull=True), name="difference_open"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"

    def get_absolute_url(self) -> str:
        return reverse("national-differences-record", args=[self.uid])

    def scope_paths(self) -> list[str]:
        """Return the path of the organisation compared."""
        return [self.organization.path]
