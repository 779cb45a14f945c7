"""Transfers of the formal relation with their letters; members who are away, and who keeps in touch with whom."""

from zhibu.apps.transfers.models.away import Contact, ContactPlan, Floating, Guest, Report
from zhibu.apps.transfers.models.letter import Arrival, Letter, LetterLine
from zhibu.apps.transfers.models.transfer import OPEN, Direction, State, Transfer
from zhibu.apps.transfers.models.twofold import Twofold, TwofoldGround

__all__ = [
    "OPEN",
    "Arrival",
    "Contact",
    "ContactPlan",
    "Direction",
    "Floating",
    "Guest",
    "Letter",
    "LetterLine",
    "Report",
    "State",
    "Transfer",
    "Twofold",
    "TwofoldGround",
]
