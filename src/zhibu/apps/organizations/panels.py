"""What other apps show on the page of an organisation: they register a provider, this app asks for its panel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from zhibu.apps.organizations.models import Organization


@dataclass(frozen=True)
class Panel:
    """A card on the record page: title, template of its body and what that is given; `links` are (label, url)."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


Provider = Callable[[HttpRequest, Organization], Panel | None]
_providers: list[tuple[int, str, Provider]] = []


def register(order: int, provider: Provider) -> Provider:
    """Add a provider; it returns None where it has nothing to show or the viewer may not see it."""
    name = f"{provider.__module__}.{provider.__qualname__}"
    if all(known != name for _, known, _ in _providers):
        _providers.append((order, name, provider))
        _providers.sort(key=lambda entry: entry[:2])
    return provider


def panels(request: HttpRequest, organization: Organization) -> list[Panel]:
    """Return the panels for that viewer, in their order."""
    found = (provider(request, organization) for _, _, provider in _providers)
    return [panel for panel in found if panel is not None]
