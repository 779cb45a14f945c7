"""A heart-to-heart talk: that it took place, between whom, when. There is no place for what was said, and there will be none."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.talks.permissions import VIEW
from zhibu.apps.talks.rules import LABELS
from zhibu.kernel.scope import ScopedModel


class Way(models.TextChoices):
    """How they talked."""

    FACE = "face", "面谈"
    PHONE = "phone", "电话"
    ONLINE = "online", "视频"


class Talk(ScopedModel):
    """Two people of a branch talked on a day. kind: by who of them sat on the committee then; stands: False once withdrawn."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    kind = models.CharField("种类", max_length=10, choices=list(LABELS.items()), editable=False)
    on = models.DateField("日期")
    way = models.CharField("方式", max_length=10, choices=Way, default=Way.FACE)
    first = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="谈话人")
    second = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="谈话对象")
    stands = models.BooleanField("有效", default=True, editable=False)
    withdrawn_why = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "谈心谈话"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["organization", "on"], name="talk_by_day")]
        constraints = [
            models.CheckConstraint(name="talk_of_two", condition=~Q(first=F("second"))),
            models.UniqueConstraint(
                fields=["on", "first", "second"], condition=Q(stands=True), name="talk_once",
                violation_error_message="这次谈话已经登记过",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.first.name}与{self.second.name}"

    def get_absolute_url(self) -> str:
        return reverse("talks-record", args=[self.uid])
