"""A vote: what is decided, by which rule and method, with what result."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhibu.apps.voting import rules
from zhibu.apps.voting.models.roll import Roll
from zhibu.apps.voting.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class Method(models.TextChoices):
    """How it is voted."""

    HANDS = "hands", "举手"
    PAPER = "paper", "无记名投票（纸质票）"
    ONLINE = "online", "无记名投票（网上）"


class MotionState(models.TextChoices):
    """Prepared, open to vote, being counted, decided, or void."""

    DRAFT = "draft", "准备中"
    OPEN = "open", "表决中"
    COUNTING = "counting", "计票中"
    DECIDED = "decided", "已有结果"
    VOID = "void", "已作废"


class Motion(ScopedModel):
    """A vote on one or more questions (each 赞成 / 不赞成 / 弃权), under one rule, by the people of one roll.

    questions: their titles, in order; choose: how many one may approve at most (elections), None without limit;
    entitled, present: frozen when it is opened; result: per question {"title", "yes", "no", "abstain", "written_yes", …, "passed"};
    passed: of a vote on one question, None otherwise; outcome: the sentence that was announced, article: what it rests on;
    key: the joint public key of an online ballot (hex), "" until every scrutineer took part.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    roll = models.ForeignKey(Roll, models.PROTECT, related_name="motions", verbose_name="应到名册")
    title = models.CharField("表决事项", max_length=200)
    words = models.TextField("说明", max_length=2000, blank=True)
    subject_type = models.CharField(max_length=80, blank=True, editable=False)
    subject_id = models.CharField(max_length=64, blank=True, editable=False)
    rule = models.CharField("适用规则", max_length=30)
    method = models.CharField("表决方式", max_length=10, choices=Method)
    questions: Any = models.JSONField("表决的问题", default=list)
    choose = models.PositiveSmallIntegerField("最多赞成几人", null=True, blank=True)
    named = models.BooleanField("记名（记录每人的态度）", default=False)
    approval = models.CharField("同意网上投票的批复", max_length=120, blank=True)
    approval_url = models.CharField(max_length=200, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=MotionState, default=MotionState.DRAFT, editable=False)
    entitled = models.PositiveIntegerField("应到", null=True, blank=True, editable=False)
    present = models.PositiveIntegerField("实到", null=True, blank=True, editable=False)
    opened_on = models.DateField("表决日期", null=True, blank=True, editable=False)
    decided_at = models.DateTimeField("宣布时间", null=True, blank=True, editable=False)
    result: Any = models.JSONField("结果", default=list, editable=False)
    valid = models.BooleanField("有效", null=True, editable=False)
    passed = models.BooleanField("通过", null=True, editable=False)
    outcome = models.CharField("结果说明", max_length=500, blank=True, editable=False)
    article = models.CharField("依据", max_length=120, blank=True, editable=False)
    void_why = models.CharField("作废原因", max_length=200, blank=True, editable=False)
    key = models.CharField(max_length=66, blank=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "表决"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="motion_subject"),
            models.Index(fields=["organization", "id"], name="motion_under_way", condition=Q(decided_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="motion_present", condition=Q(present__isnull=True) | Q(present__lte=F("entitled"))),
            models.CheckConstraint(
                name="motion_decided", condition=~Q(state="decided") | Q(decided_at__isnull=False, valid__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("motions-record", args=[self.uid])

    @property
    def majority(self) -> rules.Majority:
        """The rule it is held under."""
        return rules.majority(self.rule)

    @property
    def rule_label(self) -> str:
        """The rule in words."""
        return self.majority.label

    @property
    def verdict_words(self) -> str:
        """The result in a word or two."""
        if self.state != MotionState.DECIDED:
            return str(self.get_state_display())
        if not self.valid:
            return "无效"
        if self.passed is None:
            return "已有结果"
        return "通过" if self.passed else "不通过"


class OfMotion(ScopedModel):
    """What hangs on a vote is seen where the vote is seen."""

    scope_permission = VIEW
    scope_via = "motion"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    motion: Any

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return str(self.motion.get_absolute_url())
