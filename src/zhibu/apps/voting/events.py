"""What votes publish, inside the transaction of the act.

| event | when |
|---|---|
| MotionOpening | a vote is about to be opened, with those who are said to be there; a handler may veto it |
| CountsCompared | the second of two counters enters a count on paper; a handler may veto it |
| MotionDecided | the result of a vote was announced |
| MotionVoided | a vote was made void, before or after its result; a handler may veto it |
"""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class MotionOpening(Event):
    """A vote is about to be opened. roll_*: what its roll was made for; present: (person, name) of who is said to be there."""

    motion_id: int
    roll_type: str
    roll_subject_id: str
    roll_rule: str
    present: tuple[tuple[int, str], ...]
    actor: Actor


@dataclass(frozen=True)
class CountsCompared(Event):
    """The second of two counters enters what was counted on paper. person_ids: both, where they are known."""

    motion_id: int
    subject_type: str
    subject_id: str
    person_ids: tuple[int | None, int | None]
    actor: Actor


@dataclass(frozen=True)
class MotionDecided(Event):
    """The result of a vote was announced. passed: None for a vote on several questions (see `Motion.result`); on: the day of the vote."""

    motion_id: int
    subject_type: str
    subject_id: str
    rule: str
    valid: bool
    passed: bool | None
    on: date
    actor: Actor


@dataclass(frozen=True)
class MotionVoided(Event):
    """A vote was made void; whoever has acted on its result takes that back, or vetoes."""

    motion_id: int
    subject_type: str
    subject_id: str
    was_decided: bool
    actor: Actor
