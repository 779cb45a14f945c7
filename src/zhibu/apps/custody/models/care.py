"""Who is in care, since when, from which unit, whom to turn to; and the agreements about it."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.custody import rules
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel


class Living(models.TextChoices):
    """How somebody lives."""

    SPOUSE = "spouse", "与配偶同住"
    CHILDREN = "children", "与子女同住"
    ALONE = "alone", "独居"
    HOME = "home", "住养老机构"
    HOSPITAL = "hospital", "长期住院"
    OTHER = "other", "其他"


class Ending(models.TextChoices):
    """Why care came to an end."""

    LEFT_CARE = "leave_care", "结束托养托管"
    RETIRED = "retire", "退休"
    LEFT = "leave", "离开单位"
    DIED = "die", "去世"
    OTHER = "other", "不再服务"
    MISTAKE = "mistake", "登记错误"


class CareRecord(ScopedModel):
    """One period of care of a person, at a workstation (`organization`); half-open from `since` to `until`.

    opened_by, closed_by: ids of the life events that did it, None where a clerk did; next_visit_on: by when the next
    visit is due; special_needs are encrypted; allowance in yuan a month.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="care_records", verbose_name="人员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="服务工作站"
    )
    category = models.CharField("类别", max_length=20, blank=True)
    sent_by = models.CharField("派出单位", max_length=100, blank=True)
    since = models.DateField("进入日期")
    until = models.DateField("结束日期（不含）", null=True, blank=True)
    ending = models.CharField("结束原因", max_length=20, choices=Ending, blank=True)
    ending_words = models.CharField("结束说明", max_length=200, blank=True)
    clerk = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人"
    )
    living = models.CharField("居住情况", max_length=10, choices=Living, blank=True)
    living_words = models.CharField("居住说明", max_length=200, blank=True)
    special_needs = SealedTextField("特殊需要", null=True, blank=True)
    kin_name = models.CharField("联系家属", max_length=50, blank=True)
    kin_relation = models.CharField("与本人关系", max_length=20, blank=True)
    kin_phone = models.CharField("家属电话", max_length=40, blank=True)
    allowance = models.DecimalField("补贴标准（元/月）", max_digits=10, decimal_places=2, null=True, blank=True)
    visit_months = models.PositiveSmallIntegerField("走访周期（月）", default=rules.VISIT_MONTHS)
    last_visit_on = models.DateField("最近走访", null=True, blank=True, editable=False)
    next_visit_on = models.DateField("应走访日期", null=True, blank=True, editable=False)
    opened_by = models.BigIntegerField(null=True, editable=False)
    closed_by = models.BigIntegerField(null=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)

    class Meta:
        verbose_name = "托管档案"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["organization", "next_visit_on"], name="care_to_visit", condition=Q(until__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True),
                name="care_one_open",
                violation_error_message="此人已有托管档案",
            ),
            models.CheckConstraint(
                name="care_period",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="结束日期早于进入日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}的托管档案"

    def get_absolute_url(self) -> str:
        return reverse("care-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees what is theirs."""
        return reverse("me")

    @property
    def category_label(self) -> str:
        """The category in words; "" while nobody has said which."""
        return rules.label_of(categories(), self.category) if self.category else ""

    @property
    def is_open(self) -> bool:
        """Tell whether the person is in care."""
        return self.until is None

    def covers(self, day: date) -> bool:
        """Tell whether services of that day belong here; the day of its end does, such as a condolence at a death."""
        return self.since <= day and (self.until is None or day <= self.until)

    def is_overdue(self, today: date) -> bool:
        """Tell whether the visit that was due has not been made."""
        return self.is_open and self.next_visit_on is not None and self.next_visit_on < today


class OfCare(ScopedModel):
    """What hangs on a record of care and is seen where that is seen, also after it moved to another workstation."""

    scope_permission = VIEW
    scope_via = "care"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Agreement(OfCare):
    """An agreement on care, good up to and including `until`; an extension is one of its own that follows it."""

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="agreements", verbose_name="托管档案")
    number = models.CharField("协议编号", max_length=40)
    since = models.DateField("起始日期")
    until = models.DateField("到期日期")
    extends = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="followed_by", verbose_name="续签自"
    )
    ended_on = models.DateField("终止日期", null=True, blank=True, editable=False)
    ended_why = models.CharField("终止原因", max_length=200, blank=True, editable=False)
    #: the life event with which it ended
    ended_by = models.BigIntegerField(null=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "托管协议"
        ordering = ["-until", "-id"]
        indexes = [models.Index(fields=["until"], name="agreement_ending", condition=Q(ended_on__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["care", "number"], name="agreement_number_once"),
            models.CheckConstraint(name="agreement_period", condition=Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.care.person}的协议 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("agreements-record", args=[self.uid])

    def state(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        followed = getattr(self, "followed", None)
        if followed is None:
            followed = Agreement.objects.system("is an agreement in hand extended").filter(extends=self).exists()
        return rules.agreement_state(self.until, today, ended=self.ended_on is not None, followed=followed)
