"""What was counted: by hands with or without names, in writing by those absent, on paper by two who do not see each other's figures."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.voting.models.motion import Motion, OfMotion
from zhibu.apps.voting.models.roll import RollEntry


class Choice(models.TextChoices):
    """What one may say to a question."""

    YES = "yes", "赞成"
    NO = "no", "不赞成"
    ABSTAIN = "abstain", "弃权"


class NamedVote(OfMotion):
    """What somebody openly said, where a vote by hands is recorded by name. There is none of a secret ballot."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="named_votes", verbose_name="表决")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="+", verbose_name="党员")
    choice = models.CharField("态度", max_length=10, choices=Choice)

    class Meta:
        verbose_name = "记名表决"
        ordering = ["motion_id", "entry__place"]
        constraints = [models.UniqueConstraint(fields=["motion", "entry"], name="named_vote_once")]

    def __str__(self) -> str:
        return f"{self.entry.name}：{self.get_choice_display()}"


class WrittenOpinion(OfMotion):
    """The opinion somebody absent gave formally in writing before the meeting; choices: one a question, in their order."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="written_opinions", verbose_name="表决")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="+", verbose_name="党员")
    choices: Any = models.JSONField("意见", default=list)
    on = models.DateField("意见日期")
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    is_withdrawn = models.BooleanField("已撤回", default=False, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "书面意见"
        ordering = ["motion_id", "entry__place"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "entry"], condition=Q(is_withdrawn=False), name="written_opinion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry.name}的书面意见"


class Teller(OfMotion):
    """Somebody named to count the slips (计票人): enters the count from an account of their own, whatever role they have or have not."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="tellers", verbose_name="表决")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="计票人")
    name = models.CharField("姓名", max_length=100)
    ended = models.BooleanField("已更换", default=False, editable=False)

    class Meta:
        verbose_name = "计票人"
        ordering = ["motion_id", "id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.motion}）"

    @property
    def own_url(self) -> str:
        """Where the teller does their part."""
        return reverse("own-count", args=[self.uid])


class PaperCount(OfMotion):
    """What one counter entered. Two make a round; they agree, or both are shown and it is entered anew in the next round.

    counts: one {"yes", "no", "abstain"} a question; others: {name: votes} written in on the slips.
    settled: both of the round are in; before that nobody but whoever entered it may see it.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="paper_counts", verbose_name="表决")
    round = models.PositiveSmallIntegerField("第几次录入")
    account_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    by_name = models.CharField("录入人", max_length=100)
    issued = models.PositiveIntegerField("发出票数")
    collected = models.PositiveIntegerField("收回票数")
    valid = models.PositiveIntegerField("有效票数")
    invalid = models.PositiveIntegerField("无效票数")
    counts: Any = models.JSONField("各问题票数", default=list)
    others: Any = models.JSONField("另选他人", default=dict)
    settled = models.BooleanField("两人都已录入", default=False)
    agreed = models.BooleanField("两人一致", default=False)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "计票录入"
        ordering = ["motion_id", "round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "round", "account_id"], name="paper_count_two_people",
                violation_error_message="您这一次已经录入过，第二份须由另一个人录入",
            ),
            models.CheckConstraint(name="paper_count_agreed", condition=Q(agreed=False) | Q(settled=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.motion}的计票（{self.by_name}）"

    @property
    def figures(self) -> dict[str, Any]:
        """What two counters must have alike."""
        names = ("issued", "collected", "valid", "invalid", "counts", "others")
        return {name: getattr(self, name) for name in names}
