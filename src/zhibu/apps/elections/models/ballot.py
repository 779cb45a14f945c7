"""The ballots of an election, and who was elected by which."""

from typing import Any

from django.db import models

from zhibu.apps.elections.models.election import Election, OfElection
from zhibu.apps.people.models.affiliation import PostKind


class BallotState(models.TextChoices):
    """Under way at the vote itself; counted, its result waiting to be confirmed; confirmed; or void."""

    OPEN = "open", "投票中"
    COUNTED = "counted", "待确认结果"
    SETTLED = "settled", "已确认"
    VOID = "void", "无效，重新投票"


class Ballot(OfElection):
    """One ballot (选票): of the assembly for members or a post, or of the new committee for secretary and deputy.

    post: "" for members; seats: how many this ballot fills; of_committee: the new committee votes; motion: the vote itself.
    tied: titles with equal votes at the edge, that go into a ballot of their own.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="ballots", verbose_name="选举")
    round = models.PositiveSmallIntegerField("第几次投票")
    post = models.CharField("职务", max_length=20, blank=True)
    of_committee = models.BooleanField("新一届委员会投票", default=False)
    seats = models.PositiveSmallIntegerField("应选人数")
    motion = models.ForeignKey("voting.Motion", models.PROTECT, related_name="+", verbose_name="投票")
    tied: Any = models.JSONField("票数相等的", default=list, editable=False)
    state = models.CharField("状态", max_length=10, choices=BallotState, default=BallotState.OPEN, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "选票"
        ordering = ["election_id", "id"]
        constraints = [models.UniqueConstraint(fields=["motion"], name="ballot_motion_once")]

    def __str__(self) -> str:
        return f"{self.election} {self.title}"

    @property
    def post_label(self) -> str:
        """What is elected."""
        return str(PostKind(self.post).label) if self.post else "委员"

    @property
    def title(self) -> str:
        """The name of the ballot."""
        return f"{self.post_label}选票" + (f"（第 {self.round} 次）" if self.round > 1 else "")


class BallotLine(OfElection):
    """A name on a ballot, in its order; title: as printed (namesakes are told apart)."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", verbose_name="选举")
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="lines", verbose_name="选票")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="候选人")
    title = models.CharField("姓名", max_length=100)
    place = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "选票上的候选人"
        ordering = ["ballot_id", "place"]
        constraints = [models.UniqueConstraint(fields=["ballot", "person"], name="ballot_line_once")]

    def __str__(self) -> str:
        return self.title


class Elected(OfElection):
    """Somebody elected (or appointed): by which ballot with how many votes, and the post they are to hold.

    written_in: was no candidate; stands: False once the election was held anew.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="elected", verbose_name="选举")
    ballot = models.ForeignKey(
        Ballot, models.PROTECT, null=True, blank=True, related_name="elected", verbose_name="选票"
    )
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="当选人")
    name = models.CharField("姓名", max_length=100)
    votes = models.PositiveIntegerField("得票", default=0)
    written_in = models.BooleanField("另选他人", default=False)
    post = models.CharField("职务", max_length=20, choices=PostKind, blank=True)
    stands = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = "当选人"
        ordering = ["election_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["election", "person"], condition=models.Q(stands=True), name="elected_once")
        ]

    def __str__(self) -> str:
        return self.name
