"""One transfer (组织关系接转) of one member, from the request to the receipt."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.transfers.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class Direction(models.TextChoices):
    """Where to: another branch of the platform, another system, or from there to here."""

    WITHIN = "within", "平台内接转"
    OUT = "out", "转出到平台外"
    IN = "in", "从平台外转入"


class State(models.TextChoices):
    """ASKED, ISSUED and RETURNED are open: of these a person has one at most."""

    ASKED = "asked", "待审批"
    ISSUED = "issued", "待接收"
    RETURNED = "returned", "已退回待处理"
    RECEIVED = "received", "已接收"
    LEFT = "left", "已转出"
    DECLINED = "declined", "不予转出"
    WITHDRAWN = "withdrawn", "已撤回"
    REFUSED = "refused", "已退回来信"


OPEN = (State.ASKED, State.ISSUED, State.RETURNED)


class Reason(models.TextChoices):
    """Why the formal relation goes elsewhere."""

    WORK = "work", "工作单位变动"
    HOME = "home", "居住地变动"
    RETIRED = "retired", "退休后转居住地"
    STUDY = "study", "升学、毕业"
    ARMY = "army", "参军、退役"
    BRANCH = "branch", "党支部调整"
    AWAY = "away", "外出六个月以上且地点固定"
    OTHER = "other", "其他"


class Transfer(ScopedModel):
    """A transfer, kept at the branch that answers for the member until it is received (`organization`).

    organization  within, out: the branch the member stands in; in: the branch that is to take them
    target        within: where to; in: the same as `organization`; out: None, and `target_name` says where to
    paid_to       first day of the month up to which dues are paid; it travels on the letter
    ended_words   how it came to its end, in words (declined, withdrawn, returned)
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField("方向", max_length=10, choices=Direction)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="transfers", verbose_name="党员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="负责的党支部"
    )
    source_name = models.CharField("原所在党支部", max_length=100)
    target = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收党支部"
    )
    target_name = models.CharField("转往", max_length=100)
    addressee = models.CharField("介绍信抬头", max_length=100, blank=True)
    why = models.CharField("转接原因", max_length=10, choices=Reason, default=Reason.WORK)
    words = models.CharField("说明", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    paid_to = models.DateField("党费交至", null=True, blank=True)
    asked_on = models.DateField("提出日期")
    asked_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="提出人"
    )
    asked_name = models.CharField("提出人姓名", max_length=100)
    by_self = models.BooleanField("本人提出", default=False)
    letter = models.ForeignKey(
        "transfers.Letter",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="介绍信",
    )
    issued_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="审批人"
    )
    #: the letter that came from outside
    their_number = models.CharField("来信编号", max_length=60, blank=True)
    their_issuer = models.CharField("开具单位", max_length=100, blank=True)
    their_issued_on = models.DateField("来信日期", null=True, blank=True)
    their_valid_until = models.DateField("来信有效期至", null=True, blank=True)
    as_full = models.BooleanField("正式党员", default=True)
    ground = models.CharField("退回理由", max_length=20, blank=True)
    ended_words = models.CharField("处理说明", max_length=200, blank=True)
    ended_on = models.DateField("办结日期", null=True, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "组织关系接转"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organization", "state"], name="transfer_open", condition=Q(state__in=OPEN)),
            models.Index(fields=["ended_on"], name="transfer_ended", condition=Q(ended_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=OPEN),
                name="transfer_one_open",
                violation_error_message="此人已有一项组织关系接转正在办理",
            ),
            models.CheckConstraint(name="transfer_target", condition=Q(direction="out") | Q(target__isnull=False)),
            models.CheckConstraint(
                name="transfer_not_to_itself",
                condition=~Q(direction="within", target=models.F("organization"), state__in=OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}：{self.source_name} → {self.target_name}"

    def get_absolute_url(self) -> str:
        return reverse("transfers-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees what is theirs."""
        return reverse("me")

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done."""
        return self.state in OPEN

    @property
    def state_words(self) -> str:
        """The state as its direction names it."""
        if self.state == State.ISSUED and self.direction == Direction.OUT:
            return "待回执"
        return self.get_state_display()
