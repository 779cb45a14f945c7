"""Who attends a meeting as a guest because of where they stand: other apps register who they know (floating members, 双重组织生活)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Guest:
    """Somebody who takes part without a vote; unit: where they come from; ground: why they are asked."""

    person_id: int | None
    name: str
    unit: str = ""
    ground: str = ""


Provider = Callable[[Sequence[int], date], list[Guest]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a source of guests: function(ids of organisations, day) -> guests. Constant number of queries."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def collect(organization_ids: Sequence[int], day: date) -> list[Guest]:
    """Return the guests of these organisations on a day, from every source."""
    return [guest for provider in _providers for guest in provider(organization_ids, day)]
