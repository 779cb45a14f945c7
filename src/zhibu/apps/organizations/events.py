"""What this app tells the ones built on it, inside the transaction."""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.events import Event


@dataclass(frozen=True)
class OrganizationDissolving(Event):
    """An organisation is about to be dissolved. Published by services.closing.dissolve before anything is written.

    Whoever still has open things there (people, posts, roles) raises Refused and says what to do first.
    """

    organization_id: int
    on: date
