"""The path of one person: the case, its steps, who accompanies it, what was overridden."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.development.params import edition, path
from zhibu.apps.development.permissions import VIEW
from zhibu.apps.development.rules import STAGES
from zhibu.kernel.scope import ScopedModel


class State(models.TextChoices):
    """How a case stands."""

    OPEN = "open", "办理中"
    STOPPED = "stopped", "停止培养"
    WITHDRAWN = "withdrawn", "本人撤回"
    REFUSED = "refused", "未获批准"
    CANCELLED = "cancelled", "取消预备党员资格"
    LEFT = "left", "转出或离开"
    VOID = "void", "登记有误"
    DONE = "done", "已转正归档"


#: ended, and may be taken up again
RESTARTABLE = (State.STOPPED, State.WITHDRAWN, State.REFUSED)
TONES = {
    "open": "info", "stopped": "plain", "withdrawn": "plain", "refused": "plain", "cancelled": "late", "left": "plain", "void": "plain", "done": "ok",
}  # fmt: skip


class Proposal(models.TextChoices):
    """What the assembly proposes when the probation has run."""

    FULL = "full", "按期转为正式党员"
    EXTEND = "extend", "延长预备期"
    CANCEL = "cancel", "取消预备党员资格"


class Case(ScopedModel):
    """The development of one person at a branch (`organization`), from the application to the filing.

    stage: how far it came (rules.STAGES); next_step, next_due: what comes next and by when, kept for lists and the inbox;
    paused_days: days the training was interrupted; extension: months the probation was extended by.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="development_cases", verbose_name="姓名")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党支部"
    )
    stage = models.CharField("阶段", max_length=12, choices=list(STAGES.items()), default="applicant", editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN, editable=False)
    floating = models.BooleanField("流动人员", default=False)
    origin = models.CharField("流出地", max_length=100, blank=True)
    host = models.CharField("流入地", max_length=100, blank=True)
    leaves_on = models.DateField("预计离开日期", null=True, blank=True)
    volume = models.CharField("志愿书编号", max_length=40, blank=True)
    paused_days = models.PositiveIntegerField("中断天数", default=0, editable=False)
    paused_on = models.DateField("中断日期", null=True, editable=False)
    extension = models.PositiveSmallIntegerField("延长预备期（月）", default=0, editable=False)
    deferred_until = models.DateField("推迟讨论至", null=True, blank=True, editable=False)
    proposal = models.CharField("大会决议", max_length=10, choices=Proposal, blank=True, editable=False)
    proposed_months = models.PositiveSmallIntegerField("拟延长（月）", null=True, editable=False)
    next_step = models.CharField("下一步", max_length=20, blank=True, editable=False)
    next_due = models.DateField("办理期限", null=True, blank=True, editable=False)
    #: steps whose predecessors are done, between commas: ",introducers,trained,"
    ready = models.CharField("可办步骤", max_length=200, blank=True, editable=False)
    #: may the next step be done from that day on
    next_from = models.DateField("最早日期", null=True, blank=True, editable=False)
    review_due = models.DateField("应考察日期", null=True, blank=True, editable=False)
    #: handed over by another branch and not yet looked through here
    arriving = models.BooleanField("转入待审查", default=False, editable=False)
    imported = models.BooleanField("旧案导入", default=False, editable=False)
    closed_on = models.DateField("结束日期", null=True, blank=True, editable=False)
    closed_words = models.CharField("结束说明", max_length=300, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "发展党员"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["organization", "next_due"], condition=Q(state="open"), name="development_case_due"),
            models.Index(fields=["review_due"], condition=Q(state="open"), name="development_to_review"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="open"),
                name="development_one_open",
                violation_error_message="此人已在发展过程中",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}的发展过程"

    def get_absolute_url(self) -> str:
        return reverse("development-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees how far it came."""
        return reverse("my-development")

    @property
    def is_open(self) -> bool:
        """Tell whether it goes on."""
        return self.state == State.OPEN

    @property
    def next_label(self) -> str:
        """The next step in words."""
        return path().labels.get(self.next_step, "") if self.next_step else ""


class OfCase(ScopedModel):
    """What hangs on a case and is seen where that is seen, also after it moved to another branch."""

    scope_permission = VIEW
    scope_via = "case"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()  # type: ignore[attr-defined, no-any-return]


class Step(OfCase):
    """A step as it was done: by which version, on the ground of what. Never rewritten: what no longer holds does not stand.

    ground: how it is proved (a signed document, a meeting, a motion, a publicity, an import); facts: what belongs to the step
    (votes, days of training, conclusion), labels in Chinese; ref: the record it rests on ("meetings.Meeting", pk).
    """

    GROUNDS = {
        "document": "签字材料", "meeting": "会议", "motion": "大会表决", "publicity": "公示", "act": "办理", "import": "旧案导入",
    }  # fmt: skip

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", verbose_name="发展过程")
    code = models.CharField("步骤", max_length=20)
    on = models.DateField("日期")
    version = models.CharField("依据版本", max_length=4)
    ground = models.CharField("依据", max_length=12, choices=list(GROUNDS.items()))
    ref_type = models.CharField(max_length=60, blank=True)
    ref_id = models.CharField(max_length=40, blank=True)
    ref_url = models.CharField(max_length=200, blank=True)
    facts: Any = models.JSONField("内容", default=dict)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, related_name="+", verbose_name="办理组织"
    )
    by_name = models.CharField("登记人", max_length=100, blank=True)
    stands = models.BooleanField("有效", default=True)
    void_why = models.CharField("不再有效的原因", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "发展步骤"
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], condition=Q(stands=True), name="development_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.on.isoformat()}）"

    @property
    def label(self) -> str:
        """The step in the words of its own version."""
        found = edition(self.version).step(self.code)
        return found.label if found else path().labels.get(self.code, self.code)

    @property
    def cited(self) -> str:
        """The article it rests on, as it is quoted."""
        rules = edition(self.version)
        found = rules.step(self.code)
        return rules.cited(found.article) if found else ""


class Companion(OfCase):
    """Somebody who accompanies the person: a contact (培养联系人) or an introducer (入党介绍人); half-open period."""

    ROLES = {"contact": "培养联系人", "introducer": "入党介绍人"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="companions", verbose_name="发展过程")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", verbose_name="姓名")
    name = models.CharField("姓名", max_length=100)
    role = models.CharField("身份", max_length=12, choices=list(ROLES.items()))
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    ended_why = models.CharField("调整原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "培养联系人和入党介绍人"
        ordering = ["role", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "role"],
                condition=Q(until__isnull=True, person__isnull=False),
                name="development_companion_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}{self.name}"

    def covers(self, day: date) -> bool:
        """Tell whether they accompany the person on that day."""
        return self.since <= day and (self.until is None or day < self.until)


class Override(OfCase):
    """A step allowed though a rule speaks against it: by whom, why, on which paper. Shown for ever, never taken back."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="overrides", verbose_name="发展过程")
    step = models.CharField("步骤", max_length=20)
    code = models.CharField("规定", max_length=60)
    message = models.CharField("不符合之处", max_length=300)
    article = models.CharField("条文", max_length=60)
    superior = models.CharField("批准的上级组织", max_length=100)
    approved_by = models.CharField("批准人", max_length=50)
    reason = models.CharField("理由", max_length=500)
    by_name = models.CharField("登记人", max_length=100)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "特许"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "step", "code"], name="development_override_once")]

    def __str__(self) -> str:
        return f"特许：{path().labels.get(self.step, self.step)}"


class Move(OfCase):
    """The case went to another branch (art. 12, 34): handed over there, looked through here."""

    OUTCOMES = {"accepted": "审查合格，接续培养", "rejected": "材料不全，退回补充", "denied": "无法认定，不予承认"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="moves", verbose_name="发展过程")
    source = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", verbose_name="转出支部")
    target = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", verbose_name="转入支部")
    on = models.DateField("转接日期")
    reason = models.CharField("原因", max_length=200)
    handed = models.CharField("转交的材料", max_length=300, blank=True)
    received_on = models.DateField("审查日期", null=True, blank=True)
    outcome = models.CharField("审查结果", max_length=10, choices=list(OUTCOMES.items()), blank=True)
    words = models.CharField("审查意见", max_length=300, blank=True)
    by_name = models.CharField("登记人", max_length=100, blank=True)

    class Meta:
        verbose_name = "材料转接"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(received_on__isnull=True), name="development_move_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
