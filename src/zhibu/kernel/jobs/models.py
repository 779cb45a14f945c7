"""Jobs and the clock of scheduled work."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import OpenModel, ScopedManager, ScopedModel, ScopedQuerySet
from zhibu.kernel.scope.query import Mark


class State(models.TextChoices):
    QUEUED = "queued", "等待处理"
    RUNNING = "running", "正在处理"
    DONE = "done", "已完成"
    FAILED = "failed", "未成功"
    CANCELLED = "cancelled", "已取消"


OPEN_STATES = (State.QUEUED, State.RUNNING)


class JobQuerySet(ScopedQuerySet["Job"]):
    """Jobs are also visible to whoever asked for them."""

    def visible_to(self, actor: Actor, permission: str | tuple[str, ...] | None = None) -> Self:
        """Open for the actor: their own jobs, and those of organisations where they hold `jobs.view`.

        With another permission only that counts, their own jobs included.
        """
        if actor.is_system or actor.account_id is None or permission not in (None, Job.scope_permission):
            return super().visible_to(actor, permission)
        condition = Q(requested_by_id=actor.account_id)
        if paths := actor.paths(Job.scope_permission):
            condition |= Job.scope_q(paths)
        opened = self.filter(condition)
        opened.guard.mark = Mark.SCOPED
        return opened


class Job(ScopedModel):
    """A piece of background work. Who may see it: the requester, and holders of `jobs.view` over its organisation;
    a job without organisation is its requester's alone.

    `chunks` counts the chunks that took effect; it is what a chunk moves conditionally (a JSON cursor cannot be
    compared reliably on both databases). `lease_owner` is new for every claim, so it fences off a worker that lost
    its lease. `attempt` counts the failures, `takeovers` the lost workers, both of the present chunk only.
    """

    scope_permission = "jobs.view"
    objects: ClassVar[Any] = ScopedManager.from_queryset(JobQuerySet)()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("种类", max_length=80)
    label = models.CharField("名称", max_length=200)
    payload = models.JSONField("参数", default=dict)
    payload_version = models.PositiveSmallIntegerField("参数版本", default=1)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, related_name="+", verbose_name="组织"
    )
    # no foreign key: the kernel knows no accounts, and a job outlives the account
    requested_by_id = models.PositiveBigIntegerField("发起账号", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    cancel_requested = models.BooleanField("要求取消", default=False)

    attempt = models.PositiveSmallIntegerField("失败次数", default=0)
    takeovers = models.PositiveSmallIntegerField("接手次数", default=0)
    not_before = models.DateTimeField("最早处理时间", default=timezone.now)
    lease_owner = models.CharField("处理者", max_length=120, blank=True, default="")
    lease_until = models.DateTimeField("处理者有效期", null=True)

    cursor = models.JSONField("进度位置", null=True)
    chunks = models.PositiveIntegerField("已生效批次", default=0)
    done_count = models.PositiveBigIntegerField("已处理", default=0)
    total = models.PositiveBigIntegerField("总数", null=True)
    message = models.CharField("说明", max_length=500, blank=True, default="")
    result = models.JSONField("结果", null=True)
    error = models.TextField("技术信息", blank=True, default="")

    created_at = models.DateTimeField("提交时间", default=timezone.now, editable=False)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]
        indexes = [
            # the workers' queue stays small whatever the history
            models.Index(
                fields=["not_before", "id"], condition=Q(state__in=["queued", "running"]), name="kernel_job_open"
            ),
            models.Index(fields=["requested_by_id", "-id"], name="kernel_job_mine"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.uid])

    def scope_paths(self) -> list[str]:
        """Return the path of its organisation, if it has one."""
        return [self.organization.path] if self.organization else []

    @property
    def is_open(self) -> bool:
        """Tell whether the job still waits or runs."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Return the progress from 0 to 100, None while the total is unknown."""
        if self.state == State.DONE:
            return 100
        return min(100, self.done_count * 100 // self.total) if self.total else None


class JobSchedule(OpenModel):
    """When a scheduled function last ran. The row is moved conditionally, in the transaction of the run itself."""

    name = models.CharField("名称", max_length=80, primary_key=True)
    last_run_at = models.DateTimeField("上次运行", null=True)
    failures = models.PositiveSmallIntegerField("连续失败", default=0)
    retry_at = models.DateTimeField("重试时间", null=True)
    error = models.TextField("技术信息", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "定时工作"

    def __str__(self) -> str:
        return self.name
