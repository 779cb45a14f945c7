"""What this app tells the ones built on it, inside the transaction."""

from dataclasses import dataclass
from datetime import date

from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Event


@dataclass(frozen=True)
class OrganizationsChanged(Event):
    """These were founded, opened again, dissolved or moved, or changed their kind or day of founding: all of it is written.

    Published by services.tree, .closing, .joining and .importing, after what they did. `organization_ids` names the
    superiors as well, before and after.
    """

    organization_ids: tuple[int, ...]


@dataclass(frozen=True)
class OrganizationRemoving(Event):
    """An organisation that an import made is taken back for good, unless a row belongs to it: what is only reckoned goes first.

    Published by services.importing.
    """

    organization_id: int


@dataclass(frozen=True)
class OrganizationDissolving(Event):
    """An organisation is about to be dissolved. Published by services.closing.dissolve before anything is written.

    Whoever still has open things there (people, posts, roles) raises Refused and says what to do first.
    """

    organization_id: int
    on: date
    actor: Actor
    reason: str


@dataclass(frozen=True)
class OrganizationMerged(Event):
    """Organisations become part of another from a day on. Published by services.joining.merge inside its transaction.

    Children, covers and terms of the merged ones were already seen to. Subscribers move what is theirs to `survivor_id`
    (open relations, open work) or end it (posts); `roles` says what was chosen for roles: "end" or "move". Next,
    `OrganizationDissolving` is published for each source: whoever still has something open there forbids the merger.
    """

    survivor_id: int
    source_ids: tuple[int, ...]
    on: date
    roles: str
    actor: Actor
    reason: str


@dataclass(frozen=True)
class SplitPart:
    """One new organisation of a split, and who goes there: keys as `residents` gave them (uids of people)."""

    organization_id: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class OrganizationSplit(Event):
    """Parts of an organisation became organisations of their own. Published by services.joining.split.

    Subscribers move the relations of the people named in `parts`, and what hangs on these relations, from a day on.
    `dissolved`: the old organisation ends that day; `OrganizationDissolving` follows.
    """

    source_id: int
    parts: tuple[SplitPart, ...]
    on: date
    dissolved: bool
    actor: Actor
    reason: str
