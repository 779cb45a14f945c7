"""The one tree of organisations, and the terms of their committees."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.organizations.rules import (
    DUE_LABELS,
    KIND_LABELS,
    Due,
    term_due,
)
from zhibu.apps.organizations.rules import Kind as KindCode
from zhibu.kernel.scope import ScopedModel
from zhibu.kernel.tree import PathField, under


class Kind(models.TextChoices):
    """Kinds of organisation; which may stand under which is `rules.ALLOWED_PARENTS`."""

    UNIT = KindCode.UNIT, KIND_LABELS[KindCode.UNIT]
    DEPARTMENT = KindCode.DEPARTMENT, KIND_LABELS[KindCode.DEPARTMENT]
    WORKSTATION = KindCode.WORKSTATION, KIND_LABELS[KindCode.WORKSTATION]
    COMMITTEE = KindCode.COMMITTEE, KIND_LABELS[KindCode.COMMITTEE]
    GENERAL_BRANCH = KindCode.GENERAL_BRANCH, KIND_LABELS[KindCode.GENERAL_BRANCH]
    BRANCH = KindCode.BRANCH, KIND_LABELS[KindCode.BRANCH]
    GROUP = KindCode.GROUP, KIND_LABELS[KindCode.GROUP]


class Organization(ScopedModel):
    """An organisation. `path` is the tree; `parent` is kept beside it for joins and for the foreign-key check."""

    scope_permission = "organizations.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    path = PathField("树路径", unique=True, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级组织"
    )
    kind = models.CharField("类别", max_length=20, choices=Kind)
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    code = models.CharField("编码", max_length=40, unique=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    region = models.CharField("所在地区", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    introduction = models.TextField("简介", max_length=4000, blank=True)
    sort = models.PositiveIntegerField("排序", default=0)
    #: what ended with the dissolution, so that reopening restores just that: {"terms": [pk], "covers": [pk]}
    ended_with: Any = models.JSONField("随撤销结束的记录", default=dict, blank=True, editable=False)
    #: where the people of a merged organisation went, and what a split-off one was part of
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from", verbose_name="并入"
    )
    split_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="split_into",
        verbose_name="由其分设",
    )
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "组织"
        verbose_name_plural = "组织机构"
        ordering = ["path"]
        indexes = [models.Index(fields=["parent", "sort"]), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(
                name="organization_dissolved_after_founded",
                condition=Q(founded_on__isnull=True)
                | Q(dissolved_on__isnull=True)
                | Q(dissolved_on__gte=F("founded_on")),
                violation_error_message="撤销日期早于成立日期",
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("path", paths)

    def get_absolute_url(self) -> str:
        return reverse("organizations-record", args=[self.uid])

    def scope_paths(self) -> list[str]:
        """Return the paths under which somebody must hold a permission to act on this record."""
        return [self.path]

    def is_open(self, on: date) -> bool:
        """Tell whether the organisation exists on that day."""
        return (self.founded_on is None or self.founded_on <= on) and (
            self.dissolved_on is None or on < self.dissolved_on
        )


class Cover(ScopedModel):
    """What an organisation looks after beside its own subtree: a joint branch its units, a workstation its branches."""

    scope_permission = "organizations.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="covers", verbose_name="覆盖方")
    covered = models.ForeignKey(Organization, models.PROTECT, related_name="covered_by", verbose_name="覆盖的组织")
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "覆盖关系"
        ordering = ["covered__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "covered"], condition=Q(until__isnull=True), name="cover_once_open"
            ),
            models.CheckConstraint(
                name="cover_period",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="止期早于起期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 覆盖 {self.covered}"

    def get_absolute_url(self) -> str:
        return self.organization.get_absolute_url()


class Term(ScopedModel):
    """A term of office (届) of an organisation's committee; the next one falls due when it ends."""

    scope_permission = "organizations.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name="组织")
    number = models.PositiveSmallIntegerField("届次")
    since = models.DateField("任期起")
    until = models.DateField("任期止（不含）")
    closed_on = models.DateField("实际结束", null=True, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "任期"
        ordering = ["organization__path", "-number"]
        indexes = [models.Index(fields=["until"], condition=Q(closed_on__isnull=True), name="term_open_until")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="term_number_once"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(closed_on__isnull=True),
                name="term_one_open",
                violation_error_message="已有一届尚未结束",
            ),
            models.CheckConstraint(
                name="term_closed_after_start",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("since")),
                violation_error_message="结束日期早于任期起",
            ),
            models.CheckConstraint(
                name="term_period", condition=Q(until__gt=F("since")), violation_error_message="任期止应晚于任期起"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 第 {self.number} 届"

    def due(self, today: date) -> Due | None:
        """Tell how near the end of an unfinished term is; None when it is far or the term is closed."""
        return None if self.closed_on else term_due(self.until, today)

    def due_label(self, today: date) -> str:
        """Return `due` in words, "" when nothing is due."""
        due = self.due(today)
        return DUE_LABELS[due] if due else ""

    def get_absolute_url(self) -> str:
        return self.organization.get_absolute_url()
