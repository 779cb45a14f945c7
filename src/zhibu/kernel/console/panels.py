"""Cards that other apps add to a record page: they register a provider, the page asks each for its panel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """A card on a record page: title, template of its body and what that is given; `links` are (label, url)."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


Provider = Callable[[HttpRequest, Any], Panel | None]


class Panels:
    """The providers of one kind of record page."""

    def __init__(self) -> None:
        self._providers: list[tuple[int, str, Provider]] = []

    def register(self, order: int, provider: Provider) -> Provider:
        """Add a provider; it returns None where it has nothing to show or the viewer may not see it."""
        name = f"{provider.__module__}.{provider.__qualname__}"
        if all(known != name for _, known, _ in self._providers):
            self._providers.append((order, name, provider))
            self._providers.sort(key=lambda entry: entry[:2])
        return provider

    def of(self, request: HttpRequest, record: Any) -> list[Panel]:
        """Return the panels of a record for that viewer, in their order."""
        found = (provider(request, record) for _, _, provider in self._providers)
        return [panel for panel in found if panel is not None]
