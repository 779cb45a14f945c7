"""The roll: who should be there and who may vote, as of one day, frozen; who was left out of it, on what ground."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.voting.permissions import VIEW
from zhibu.apps.voting.rules import grounds
from zhibu.kernel.scope import ScopedModel


class RollKind(models.TextChoices):
    """What the roll is for: the rule of voting depends on it."""

    ASSEMBLY = "assembly", "支部党员大会"
    COMMITTEE = "committee", "支部委员会会议"
    DEVELOPMENT = "development", "讨论接收（转正）党员的大会"
    ELECTION = "election", "选举大会"


class Roll(ScopedModel):
    """A frozen roll (应到名册): everybody of the branch on `on`, with or without a vote. Never rewritten; a wrong one is void.

    subject_type, subject_id: the label and key of what it was made for (a meeting, a case …), "" when for itself.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    title = models.CharField("名称", max_length=120)
    on = models.DateField("截止日期")
    rule = models.CharField("用于", max_length=20, choices=RollKind)
    subject_type = models.CharField(max_length=80, blank=True, editable=False)
    subject_id = models.CharField(max_length=64, blank=True, editable=False)
    is_void = models.BooleanField("已作废", default=False, editable=False)
    void_why = models.CharField("作废原因", max_length=200, blank=True, editable=False)
    by_name = models.CharField("建立人", max_length=100, blank=True, editable=False)
    frozen_at = models.DateTimeField("建立时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "应到名册"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="roll_subject")]

    def __str__(self) -> str:
        return f"{self.title}应到名册"

    def get_absolute_url(self) -> str:
        return reverse("rolls-record", args=[self.uid])


class OfRoll(ScopedModel):
    """What hangs on a roll is seen where the roll is seen."""

    scope_permission = VIEW
    scope_via = "roll"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    roll: Any

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return str(self.roll.get_absolute_url())


class RollEntry(OfRoll):
    """Somebody on a roll, as they were that day: later changes of the person change nothing here.

    entitled: has a vote and counts as one who should be there; ground: why somebody has no vote, or was left out.
    """

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="entries", verbose_name="名册")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="roll_entries", verbose_name="人员")
    place = models.PositiveIntegerField("序号")
    name = models.CharField("姓名", max_length=100)
    kind = models.CharField("类别", max_length=30)
    entitled = models.BooleanField("有表决权")
    ground = models.CharField("没有表决权的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "名册上的人"
        ordering = ["roll_id", "place"]
        # no unique (roll, person): each stands there once as it is frozen, and two records of one person may be merged years later
        constraints = [models.UniqueConstraint(fields=["roll", "place"], name="roll_entry_place")]

    def __str__(self) -> str:
        return self.name


class ExclusionState(models.TextChoices):
    """Proposed with the superior's consent; then the assembly decides; one who comes after all is taken back on."""

    PROPOSED = "proposed", "待大会表决"
    PASSED = "passed", "不计入应到"
    REFUSED = "refused", "大会没有通过"
    WITHDRAWN = "withdrawn", "已撤回"


#: proposed, and neither refused nor withdrawn: at most one of a member
STANDING = Q(state__in=[ExclusionState.PROPOSED, ExclusionState.PASSED])


class Exclusion(OfRoll):
    """Somebody who is not to count as one who should be there: the ground, the superior's consent, the assembly's vote.

    consent: what the superior agreed in (number and date of the reply); its scan hangs on this record, or `consent_url` leads
    to the petition. motion: the vote of the assembly on it.
    """

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="exclusions", verbose_name="名册")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="exclusions", verbose_name="党员")
    ground = models.CharField("理由", max_length=20)
    words = models.CharField("具体情况", max_length=300)
    consent = models.CharField("上级同意的文件", max_length=120)
    consent_url = models.CharField(max_length=200, blank=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ExclusionState, default=ExclusionState.PROPOSED, editable=False
    )
    motion = models.ForeignKey(
        "voting.Motion", models.PROTECT, null=True, blank=True, related_name="exclusions", verbose_name="大会表决", editable=False
    )  # fmt: skip
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("提出时间", auto_now_add=True)

    class Meta:
        verbose_name = "不计入应到"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["proposed", "passed"]), name="exclusion_one_standing",
                violation_error_message="这名党员已经提出过",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry.name}不计入应到"

    @property
    def ground_label(self) -> str:
        """The ground in words."""
        row = grounds().get(self.ground)
        return row.label if row else self.ground
