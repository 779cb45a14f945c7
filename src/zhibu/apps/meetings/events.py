"""What this app tells the ones built on it, inside the transaction.

| event | happens when |
|---|---|
| MeetingCalled | those invited were told; the roll is frozen |
| MeetingHeld | the meeting was closed: who was there stands |
| MeetingCancelled | it will not take place |
| MeetingMoved | another time or place; `before` is the day it was to be on |
"""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class MeetingChanged(Event):
    """What all of them share; never published itself. organization_ids: who calls it first, then those that hold it together."""

    meeting_id: int
    organization_id: int
    kind: str
    on: date
    organization_ids: tuple[int, ...]
    actor: Actor


@dataclass(frozen=True)
class MeetingCalled(MeetingChanged):
    """Those invited were told; the roll is frozen. Published by services.calling."""


@dataclass(frozen=True)
class MeetingMoved(MeetingChanged):
    """A meeting that was called is on another day or hour. Published by services.calling."""

    before: date


@dataclass(frozen=True)
class MeetingHeld(MeetingChanged):
    """A meeting was closed. Published by services.holding."""


@dataclass(frozen=True)
class MeetingCancelled(MeetingChanged):
    """A meeting will not take place. Published by services.calling."""
