"""Up to which month a member's dues are paid: whoever keeps dues says so, and the letter carries it.

    from zhibu.apps.transfers import paid_to
    paid_to.register(provider)

provider(person_ids, on) -> {person_id: first day of the last month paid}; whoever it does not name, the clerk types.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

Provider = Callable[[Sequence[int], date], Mapping[int, date]]
_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Let a provider answer; the last one registered is asked last and wins."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def known(person_ids: Sequence[int], on: date) -> dict[int, date]:
    """Return person id -> first day of the last month paid, for those of whom it is known."""
    found: dict[int, date] = {}
    for provider in _PROVIDERS:
        found.update(provider(person_ids, on))
    return found
