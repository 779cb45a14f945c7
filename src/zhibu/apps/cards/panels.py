"""What the desk shows of a person: every app that knows something registers a provider; only what exists is shown.

A provider is function(person, actor, today) -> Panel | None. It shows what the actor may see there and nothing else; the
person was found within the actor's reach already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact


@dataclass(frozen=True)
class Button:
    """Something the clerk may do now."""

    label: str
    url: str
    icon: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Panel:
    """Facts beside the photo, tags (words, kind) of what waits, and buttons."""

    facts: tuple[Fact, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()


Provider = Callable[[Person, Actor, date], Panel | None]
_providers: list[tuple[int, str, Provider]] = []


def register(order: int, provider: Provider) -> Provider:
    """Add a provider; small orders come first."""
    name = f"{provider.__module__}.{provider.__qualname__}"
    if all(known != name for _, known, _ in _providers):
        _providers.append((order, name, provider))
        _providers.sort(key=lambda entry: entry[:2])
    return provider


def collect(person: Person, actor: Actor, today: date) -> Panel:
    """Return what all providers show of the person, as one."""
    found = [panel for _, _, provider in _providers if (panel := provider(person, actor, today)) is not None]
    return Panel(
        tuple(fact for panel in found for fact in panel.facts if not fact.absent),
        tuple(tag for panel in found for tag in panel.tags),
        tuple(button for panel in found for button in panel.buttons),
    )
