"""Rolls, votes, and what is counted of them."""

from zhibu.apps.voting.models.counts import NamedVote, PaperCount, Teller, WrittenOpinion
from zhibu.apps.voting.models.motion import Method, Motion, MotionState
from zhibu.apps.voting.models.roll import Exclusion, ExclusionState, Roll, RollEntry, RollKind
from zhibu.apps.voting.models.secret import Trustee, Voter

__all__ = [
    "Exclusion",
    "ExclusionState",
    "Method",
    "Motion",
    "MotionState",
    "NamedVote",
    "PaperCount",
    "Roll",
    "RollEntry",
    "RollKind",
    "Teller",
    "Trustee",
    "Voter",
    "WrittenOpinion",
]
