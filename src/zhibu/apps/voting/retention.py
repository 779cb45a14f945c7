"""Sealed ballots are not kept for ever: what is gone cannot be opened by slips of paper that turn up later."""

from datetime import datetime

from zhibu.apps.voting.models import MotionState, Voter
from zhibu.kernel.actor import Actor
from zhibu.kernel.retention import Rows, retained


@retained("sealed_ballots")
def old_ballots(before: datetime) -> Rows:
    """Ballots of votes announced before the term: the ciphertexts go, who has voted and the fingerprints stay."""
    due = Voter.objects.system("retention table").filter(
        motion__state=MotionState.DECIDED, motion__decided_at__lt=before
    )
    due = due.exclude(ballot="")

    def erase(actor: Actor, most: int) -> int:
        chosen = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        return int(Voter.objects.system("retention table").filter(pk__in=chosen).update(ballot=""))

    return Rows(due.count, erase)
