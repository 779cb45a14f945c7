"""Campaigns, what each person replied, and the answers field by field."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import PHOTO, label_of
from zhibu.apps.people.codes import choices
from zhibu.apps.people.models.affiliation import Kind
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.scope import ScopedModel


class CampaignState(models.TextChoices):
    """A campaign is written, opened for everyone it asks, and closed; a draft may be given up."""

    DRAFT = "draft", "草稿"
    OPENING = "opening", "正在开始"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    DROPPED = "dropped", "已作废"


class Campaign(ScopedModel):
    """Asks the people of a subtree for fields by a date (采集).

    fields: codes of `catalogue`; employments: kinds of employment that are asked (all when empty); relation: the
    relation by which people belong to the subtree ("": any); is_public: everybody asked sees every organisation's bar.
    """

    scope_permission = "collection.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="campaigns", verbose_name="采集范围"
    )
    title = models.CharField("名称", max_length=60)
    words = models.TextField("给大家的说明", max_length=1000, blank=True)
    fields: Any = models.JSONField("采集的项目", default=list)
    employments: Any = models.JSONField("人员类别", default=list, blank=True)
    relation = models.CharField("按哪种关系", max_length=20, choices=Kind, blank=True)
    is_public = models.BooleanField("公开各组织进度", default=True)
    due_on = models.DateField("截止日期")
    state = models.CharField("状态", max_length=10, choices=CampaignState, default=CampaignState.DRAFT, editable=False)
    opened_at = models.DateTimeField("开始时间", null=True, editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, editable=False)
    reminded_at = models.DateTimeField("最近提醒", null=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "信息采集"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    #: where an act leads instead of the record
    landing = ""

    def get_absolute_url(self) -> str:
        return self.landing or reverse("campaigns-record", args=[self.uid])

    @property
    def is_open(self) -> bool:
        """Tell whether people may reply."""
        return self.state == CampaignState.OPEN

    @property
    def employment_labels(self) -> list[str]:
        """The kinds of employment that are asked; none means all."""
        named = dict(choices("employment"))
        return [named.get(code, code) for code in self.employments]


class ReplyState(models.TextChoices):
    """Where a reply stands; see rules.state_of."""

    WAITING = rules.WAITING, "待填"
    PART = rules.PART, "填了一部分"
    FILED = rules.FILED, "待审核"
    RETURNED = rules.RETURNED, "有退回"
    DONE = rules.DONE, "已完成"
    LEFT = rules.LEFT, "不再采集"


class Reply(ScopedModel):
    """What one person replies to a campaign, or (without one) asks to be corrected in their record.

    organization: where it is counted and dealt with; dropped: taken out by a clerk, and not asked again by the daily look.
    """

    scope_permission = "collection.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="采集"
    )
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="replies", verbose_name="人员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="replies", verbose_name="组织"
    )
    state = models.CharField("状态", max_length=10, choices=ReplyState, default=ReplyState.WAITING, editable=False)
    dropped = models.BooleanField(default=False, editable=False)
    sent_at = models.DateTimeField("提交时间", null=True, editable=False)
    sent_by_account_id = models.BigIntegerField("填报账号", null=True, editable=False)
    sent_by_person_id = models.BigIntegerField(null=True, editable=False)
    sent_by_name = models.CharField("填报人", max_length=100, blank=True, editable=False)
    consent = models.CharField("本人同意的方式", max_length=20, blank=True, editable=False)
    note = models.CharField("说明", max_length=300, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    #: what the person sent as proof; `queries.own_replies` sets it
    proofs: Sequence[Attachment] = ()

    class Meta:
        verbose_name = "填报"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["campaign", "organization", "state"], name="reply_of_campaign"),
            models.Index(fields=["person", "state"], name="reply_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"], condition=~Q(state=rules.LEFT), name="reply_once_in_a_campaign"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}的{'更正申请' if self.campaign_id is None else '填报'}"

    def get_absolute_url(self) -> str:
        return reverse("replies-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees their own replies."""
        return reverse("me")

    @property
    def codes(self) -> list[str]:
        """The fields that are asked: those of the campaign, or those of the correction's answers."""
        if self.campaign is not None:
            return list(self.campaign.fields)
        return [answer.field for answer in self.answered]

    @property
    def answered(self) -> list["Answer"]:
        """The answers of a reply that was reached through the scope; read once."""
        kept: Any = self.__dict__.get("_answered")
        if kept is None:
            kept = list(self.answers.system("answers of a reply in hand").order_by("pk"))
            self.__dict__["_answered"] = kept
        return list(kept)

    def states(self) -> dict[str, str]:
        """Return field -> state of its answer."""
        return {answer.field: answer.state for answer in self.answered}

    @property
    def missing(self) -> str:
        """The fields that the person still has to answer, in words."""
        return "、".join(label_of(code) for code in rules.missing(self.codes, self.states()))

    @property
    def about(self) -> str:
        """What it belongs to, in words."""
        return self.campaign.title if self.campaign is not None else "更正申请"


class AnswerState(models.TextChoices):
    """Where a field's answer stands."""

    DRAFT = rules.DRAFT, "未提交"
    SENT = rules.SENT, "待审核"
    SAME = rules.SAME, "确认无误"
    ACCEPTED = rules.ACCEPTED, "已收下"
    REFUSED = rules.REFUSED, "已退回"


class Answer(ScopedModel):
    """The answer to one field. Every value is encrypted: it may be a number that the record itself hides.

    photo: the content of a photo's answer again, so that the stored picture is kept as long as the answer; sent_by_*:
    whoever wrote this answer: several people may have filled in one reply.
    """

    scope_permission = "collection.view"
    scope_via = "reply"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reply = models.ForeignKey(Reply, models.PROTECT, db_index=False, related_name="answers")
    field = models.CharField("项目", max_length=30)
    group = models.CharField(max_length=20)
    value = SealedTextField("填报内容", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=AnswerState, default=AnswerState.DRAFT)
    photo = models.ForeignKey(Blob, models.PROTECT, null=True, editable=False, related_name="+")
    sent_by_account_id = models.BigIntegerField(null=True, editable=False)
    sent_by_person_id = models.BigIntegerField(null=True, editable=False)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    decided_by_name = models.CharField("审核人", max_length=100, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "填报项目"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["state", "group", "reply"], name="answer_waits", condition=Q(state=rules.SENT)),
        ]
        constraints = [models.UniqueConstraint(fields=["reply", "field"], name="answer_once_a_field")]

    def __str__(self) -> str:
        return label_of(self.field)

    def get_absolute_url(self) -> str:
        return self.reply.get_absolute_url()

    @property
    def content(self) -> Any:
        """What was answered: text, a list of entries (dicts of text), or None."""
        return json.loads(self.value) if self.value else None

    @content.setter
    def content(self, content: Any) -> None:
        self.value = json.dumps(content, ensure_ascii=False) if content is not None else None
        self.photo_id = content if self.field == PHOTO else None
