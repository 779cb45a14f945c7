"""One round for many: a list of people, who signed for what they got, and the services that came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.custody.models.care import CareRecord
from zhibu.apps.custody.models.service import ServiceKind, ServiceRecord
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class BatchState(models.TextChoices):
    """A round is under way, done, or was given up."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已办结"
    DROPPED = "dropped", "已作废"


class ServiceBatch(ScopedModel):
    """A round (批量走访慰问) by an organisation; gift: what each gets; cost: of one, in yuan."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="办理单位"
    )
    title = models.CharField("名称", max_length=60)
    kind = models.CharField("服务类别", max_length=20, choices=ServiceKind, default=ServiceKind.CONDOLENCE)
    on = models.DateField("日期")
    gift = models.CharField("每人的内容", max_length=100, blank=True)
    cost = models.DecimalField("每人费用（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.OPEN, editable=False)
    count = models.PositiveIntegerField("人数", default=0, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    closed_at = models.DateTimeField("办结时间", null=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "批量走访慰问"
        ordering = ["-id"]
        indexes = [models.Index(fields=["on"], name="batch_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("batches-record", args=[self.uid])


class BatchLine(ScopedModel):
    """Somebody on the list of a round: whether they signed, who came for them, the service that it became."""

    scope_permission = VIEW
    scope_via = "batch"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(ServiceBatch, models.PROTECT, related_name="lines", verbose_name="批次")
    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="batch_lines", verbose_name="托管档案")
    place = models.PositiveIntegerField("序号")
    received = models.BooleanField("已签领", default=False)
    received_by = models.CharField("代领人", max_length=50, blank=True)
    service = models.OneToOneField(
        ServiceRecord, models.PROTECT, null=True, blank=True, editable=False, related_name="batch_line"
    )

    class Meta:
        verbose_name = "签领"
        ordering = ["batch_id", "place"]
        constraints = [models.UniqueConstraint(fields=["batch", "care"], name="batch_line_once")]

    def __str__(self) -> str:
        return f"{self.place}. {self.care.person}"

    def get_absolute_url(self) -> str:
        return self.batch.get_absolute_url()
