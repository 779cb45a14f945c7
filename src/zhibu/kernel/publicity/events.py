"""What the kernel tells the app that posted a notice, inside the transaction."""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class PublicityClosed(Event):
    """A publicity ran its whole time and its result was recorded. Published by kernel.publicity.services.close.

    kind, subject_type, subject_id: as given when it was posted; outcome: "clear" or "affected"; ended_on: its last day.
    """

    publicity_id: int
    kind: str
    subject_type: str
    subject_id: str
    outcome: str
    ended_on: date
    actor: Actor


@dataclass(frozen=True)
class PublicityRestarted(Event):
    """What hangs was changed, and its clock began anew. Published by kernel.publicity.services.change."""

    publicity_id: int
    kind: str
    subject_type: str
    subject_id: str
    posted_on: date
    actor: Actor


@dataclass(frozen=True)
class PublicityWithdrawn(Event):
    """A notice was taken down before its end. Published by kernel.publicity.services.withdraw."""

    publicity_id: int
    kind: str
    subject_type: str
    subject_id: str
    actor: Actor
