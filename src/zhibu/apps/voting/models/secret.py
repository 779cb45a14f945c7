"""Who votes, and how a secret ballot on line is kept: docs/decisions/secret-ballots.md says why it is safe.

No time, no order: a row for each voter is made when the vote is opened and filled when they vote.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.voting.models.motion import Motion, OfMotion
from zhibu.apps.voting.models.roll import RollEntry


class Voter(OfMotion):
    """Somebody entitled who is there when a vote is opened. On line: whether they have voted, and the sealed ballot.

    ballot: JSON of ciphertexts that only all scrutineers together could open (they open the sum alone); receipt: its fingerprint.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="voters", verbose_name="表决")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="votes", verbose_name="党员")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="voting_places", verbose_name="人员")
    has_voted = models.BooleanField("已投票", default=False, editable=False)
    ballot = models.TextField(blank=True, editable=False)
    receipt = models.CharField("选票指纹", max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = "投票人"
        ordering = ["motion_id", "entry__place"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "entry"], name="voter_once"),
            models.CheckConstraint(name="voter_ballot", condition=Q(has_voted=False, ballot="") | Q(has_voted=True)),
        ]

    def __str__(self) -> str:
        return f"{self.motion}（{self.entry.name}）"

    @property
    def own_url(self) -> str:
        """Where the voter sees it on their own pages."""
        return reverse("own-vote", args=[self.uid])


class Trustee(OfMotion):
    """A scrutineer of an online ballot (监票人). The secret half of their key is on their slip of paper and nowhere else.

    public, proof: their half of the key and the proof that they hold its secret; shares: what they opened of the sums, with proofs.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="trustees", verbose_name="表决")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="scrutinies", verbose_name="监票人")
    name = models.CharField("姓名", max_length=100)
    public = models.CharField(max_length=66, blank=True, editable=False)
    proof: Any = models.JSONField(default=dict, editable=False)
    shares: Any = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = "监票人"
        ordering = ["motion_id", "id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.motion}）"

    @property
    def own_url(self) -> str:
        """Where the scrutineer does their part."""
        return reverse("own-trust", args=[self.uid])
