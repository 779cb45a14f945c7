"""What apps above fill in: who belongs to a branch on a day, and which petitions the superior has agreed to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.apps.voting.services.rolls import RollRow
from zhibu.kernel.actor import Actor

#: function(organization, on, rule) -> the rows of a roll, in the order of the roll; [] where it has nobody
Roster = Callable[[Any, date, str], list[RollRow]]


@dataclass(frozen=True)
class Approval:
    """A petition the superior agreed to: its key for forms, as it reads ("东支请〔2026〕3 号，2026-11-02 同意"), where it stands."""

    key: str
    words: str
    url: str


#: function(actor, organization, kind) -> what the superior agreed to there of that kind (exclusion, online_vote), newest first
Approvals = Callable[[Actor, Any, str], list[Approval]]

#: function(roll) -> ids of the people signed in where it was made for, None where it is not theirs
Attendances = Callable[[Any], set[int] | None]

_rosters: list[Roster] = []
_attendances: list[Attendances] = []
_approvals: list[Approvals] = []


def register_roster(provider: Roster) -> None:
    """Add a source of rolls (members of a branch; a committee's members). The first that answers with anybody is taken."""
    if provider not in _rosters:
        _rosters.append(provider)


def register_approvals(provider: Approvals) -> None:
    """Add a source of recorded approvals."""
    if provider not in _approvals:
        _approvals.append(provider)


def register_attendance(provider: Attendances) -> None:
    """Add a source of who is there (a meeting's sign-in): it fills in the form that opens a vote."""
    if provider not in _attendances:
        _attendances.append(provider)


def attending(roll: Any) -> set[int]:
    """Return the ids of the people known to be there, none where nobody knows."""
    for provider in _attendances:
        if (found := provider(roll)) is not None:
            return found
    return set()


def roster(organization: Any, on: date, rule: str) -> list[RollRow]:
    """Return who is on the roll of an organisation on that day, [] where nobody knows."""
    for provider in _rosters:
        if rows := provider(organization, on, rule):
            return rows
    return []


def approvals(actor: Actor, organization: Any, kind: str) -> list[Approval]:
    """Return what the superior agreed to there: an answer to something else is no consent to this."""
    return [found for provider in _approvals for found in provider(actor, organization, kind)]
