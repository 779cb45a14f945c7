"""What this app tells the ones built on it, inside the transaction."""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class DuesAssessed(Event):
    """The dues of a month were worked out for members of a branch. Published by dues.services.assessing."""

    organization_id: int
    month: date
    count: int
    actor: Actor


@dataclass(frozen=True)
class DuesUnpaidForLong(Event):
    """Somebody has not paid for six months in a row: a matter for the branch assembly. Published by dues.services.reminding.

    Nothing about the membership has changed, nor will it by itself.
    """

    case_id: int
    person_id: int
    organization_id: int
    run: int
    actor: Actor
