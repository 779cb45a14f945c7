"""What this app tells the ones built on it about people, inside the transaction that changes them.

Every event of a working life is published after the person, the relations and the posts were written. A subscriber
calls its own services, or forbids the act: it raises `Veto` (kernel.events) with a sentence that says what to do first,
and everything rolls back. What a subscriber did is not taken back by itself: subscribe to `PersonChangeReversed` too.

| event | happens when |
|---|---|
| PersonJoined, PostChanged, PersonLeftPost, PersonRetired | 入职, 岗位变动, 离岗, 退休 |
| PersonDispatchedIn, PersonDispatchedOut | 劳务派遣派入, 派出 |
| PersonEnteredCare, PersonLeftCare | 进入, 结束托养托管 |
| PersonTransferred, PersonLeft, PersonDied | 调动, 离开单位, 去世 |
| PersonChangeReversed | one of these was taken back |
| PersonChangeForeseen | a question: a day in the past was entered, nothing is written yet |
| PersonMerging | two records become one: before references move |
| PartyFactsChanged | the party relation, the political status or its dates of people were written |
"""

from dataclasses import dataclass, field
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class PersonChanged(Event):
    """What all events of a working life share; never published itself.

    event_id: the people.LifeEvent; on: the first day on which it holds, never in the future; before, after: the kind of
    employment (codes of params/codes.yaml); home_before, home_after: ids of the organisations that keep the record;
    actor: who entered it, for the audit lines of subscribers.
    """

    person_id: int
    event_id: int
    on: date
    before: str
    after: str
    home_before: int | None
    home_after: int | None
    actor: Actor


@dataclass(frozen=True)
class PersonMerging(Event):
    """Two records are about to become one. Published by people.services.merge before any reference moves.

    Every reference to `dropped_id` then goes to `kept_id`: whoever keeps one row a person settles which one it is.
    """

    kept_id: int
    dropped_id: int
    actor: Actor


@dataclass(frozen=True)
class PostsChanged(Event):
    """Posts of these organisations began, ended or were opened again.

    Published by people.services.affiliations, .life, .life_reversal and .moving, after what they did.
    """

    organization_ids: tuple[int, ...]


@dataclass(frozen=True)
class PartyFactsChanged(Event):
    """The party relation, the political status, its dates or the state of the record may have changed.

    people: ids, many thousands at once for an import; by_hand: a clerk did it to one person, who can be told no.
    Published by every service of people that writes these, after they were written.
    """

    people: tuple[int, ...]
    actor: Actor
    by_hand: bool = False


@dataclass(frozen=True)
class PersonJoined(PersonChanged):
    """Somebody from outside became an employee. Published by people.services.life."""


@dataclass(frozen=True)
class PostChanged(PersonChanged):
    """An employee works in another department or position. Published by people.services.life."""


@dataclass(frozen=True)
class PersonLeftPost(PersonChanged):
    """An employee left the post and stays employed (离岗). Published by people.services.life."""


@dataclass(frozen=True)
class PersonRetired(PersonChanged):
    """An employee retired; the first day of retirement is `on`. Published by people.services.life."""


@dataclass(frozen=True)
class PersonDispatchedIn(PersonChanged):
    """Somebody began to work here, sent by an agency. Published by people.services.life."""


@dataclass(frozen=True)
class PersonDispatchedOut(PersonChanged):
    """Somebody sent by an agency works here no longer. Published by people.services.life."""


@dataclass(frozen=True)
class PersonEnteredCare(PersonChanged):
    """An employee is in care (托养托管) of a workstation. Published by people.services.life."""


@dataclass(frozen=True)
class PersonLeftCare(PersonChanged):
    """The care ended and the person is an employee again. Published by people.services.life."""


@dataclass(frozen=True)
class PersonTransferred(PersonChanged):
    """Another organisation keeps the record (home_before, home_after). Published by people.services.life."""


@dataclass(frozen=True)
class PersonLeft(PersonChanged):
    """Somebody left the unit; the home keeps the record. Published by people.services.life."""


@dataclass(frozen=True)
class PersonDied(PersonChanged):
    """A person died; every relation but the home and every post has ended. Published by people.services.life."""


@dataclass(frozen=True)
class PersonChangeReversed(Event):
    """A life event was taken back as a mistake: employment, dates, relations and posts stand as before it.

    event_id: the event taken back; kind: its code in people.life.STEPS. Published by people.services.life_reversal.
    """

    person_id: int
    event_id: int
    kind: str
    on: date
    actor: Actor


@dataclass(frozen=True)
class PersonChangeForeseen(Event):
    """A question, asked before a life event with a day in the past: what would it have changed since?

    Subscribers append sentences in Chinese to `answers` ("2026-02 至 2026-04 的工资已按在职发放，需要补算") and write
    nothing. They name only what `actor` may see. Published by people.services.foreseeing.
    """

    person_id: int
    kind: str
    on: date
    actor: Actor
    answers: list[str] = field(default_factory=list, compare=False)


#: code of people.life.STEPS -> event
OF_STEP: dict[str, type[PersonChanged]] = {
    "join": PersonJoined, "change_post": PostChanged, "off_post": PersonLeftPost, "retire": PersonRetired,
    "dispatch_in": PersonDispatchedIn, "dispatch_out": PersonDispatchedOut, "enter_care": PersonEnteredCare,
    "leave_care": PersonLeftCare, "transfer": PersonTransferred, "leave": PersonLeft, "die": PersonDied,
}  # fmt: skip
