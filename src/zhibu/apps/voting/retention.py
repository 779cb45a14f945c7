"""Sealed ballots are not kept for ever: what is gone cannot be opened by slips of paper that turn up later.

Rolls, counts and what was openly said are archives of the vote and stay.
"""

from datetime import datetime

from zhibu.apps.voting.models import Exclusion, ExclusionState, MotionState, Voter
from zhibu.kernel.retention import Rows, cleared, retained


@retained("sealed_ballots")
def old_ballots(before: datetime) -> Rows:
    """Ballots of votes announced before the term: the ciphertexts go, who has voted and the fingerprints stay."""
    due = Voter.objects.system("retention table").filter(
        motion__state=MotionState.DECIDED, motion__decided_at__lt=before
    )
    return cleared(due, ballot="")


@retained("vote_exclusions")
def old_circumstances(before: datetime) -> Rows:
    """Why somebody could not be counted on to come, of proposals that are decided: it may tell of their health."""
    due = Exclusion.objects.system("retention table").filter(created_at__lt=before)
    return cleared(due.exclude(state=ExclusionState.PROPOSED), words="")
