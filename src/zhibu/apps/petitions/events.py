"""What this app tells the ones built on it, inside the transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event

Outcome = Literal["agreed", "refused", "returned"]


@dataclass(frozen=True)
class PetitionAnswered(Event):
    """A request was answered, or returned to be completed. Published by petitions.services.answering.answer.

    about_type, about_id: label and key of what it is about ("" for none); on: the day of the answer; actor: who answered.
    Subscribers may veto.
    """

    petition_id: int
    about_type: str
    about_id: str
    kind: str
    outcome: Outcome
    on: date
    actor: Actor

    @property
    def agreed(self) -> bool:
        """Tell whether the superior agreed."""
        return self.outcome == "agreed"


@dataclass(frozen=True)
class PetitionWithdrawn(Event):
    """A request was taken back before it was answered. Published by petitions.services.asking.withdraw."""

    petition_id: int
    about_type: str
    about_id: str
    kind: str
    actor: Actor
