"""What this app asks and tells the ones built on it, inside the transaction."""

from dataclasses import dataclass, field
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class TransferForeseen(Event):
    """A question, asked before a transfer: what of yours would change with it?

    Subscribers append sentences in Chinese to `answers` ("已通知 12 月 5 日的支部大会，转走后不再应到") and write nothing. They
    name only what `actor` may see. to_id: None where it leads out of the platform. Published by services.foreseeing.
    """

    person_id: int
    from_id: int
    to_id: int | None
    on: date
    actor: Actor
    answers: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class TransferReceived(Event):
    """A transfer came to its end: the member belongs to `to_id` from `on` (None: to another system).

    Published by services.arriving and services.outside after membership moved. Membership's own events were published
    before: subscribe to these where any move counts, however it came about.
    """

    transfer_id: int
    person_id: int
    from_id: int | None
    to_id: int | None
    on: date
    paid_to: date | None
    actor: Actor


@dataclass(frozen=True)
class FloatingBegan(Event):
    """A member takes part elsewhere (host_id: a branch of the platform, or None) and stays a member of `home_id`."""

    floating_id: int
    person_id: int
    home_id: int
    host_id: int | None
    on: date
    actor: Actor


@dataclass(frozen=True)
class FloatingEnded(Event):
    """A member who was away takes part at home again, or left. Published by services.floating."""

    floating_id: int
    person_id: int
    home_id: int
    on: date
    actor: Actor
