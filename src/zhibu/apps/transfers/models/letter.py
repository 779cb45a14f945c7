"""Letters of introduction (组织关系介绍信), who stands on them, and what the receiving side answers."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.transfers import rules
from zhibu.apps.transfers.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class LetterState(models.TextChoices):
    """A void letter keeps its number."""

    VALID = "valid", "在途"
    SETTLED = "settled", "已回执"
    VOID = "void", "已作废"


class LineState(models.TextChoices):
    """How it went with one person on a letter."""

    UNDER_WAY = "under_way", "在途"
    RECEIVED = "received", "已接收"
    RETURNED = "returned", "已退回"
    VOID = "void", "已作废"


class Letter(ScopedModel):
    """A numbered letter of the committee that issues it (`organization`); numbers of a committee and year have no gaps."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="开具党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("编号")
    addressee = models.CharField("抬头", max_length=100)
    source_name = models.CharField("由", max_length=100)
    target_name = models.CharField("去往", max_length=100)
    outside = models.BooleanField("转往平台外", default=False)
    count = models.PositiveSmallIntegerField("人数", default=1)
    issued_on = models.DateField("开具日期")
    valid_days = models.PositiveSmallIntegerField("有效期（天）")
    valid_until = models.DateField("有效期至")
    issued_name = models.CharField("开具人", max_length=100)
    state = models.CharField("状态", max_length=10, choices=LetterState, default=LetterState.VALID)
    settled_on = models.DateField("回执日期", null=True, blank=True)
    void_on = models.DateField("作废日期", null=True, blank=True)
    void_why = models.CharField("作废原因", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "组织关系介绍信"
        ordering = ["-year", "-number"]
        indexes = [models.Index(fields=["valid_until"], name="letter_under_way", condition=Q(state="valid"))]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "number"], name="letter_number_once"),
            models.CheckConstraint(name="letter_period", condition=Q(valid_until__gte=F("issued_on"))),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("letters-record", args=[self.uid])

    @property
    def code(self) -> str:
        """The number as it is printed: 组介〔2026〕0007号."""
        return f"组介〔{self.year}〕{self.number:04d}号"

    @property
    def kept_until(self) -> date:
        """Until when the stub is kept at least."""
        from zhibu.apps.transfers.params import stub_years
        from zhibu.kernel.calendar import add_months

        return add_months(self.issued_on, 12 * stub_years())

    def standing(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.state == LetterState.SETTLED:
            return "已回执", "ok"
        if self.state == LetterState.VOID:
            return "已作废", "plain"
        return rules.countdown(self.valid_until, today)


class LetterLine(ScopedModel):
    """One person on a letter, as they stood on that day."""

    scope_permission = VIEW
    scope_via = "letter"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="lines", verbose_name="介绍信")
    transfer = models.ForeignKey("transfers.Transfer", models.PROTECT, related_name="lines", verbose_name="接转")
    place = models.PositiveSmallIntegerField("序号", default=1)
    name = models.CharField("姓名", max_length=100)
    full = models.BooleanField("正式党员", default=True)
    paid_to = models.DateField("党费交至", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=LineState, default=LineState.UNDER_WAY)
    settled_on = models.DateField("办结日期", null=True, blank=True)

    class Meta:
        verbose_name = "介绍信所列党员"
        ordering = ["letter_id", "place"]
        constraints = [models.UniqueConstraint(fields=["letter", "transfer"], name="letter_line_once")]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class Answer(models.TextChoices):
    """What the receiving branch said."""

    ACCEPTED = "accepted", "已接收"
    REFUSED = "refused", "已退回"


class Arrival(ScopedModel):
    """What the receiving branch (`organization`) sees of a letter: somebody comes to it; it accepts or says why not.

    It waits while `transfer` is under way on the same letter: whatever calls the letter back need not touch this row.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="接收党支部"
    )
    transfer = models.ForeignKey("transfers.Transfer", models.PROTECT, related_name="arrivals", verbose_name="接转")
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="介绍信")
    arrived_on = models.DateField("送达日期")
    answer = models.CharField("接收情况", max_length=10, choices=Answer, blank=True)
    ground = models.CharField("退回理由", max_length=20, blank=True)
    words = models.CharField("退回说明", max_length=200, blank=True)
    answered_on = models.DateField("接收（退回）日期", null=True, blank=True)
    answered_name = models.CharField("经办人", max_length=100, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("送达时间", auto_now_add=True)

    class Meta:
        verbose_name = "转入接收"
        ordering = ["-id"]
        indexes = [models.Index(fields=["organization"], name="arrival_waiting", condition=Q(answer=""))]
        constraints = [models.UniqueConstraint(fields=["transfer", "letter"], name="arrival_once")]

    def __str__(self) -> str:
        return f"{self.transfer.person}：{self.transfer.source_name} → {self.transfer.target_name}"

    def get_absolute_url(self) -> str:
        return reverse("arrivals-record", args=[self.uid])

    @property
    def valid_until(self) -> date | None:
        """The last day on which the letter holds, ours or theirs."""
        return self.letter.valid_until if self.letter is not None else self.transfer.their_valid_until

    @property
    def waits(self) -> bool:
        """Tell whether the receiving branch has still to answer."""
        return not self.answer and self.transfer.state == "issued" and self.transfer.letter_id == self.letter_id

    def standing(self, today: date) -> tuple[str, str]:
        """Return (words, kind) of how it stands."""
        if self.answer:
            return str(self.get_answer_display()), "ok" if self.answer == Answer.ACCEPTED else "plain"
        if not self.waits:
            return "转出方已收回", "plain"
        if self.valid_until is None:
            return "待接收", "due"
        words, kind = rules.countdown(self.valid_until, today)
        return f"待接收，{words}", kind
