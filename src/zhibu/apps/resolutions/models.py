"""Resolutions of a branch, and what was done to carry them out."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.resolutions import rules
from zhibu.apps.resolutions.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class State(models.TextChoices):
    """Being carried out, carried out, in force with nothing to do, replaced by a later one, void with its vote."""

    FOLLOWING = "following", "落实中"
    DONE = "done", "已落实"
    STANDING = "standing", "有效"
    REPLACED = "replaced", "已被取代"
    VOID = "void", "已作废"


IN_FORCE = (State.FOLLOWING, State.DONE, State.STANDING)


class Resolution(ScopedModel):
    """What a branch decided, numbered without gaps a year. Its text is never edited: a later resolution replaces it.

    motion: the vote that passed it; meeting_type, meeting_id: where there was no vote of its own, the meeting that decided;
    replaced_by: the later resolution; responsible: who carries it out, their name frozen beside.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度", editable=False)
    number = models.PositiveIntegerField("序号", editable=False)
    number_text = models.CharField("文号", max_length=80, editable=False)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("决议内容", max_length=5000)
    decided_on = models.DateField("通过日期")
    motion = models.OneToOneField(
        "voting.Motion", models.PROTECT, null=True, blank=True, related_name="resolution", verbose_name="表决", editable=False
    )  # fmt: skip
    meeting_type = models.CharField(max_length=80, blank=True, editable=False)
    meeting_id = models.CharField(max_length=64, blank=True, editable=False)
    basis = models.CharField("形成经过", max_length=300, blank=True)
    responsible = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="resolutions", verbose_name="负责人"
    )
    responsible_name = models.CharField("负责人姓名", max_length=100, blank=True, editable=False)
    due_on = models.DateField("落实期限", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.FOLLOWING, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="取代它的决议",
        editable=False,
    )
    void_why = models.CharField("作废原因", max_length=200, blank=True, editable=False)
    published_at = models.DateTimeField("公布时间", null=True, editable=False)
    done_on = models.DateField("落实日期", null=True, editable=False)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "决议"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_on"], name="resolution_following", condition=Q(state="following")),
            models.Index(fields=["organization", "decided_on"], name="resolution_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "number"], name="resolution_number"),
            models.CheckConstraint(
                name="resolution_replaced", condition=Q(state="replaced", replaced_by__isnull=False) | ~Q(state="replaced")
            ),
            models.CheckConstraint(name="resolution_not_by_itself", condition=~Q(replaced_by=F("id"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resolutions-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where members read it."""
        return reverse("own-resolution", args=[self.uid])

    def standing(self, today: date) -> tuple[str, str]:
        """Return how it stands, in words and colour."""
        return rules.standing(self.state, self.due_on, today)


class FollowUp(ScopedModel):
    """What was done to carry a resolution out, told by whoever is responsible or by the branch. Never edited."""

    scope_permission = VIEW
    scope_via = "resolution"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="follow_ups", verbose_name="决议")
    on = models.DateField("日期")
    words = models.CharField("落实情况", max_length=1000)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    by_responsible = models.BooleanField("负责人报告", default=False, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "落实情况"
        ordering = ["resolution_id", "id"]

    def __str__(self) -> str:
        return f"{self.resolution}的落实情况"

    def get_absolute_url(self) -> str:
        return self.resolution.get_absolute_url()
