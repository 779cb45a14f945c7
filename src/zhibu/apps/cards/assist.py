"""What waits for somebody, read to them at the desk: apps that know something register a provider, as for the desk's panels.

A provider is function(person, actor, today) -> list of Waiting; the person is there, agreed, and was found within reach. Opinions,
ballots and what only the person may know have no provider.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """Something the person is asked for: what, by when, and where the clerk may do it for them ("" where they may not)."""

    title: str
    detail: str = ""
    due: date | None = None
    url: str = ""
    label: str = ""


Provider = Callable[[Person, Actor, date], list[Waiting]]
_providers: dict[str, Provider] = {}


def register(provider: Provider) -> Provider:
    """Add a provider; also a decorator."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider
    return provider


def waiting(person: Person, actor: Actor, today: date) -> list[Waiting]:
    """Return what all providers know, the most urgent first."""
    found = [one for provider in _providers.values() for one in provider(person, actor, today)]
    return sorted(found, key=lambda one: one.due or date.max)
