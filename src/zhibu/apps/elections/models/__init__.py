"""Elections and what hangs on them."""

from zhibu.apps.elections.models.ballot import Ballot, BallotLine, BallotState, Elected
from zhibu.apps.elections.models.election import OPEN, TONES, Election, Kind, State
from zhibu.apps.elections.models.nominating import (
    Candidate,
    Nomination,
    NominationLine,
    Official,
    OfficialRole,
    Slate,
    SlateState,
)

__all__ = [
    "OPEN",
    "TONES",
    "Ballot",
    "BallotLine",
    "BallotState",
    "Candidate",
    "Elected",
    "Election",
    "Kind",
    "Nomination",
    "NominationLine",
    "Official",
    "OfficialRole",
    "Slate",
    "SlateState",
    "State",
]
