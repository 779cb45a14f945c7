"""`Member`: one row a person who is or was a member, in step with the open party relation; and who introduced them."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.membership import rules
from zhibu.apps.membership.params import eras
from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class MemberKind(models.TextChoices):
    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"


class Status(models.TextChoices):
    """How the membership stands (党籍状态); the first four are members, the others were."""

    NORMAL = "normal", "正常"
    LOST = "lost", "失联"
    ABROAD = "abroad", "出国（境）"
    SUSPENDED = "suspended", "停止党籍"
    CANCELLED = "cancelled", "取消预备党员资格"
    PERSUADED = "persuaded", "劝退"
    REMOVED = "removed", "除名"
    WITHDRAWN = "withdrawn", "退党"
    EXPELLED = "expelled", "开除党籍"
    TRANSFERRED_OUT = "transferred_out", "已转出"
    DECEASED = "deceased", "去世"


IN_PARTY = (Status.NORMAL, Status.LOST, Status.ABROAD, Status.SUSPENDED)
ENDED = tuple(status for status in Status if status not in IN_PARTY)


class RecordState(models.TextChoices):
    """As of a person: what an undone import or a merger left is kept and found no more."""

    LIVE = "live", "正常"
    MERGED = "merged", "已合并"
    WITHDRAWN = "withdrawn", "已撤回"


def living() -> Q:
    """Condition: the row of somebody who is a member today."""
    return Q(state=RecordState.LIVE, status__in=IN_PARTY)


class Member(ScopedModel):
    """A member. `organization` is where the party relation is kept: the branch or group, of those gone the last one.

    admitted_on: the day of the assembly (加入党组织日期); full_on: None is no fault, there were years without a probation;
    probation_until: where the probation was extended; rights_from, rights_until: 留党察看, half-open; rectify_until: the
    last day of 限期改正; status_since: from when the status holds; left_on: the first day of being no member.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # without an index of its own: the constraint below is one
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="memberships", verbose_name="人员", db_index=False
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="members",
        verbose_name="所在支部或党小组",
        db_index=False,
    )
    kind = models.CharField("人员类别", max_length=12, choices=MemberKind)
    status = models.CharField("党籍状态", max_length=16, choices=Status, default=Status.NORMAL)
    status_since = models.DateField("状态起", null=True, blank=True, editable=False)
    applied_on = models.DateField("申请入党日期", null=True, blank=True)
    admitted_on = models.DateField("入党日期", null=True, blank=True)
    full_on = models.DateField("转正日期", null=True, blank=True)
    probation_until = models.DateField("预备期延长至", null=True, blank=True, editable=False)
    rights_from = models.DateField("留党察看起", null=True, blank=True, editable=False)
    rights_until = models.DateField("留党察看止（不含）", null=True, blank=True, editable=False)
    rectify_until = models.DateField("限期改正至", null=True, blank=True, editable=False)
    left_on = models.DateField("不再是党员之日", null=True, blank=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)
    #: the member does not want to be reminded of the political birthday
    quiet = models.BooleanField("不提醒政治生日", default=False, editable=False)
    state = models.CharField(max_length=10, choices=RecordState, default=RecordState.LIVE, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["organization__path", "id"]
        indexes = [
            models.Index(fields=["organization", "status"], name="member_of_organization"),
            models.Index(fields=["person"], name="member_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="live"),
                name="member_once",
                violation_error_message="此人已有党员记录",
            ),
            models.CheckConstraint(
                name="member_full_after_admitted",
                condition=Q(full_on__isnull=True) | Q(admitted_on__isnull=True) | Q(full_on__gte=F("admitted_on")),
                violation_error_message="转正日期早于入党日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}（党员）"

    def get_absolute_url(self) -> str:
        return reverse("members-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees what is theirs."""
        return reverse("me")

    @property
    def in_party(self) -> bool:
        """Tell whether the person is a member today, 停止党籍 included."""
        return self.state == RecordState.LIVE and self.status in IN_PARTY

    @property
    def rights_suspended_until(self) -> date | None:
        """The first day on which the rights hold again after 留党察看; None where there is none."""
        return self.rights_until

    def years(self, today: date) -> rules.Years:
        """Return the completed years of membership (党龄) on a day."""
        full = self.kind == MemberKind.FULL
        return rules.years_of_membership(self.admitted_on, self.full_on, full=full, today=today, eras=eras())


class Introducer(ScopedModel):
    """Who introduced a member (入党介绍人); `person` where known to the platform."""

    scope_permission = VIEW
    scope_via = "member"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="introducers", verbose_name="党员")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="introduced", verbose_name="介绍人"
    )
    name = models.CharField("姓名", max_length=100)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "入党介绍人"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.member.get_absolute_url()
