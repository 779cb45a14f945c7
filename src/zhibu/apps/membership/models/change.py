"""What happened to a membership, from which day, decided by whom: enough to read any past day and to take it back."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel


class ChangeKind(models.TextChoices):
    """Kinds of change; which is possible when, and by which article, stands in `rules.STEPS`."""

    ADMIT = "admit", "接收为预备党员"
    FULL = "full", "转为正式党员"
    EXTEND = "extend", "延长预备期"
    CANCEL = "cancel", "取消预备党员资格"
    LOSE = "lose", "失联"
    FIND = "find", "恢复联系"
    GO_ABROAD = "go_abroad", "出国（境）"
    COME_BACK = "come_back", "回国（境）"
    SUSPEND = "suspend", "停止党籍"
    RESTORE = "restore", "恢复党籍"
    RECTIFY = "rectify", "限期改正"
    RECTIFIED = "rectified", "改正期结束"
    OBSERVE = "observe", "留党察看"
    OBSERVED = "observed", "恢复党员权利"
    PERSUADE = "persuade", "劝退"
    REMOVE = "remove", "除名"
    WITHDRAW = "withdraw", "退党"
    WARNING = "warning", "警告"
    SERIOUS = "serious", "严重警告"
    POSTS = "posts", "撤销党内职务"
    EXPEL = "expel", "开除党籍"
    TRANSFER_OUT = "transfer_out", "组织关系转出"
    RETURN = "return", "组织关系转回"
    DIE = "die", "去世"
    REVERSAL = "reversal", "撤销变动"


#: disciplinary measures: who may see people's conduct sees that there was one; 留党察看 and 开除 show in the status anyway
DISCIPLINE = (ChangeKind.WARNING, ChangeKind.SERIOUS, ChangeKind.POSTS, ChangeKind.OBSERVE, ChangeKind.EXPEL)
#: what a clerk entered here and may take back here; the others are taken back where they were done
BY_HAND = (
    "lose", "find", "go_abroad", "come_back", "suspend", "restore", "rectify", "rectified", "observe", "observed", "persuade",
    "remove", "withdraw", "warning", "serious", "posts", "expel",
)  # fmt: skip


def standing() -> Q:
    """Condition: a change that holds and was not taken back."""
    return Q(reversed_by__isnull=True) & ~Q(kind=ChangeKind.REVERSAL)


class MemberChange(ScopedModel):
    """A change. Nothing is deleted: a mistaken one is taken back by a record of its own (`reversed_by`).

    on: the first day on which it holds; until: the end of what it opens (probation, rectification, observation);
    status, member_kind: as they are from that day; data: {"before": {column: text}, "after": {…}} in ISO; source: id of
    the life event or transfer that did it, "" where a clerk did.
    """

    scope_permission = VIEW
    scope_via = "member"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey("membership.Member", models.PROTECT, related_name="changes", verbose_name="党员")
    kind = models.CharField("变动", max_length=12, choices=ChangeKind)
    on = models.DateField("生效日期")
    until = models.DateField("期限至", null=True, blank=True)
    status = models.CharField(max_length=16, blank=True, editable=False)
    member_kind = models.CharField(max_length=12, blank=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="当时所在支部", db_index=False
    )
    decided_on = models.DateField("支部大会日期", null=True, blank=True)
    document = models.CharField("决定文号", max_length=60, blank=True)
    approved_by = models.CharField("批准机关", max_length=100, blank=True)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    article = models.CharField("依据", max_length=120, blank=True, editable=False)
    words = SealedTextField("事由", null=True, blank=True)
    data: Any = models.JSONField(default=dict, editable=False)
    source = models.CharField(max_length=60, blank=True, editable=False)
    by_account_id = models.BigIntegerField(null=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    reversed_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="reverses", verbose_name="撤销记录"
    )
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "党籍变动"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["on"], name="member_change_on")]

    def __str__(self) -> str:
        return f"{self.member.person}{self.get_kind_display()}（{self.on.isoformat()}）"

    def get_absolute_url(self) -> str:
        return str(self.member.get_absolute_url())
