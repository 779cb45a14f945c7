"""A request upward (请示), and what the superior has of it each time it is sent (the incoming request and its answer)."""

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.petitions.params import kind as kind_of
from zhibu.apps.petitions.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class State(models.TextChoices):
    """How far a request is; returned ones are completed and sent again under the same number."""

    DRAFT = "draft", "草稿"
    SENT = "sent", "待批复"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "未同意"
    RETURNED = "returned", "退回补充"
    WITHDRAWN = "withdrawn", "已撤回"


class Outcome(models.TextChoices):
    """What became of a request at the superior's."""

    WAITING = "waiting", "待批复"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"
    RETURNED = "returned", "退回补充"
    WITHDRAWN = "withdrawn", "对方撤回"


TONES = {
    "draft": "plain", "sent": "due", "waiting": "due", "agreed": "ok", "refused": "late", "returned": "info",
    "withdrawn": "plain",
}  # fmt: skip


class Kinded(ScopedModel):
    """What a request and the superior's copy share."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类别", max_length=30)
    title = models.CharField("标题", max_length=100)
    words = models.TextField("正文", max_length=4000)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def kind_label(self) -> str:
        """The name of the kind."""
        return kind_of(self.kind).label

    @property
    def form_word(self) -> str:
        """请示 or 报告."""
        return kind_of(self.kind).form


class Petition(Kinded):
    """A request of an organisation to its superior. number: within the organisation and year, given when it is sent first.

    superior is empty where nobody above stands in this platform; `outside` then names it. about_*: what it is about.
    answer_*: the latest answer, as the superior gave it.
    """

    scope_permission = VIEW

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="请示的组织"
    )
    superior = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级组织"
    )
    outside = models.CharField("平台以外的上级", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT, editable=False)
    number = models.PositiveIntegerField("序号", null=True, editable=False)
    year = models.PositiveSmallIntegerField("年度", null=True, editable=False)
    number_text = models.CharField("文号", max_length=80, blank=True, editable=False)
    about_type = models.CharField(max_length=80, blank=True, editable=False)
    about_id = models.CharField(max_length=40, blank=True, editable=False)
    about_title = models.CharField("关于", max_length=200, blank=True, editable=False)
    about_url = models.CharField(max_length=300, blank=True, editable=False)
    asked_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="经办人"
    )
    asked_account_id = models.BigIntegerField(null=True, editable=False)
    asked_name = models.CharField("经办人姓名", max_length=100, blank=True, editable=False)
    sent_on = models.DateField("发出日期", null=True, editable=False)
    answered_on = models.DateField("批复日期", null=True, editable=False)
    answer_number = models.CharField("批复文号", max_length=80, blank=True, editable=False)
    answer_words = models.TextField("批复内容", max_length=4000, blank=True, editable=False)
    created_at = models.DateTimeField("起草时间", auto_now_add=True)

    class Meta:
        verbose_name = "请示"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="petition_about"),
            models.Index(
                fields=["organization"], name="petition_open", condition=Q(state__in=["draft", "sent", "returned"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "number"],
                condition=Q(number__isnull=False),
                name="petition_number_once",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("petitions-record", args=[self.uid])

    @property
    def addressee(self) -> str:
        """Whom it goes to, in words."""
        return str(self.superior) if self.superior is not None else self.outside

    @property
    def expected_on(self) -> date | None:
        """The day by which an answer is expected; None before it is sent."""
        return self.sent_on + timedelta(days=kind_of(self.kind).days) if self.sent_on else None


class Reply(Kinded):
    """A request as it arrived, and what was answered: one each time it is sent. What was sent stays as it was sent.

    organization: who answers (the asking organisation itself where the superior is outside: it enters the paper that came).
    """

    scope_permission = VIEW

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="批复的组织"
    )
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="replies", verbose_name="请示")
    round = models.PositiveSmallIntegerField("第几次发出", default=1, editable=False)
    external = models.BooleanField("上级在平台以外", default=False, editable=False)
    sent_on = models.DateField("收到日期", editable=False)
    due_on = models.DateField("应批复日期", editable=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.WAITING, editable=False)
    number = models.PositiveIntegerField("序号", null=True, editable=False)
    year = models.PositiveSmallIntegerField("年度", null=True, editable=False)
    number_text = models.CharField("批复文号", max_length=80, blank=True, editable=False)
    answer = models.TextField("批复内容", max_length=4000, blank=True, editable=False)
    on = models.DateField("批复日期", null=True, editable=False)
    by_person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="批复人"
    )
    by_account_id = models.BigIntegerField(null=True, editable=False)
    by_name = models.CharField("批复人姓名", max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = "收到的请示"
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_on"], name="reply_waiting", condition=Q(outcome="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["petition", "round"], name="reply_round_once"),
            models.UniqueConstraint(fields=["petition"], condition=Q(outcome="waiting"), name="reply_one_waiting"),
            models.UniqueConstraint(
                fields=["organization", "year", "number"], condition=Q(number__isnull=False), name="reply_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("petition-replies-record", args=[self.uid])
