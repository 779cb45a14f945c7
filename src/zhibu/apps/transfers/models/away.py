"""Members who are away (流动党员), the branch that hosts them, and who keeps in touch (联系计划). Never what was said."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.transfers import rules
from zhibu.apps.transfers.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class AwayReason(models.TextChoices):
    """Why somebody is away."""

    WORK = "work", "外出务工经商"
    PROJECT = "project", "外地项目施工"
    STUDY = "study", "外出学习"
    FAMILY = "family", "随子女、配偶居住"
    MEDICAL = "medical", "外出就医疗养"
    OTHER = "other", "其他"


def _period(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"{name}_period", condition=Q(until__isnull=True) | Q(until__gte=F("since")))


class Floating(ScopedModel):
    """Somebody takes part elsewhere while the formal relation stays with the home branch (`organization`); half-open."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="floatings", verbose_name="党员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="流出地党支部"
    )
    place = models.CharField("流向地", max_length=100)
    reason = models.CharField("外出原因", max_length=10, choices=AwayReason, default=AwayReason.WORK)
    words = models.CharField("说明", max_length=200, blank=True)
    host = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="流入地党支部",
    )
    host_name = models.CharField("流入地党组织", max_length=100, blank=True)
    host_phone = models.CharField("流入地联系电话", max_length=40, blank=True)
    card_number = models.CharField("流动党员活动证编号", max_length=40, blank=True)
    since = models.DateField("外出日期")
    expected_until = models.DateField("预计返回日期", null=True, blank=True)
    until = models.DateField("结束日期（不含）", null=True, blank=True)
    ended_why = models.CharField("结束原因", max_length=200, blank=True)
    ended_by = models.BigIntegerField(null=True, editable=False)
    last_report_on = models.DateField("最近汇报", null=True, blank=True)
    next_report_on = models.DateField("应汇报日期", null=True, blank=True)
    by_name = models.CharField("登记人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "流动党员"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["organization", "next_report_on"], name="floating_open", condition=Q(until__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True),
                name="floating_one_open",
                violation_error_message="此人已登记为流动党员",
            ),
            _period("floating"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（流动党员）"

    def get_absolute_url(self) -> str:
        return reverse("floating-record", args=[self.uid])

    @property
    def where(self) -> str:
        """The place and the organisation there, in words."""
        return "，".join(filter(None, (self.place, self.host_name)))

    def standing(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.until is not None:
            return "已结束", "plain"
        if self.expected_until is not None and self.expected_until < today:
            return "已到预计返回日期", "due"
        return "在外", "info"


class Guest(ScopedModel):
    """Somebody floating takes part in a branch of the platform (`organization`): as a guest, without a vote there."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="流入地党支部"
    )
    floating = models.ForeignKey(Floating, models.PROTECT, related_name="guests", verbose_name="流动党员")
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    confirmed_on = models.DateField("报到日期", null=True, blank=True)
    confirmed_name = models.CharField("报到经办人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "流入党员"
        ordering = ["id"]
        indexes = [models.Index(fields=["organization"], name="guest_open", condition=Q(until__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["floating"], condition=Q(until__isnull=True), name="guest_one_open"),
            _period("guest"),
        ]

    def __str__(self) -> str:
        return f"{self.floating.person}（流入党员）"

    def get_absolute_url(self) -> str:
        return reverse("guests-record", args=[self.uid])

    @property
    def standing(self) -> tuple[str, str]:
        """(words, kind) of how it stands."""
        if self.until is not None:
            return "已结束", "plain"
        return ("已报到", "ok") if self.confirmed_on else ("待报到", "due")


class ContactGround(models.TextChoices):
    """Why somebody is kept in touch with by plan."""

    FLOATING = "floating", "流动党员"
    OFF_POST = "off_post", "离岗党员"
    HARDSHIP = "hardship", "生活困难、年老体弱"
    OTHER = "other", "其他"


class ContactPlan(ScopedModel):
    """Who (`keeper`, else the branch's officers) is in touch with a member how often, and when the next time is due."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="contact_plans", verbose_name="党员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党支部"
    )
    ground = models.CharField("联系原因", max_length=10, choices=ContactGround)
    every = models.CharField("多久联系一次", max_length=12, choices=[(c, e.label) for c, e in rules.EVERY.items()])
    keeper = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="联系人"
    )
    by_itself = models.BooleanField("自动建立", default=False)
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    ended_why = models.CharField("结束原因", max_length=200, blank=True)
    ended_by = models.BigIntegerField(null=True, editable=False)
    last_on = models.DateField("最近联系", null=True, blank=True)
    next_on = models.DateField("应联系日期")
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "联系计划"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["organization", "next_on"], name="contact_due", condition=Q(until__isnull=True)),
            models.Index(fields=["keeper", "next_on"], name="contact_keeper", condition=Q(until__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True),
                name="contact_plan_one_open",
                violation_error_message="此人已有联系计划",
            ),
            _period("contact_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.person}的联系计划"

    def get_absolute_url(self) -> str:
        return reverse("contact-plans-record", args=[self.uid])

    def standing(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.until is not None:
            return "已结束", "plain"
        left = (self.next_on - today).days
        if left < 0:
            return f"逾期 {-left} 天", "late"
        return ("今天应联系", "due") if left == 0 else (f"还有 {left} 天", "due" if left <= 7 else "ok")


class How(models.TextChoices):
    """How somebody was reached."""

    PHONE = "phone", "电话"
    MESSAGE = "message", "短信、微信"
    VIDEO = "video", "视频"
    VISIT = "visit", "上门"
    MEETING = "meeting", "参加组织生活时见面"
    LETTER = "letter", "书信"


class OfPlan(ScopedModel):
    """What hangs on a plan and is seen where that is seen."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Contact(OfPlan):
    """That somebody was in touch, when and how: nothing of what was said. A mistake is withdrawn, never rewritten."""

    scope_via = "plan"
    plan = models.ForeignKey(ContactPlan, models.PROTECT, related_name="contacts", verbose_name="联系计划")
    on = models.DateField("联系日期")
    how = models.CharField("方式", max_length=10, choices=How)
    reached = models.BooleanField("联系上了", default=True)
    by_host = models.BooleanField("由流入地联系", default=False)
    by_name = models.CharField("联系人", max_length=100)
    stands = models.BooleanField("有效", default=True)
    withdrawn_why = models.CharField("撤回原因", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "联系记录"
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.plan.person} {self.on.isoformat()} {self.get_how_display()}"

    def get_absolute_url(self) -> Any:
        return self.plan.get_absolute_url()


class Report(OfPlan):
    """That somebody floating reported to the home branch (每年至少一次), when and how."""

    scope_via = "floating"
    floating = models.ForeignKey(Floating, models.PROTECT, related_name="reports", verbose_name="流动党员")
    on = models.DateField("汇报日期")
    how = models.CharField("方式", max_length=10, choices=How)
    by_host = models.BooleanField("由流入地转报", default=False)
    by_name = models.CharField("登记人", max_length=100)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "流动党员汇报"
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.floating.person} {self.on.isoformat()} 汇报"

    def get_absolute_url(self) -> Any:
        return self.floating.get_absolute_url()
