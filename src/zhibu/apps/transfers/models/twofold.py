"""Members who take part in the life of a second organisation (双重组织生活): the formal relation and the vote stay at home."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.transfers.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class TwofoldGround(models.TextChoices):
    """Why somebody takes part in two places."""

    LEADER = "leader", "党员领导干部参加"
    LINK = "link", "联系点"
    SECONDED = "seconded", "借调、挂职"
    PROJECT = "project", "项目、临时党支部"
    OTHER = "other", "其他"


class Twofold(ScopedModel):
    """A member of `organization` takes part at `host` as well, as a guest without a vote there; half-open."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="党员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="所在党支部"
    )
    host = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="另外参加的党组织"
    )
    ground = models.CharField("原因", max_length=10, choices=TwofoldGround, default=TwofoldGround.LEADER)
    words = models.CharField("说明", max_length=200, blank=True)
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    ended_why = models.CharField("结束原因", max_length=200, blank=True)
    by_name = models.CharField("登记人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "双重组织生活"
        ordering = ["id"]
        indexes = [models.Index(fields=["host"], name="twofold_open", condition=Q(until__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "host"], condition=Q(until__isnull=True), name="twofold_once_a_host",
                violation_error_message="此人已登记在那里参加组织生活",
            ),
            models.CheckConstraint(name="twofold_period", condition=Q(until__isnull=True) | Q(until__gte=F("since"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}（双重组织生活）"

    def get_absolute_url(self) -> str:
        return reverse("twofold-record", args=[self.uid])

    def standing(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.until is not None:
            return "已结束", "plain"
        return ("参加中", "info") if self.since <= today else ("还没有开始", "plain")
