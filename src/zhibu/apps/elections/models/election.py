"""An election from the request to hold it to the approval of its result."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.elections import rules
from zhibu.apps.elections.permissions import VIEW
from zhibu.kernel.scope import ScopedModel


class Kind(models.TextChoices):
    """Anew at the end of a term, for the first time, for single vacant seats; or no election: appointed by the superior."""

    RENEWAL = "renewal", "换届选举"
    FIRST = "first", "首届选举"
    BY = "by", "补选"
    APPOINTMENT = "appointment", "上级任命"


class State(models.TextChoices):
    """How far it is; what waits for the superior is named so."""

    DRAFT = "draft", "拟定方案"
    ASKED = "asked", "待同意选举"
    NOMINATING = "nominating", "酝酿推荐"
    SLATE_ASKED = "slate_asked", "待同意候选人"
    ASSEMBLY = "assembly", "召开选举大会"
    ALLOCATING = "allocating", "委员会分工"
    REPORTED = "reported", "待批复"
    DONE = "done", "已生效"
    STOPPED = "stopped", "已终止"


#: under way
OPEN = Q(state__in=["draft", "asked", "nominating", "slate_asked", "assembly", "allocating", "reported"])
TONES = {
    "draft": "plain", "asked": "due", "nominating": "info", "slate_asked": "due", "assembly": "info", "allocating": "info",
    "reported": "due", "done": "ok", "stopped": "plain",
}  # fmt: skip


def _made(to: str, label: str) -> Any:
    """Return the column of something that is made on the way."""
    return models.ForeignKey(
        to, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=label
    )


class Election(ScopedModel):
    """An election of an organisation, by the rules of `version`.

    term: the term of office that ends with it (a renewal); number: of the term that begins; body: "committee" (members, then
    secretary and deputy by the new committee) or "posts" (secretary and deputy directly); seats: how many are elected by the
    assembly; deputy: whether there is a deputy secretary; roll: who may vote and stand, frozen; words: why, as the request says.
    post: what a by-election fills where the body is "posts" or a post of the committee alone is vacant.
    adopted: the assembly's vote on the rules and those who watch and count. note: why the superior sent it back, last.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    kind = models.CharField("种类", max_length=20, choices=Kind, default=Kind.RENEWAL)
    version = models.CharField("适用规则", max_length=30, editable=False)
    term = models.ForeignKey(
        "organizations.Term", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="届满的任期"
    )
    number = models.PositiveSmallIntegerField("届次", default=1)
    body = models.CharField(
        "选举什么", max_length=10, choices=[("committee", "委员会委员"), ("posts", "书记、副书记")], default="committee"
    )
    full_members = models.PositiveIntegerField("正式党员人数", default=0, editable=False)
    seats = models.PositiveSmallIntegerField("应选人数")
    deputy = models.BooleanField("设副书记", default=False)
    planned_on = models.DateField("拟召开大会的日期")
    timing = models.CharField(
        "按期或提前、延期", max_length=10, choices=list(rules.TIMING_LABELS.items()), default="on_time", editable=False
    )
    words = models.TextField("情况说明", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT, editable=False)
    note = models.CharField("退回的原因", max_length=500, blank=True, editable=False)
    roll = _made("voting.Roll", "选举名册")
    committee_roll = _made("voting.Roll", "新一届委员名册")
    meeting = _made("meetings.Meeting", "选举大会")
    regulations = models.TextField("选举办法", max_length=6000, blank=True)
    adopted = _made("voting.Motion", "通过选举办法的表决")
    reducing = _made("voting.Motion", "减少名额的表决")
    adopted_on = models.DateField("选举办法通过日期", null=True, editable=False)
    elected_on = models.DateField("选出日期", null=True, editable=False)
    effective_on = models.DateField("生效日期", null=True, editable=False)
    document = models.CharField("任命文号", max_length=80, blank=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    stopped_why = models.CharField("终止原因", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "选举"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="election_open", condition=OPEN)]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=OPEN,
                name="election_one_open",
                violation_error_message="这个组织已有一次选举在办理",
            )
        ]

    def __str__(self) -> str:
        if self.kind == Kind.APPOINTMENT:
            return f"{self.organization}上级任命"
        if self.kind == Kind.BY:
            return f"{self.organization}第 {self.number} 届补选"
        return f"{self.organization}第 {self.number} 届{'委员会' if self.body == 'committee' else '书记'}选举"

    def get_absolute_url(self) -> str:
        return reverse("elections-record", args=[self.uid])

    @property
    def held(self) -> rules.Version:
        """The rules it is held under."""
        return rules.version(self.version)

    @property
    def is_open(self) -> bool:
        """Tell whether it is under way."""
        return self.state not in (State.DONE, State.STOPPED)

    @property
    def least(self) -> int:
        """How many candidates it takes."""
        return rules.candidates_least(self.held, self.body, self.seats)  # type: ignore[arg-type]

    @property
    def seats_words(self) -> str:
        """What is elected, in words."""
        if self.body == "committee":
            return f"委员 {self.seats} 名"
        return "书记 1 名、副书记 1 名" if self.seats == 2 else "书记 1 名"

    def timing_words(self) -> str:
        """Return whether it is on time, in a word."""
        return rules.TIMING_LABELS[self.timing]  # type: ignore[index]

    def due(self) -> date:
        """Return the day of the assembly, by which what is before it should be done."""
        return self.planned_on


class OfElection(ScopedModel):
    """What hangs on an election is seen where the election is seen."""

    scope_permission = VIEW
    scope_via = "election"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    election: Any

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return str(self.election.get_absolute_url())
