"""Who lies directly in an organisation, as a viewer may know it: told by whoever holds the people (an app above)."""

from collections.abc import Callable
from dataclasses import dataclass

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class Resident:
    """Somebody who can be sent to a new organisation: a key that means them, their name, and what tells them apart."""

    key: str
    name: str
    detail: str = ""


#: function(actor, organization, most) -> residents in the order of their names, `most` at the utmost
Provider = Callable[[Actor, Organization, int], list[Resident]]
_provider: list[Provider] = []


def register(provider: Provider) -> None:
    """Say who knows the people."""
    _provider[:] = [provider]


def residents(actor: Actor, organization: Organization, most: int) -> list[Resident]:
    """Return who belongs to the organisation itself (not to what lies under it) and is in the actor's reach."""
    return _provider[0](actor, organization, most) if _provider else []
