"""What other subsystems add to one's own record: panels, and where one asks for a correction. Filled by their handlers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from zhibu.apps.people.groups import Group
from zhibu.apps.people.models import Person


@dataclass(frozen=True)
class Panel:
    """A panel of one's own record: a template and its context."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[HttpRequest, Person], Panel | None]
_PROVIDERS: list[tuple[int, Provider]] = []
_CORRECTIONS: list[Callable[[Person, Group], str]] = []


def panel(position: int) -> Callable[[Provider], Provider]:
    """Register a source of a panel; those of a lower position stand higher."""

    def keep(provider: Provider) -> Provider:
        _PROVIDERS.append((position, provider))
        return provider

    return keep


def corrections(url: Callable[[Person, Group], str]) -> Callable[[Person, Group], str]:
    """Register where somebody asks for a correction of a field group of their own ("": nowhere)."""
    _CORRECTIONS.append(url)
    return url


def panels(request: HttpRequest, person: Person) -> list[Panel]:
    """Return the panels of somebody's own record."""
    made = [provider(request, person) for _, provider in sorted(_PROVIDERS, key=lambda pair: pair[0])]
    return [one for one in made if one is not None]


def correction_url(person: Person, group: Group) -> str:
    """Return where to ask for a correction of a field group, "" when nothing is installed for it."""
    return next((found for url in _CORRECTIONS if (found := url(person, group))), "")
