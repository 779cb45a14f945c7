"""Cards to try things on."""

import itertools
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.cards.models import Card, CardBatch, ReaderProfile
from zhibu.apps.cards.services.batches import open_batch
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.apps.people.models import Person
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

PERMISSIONS = (
    "cards.view",
    "cards.manage",
    "cards.issue",
    "cards.identify",
    "cards.log",
    "people.view",
    "organizations.view",
)
_numbers = itertools.count(1)


def clerk(at: Organization, **more: Any) -> Actor:
    """Make somebody who may do everything with cards there."""
    return factories.actor(PERMISSIONS, at, **more)


def batch(at: Organization) -> CardBatch:
    """Make an empty batch."""
    with transaction.atomic():
        return open_batch(at, localdate(), 0)


def card(at: Organization, chip: str = "", holder: Person | None = None, **more: Any) -> Card:
    """Make a card: blank, or in use by somebody; findable at once."""
    number = next(_numbers)
    more.setdefault("number", f"K{number:06d}")
    if holder is not None:
        more = {"state": "active", "issued_on": localdate(), "holder": holder, **more}
    made: Card = Card.objects.create(organization=at, batch=batch(at), chip=chip or f"04{number:06X}", **more)
    if holder is not None:
        search.rewrite_keys([holder])
    return made


def reader(at: Organization, form: str = "hex", length: int = 0, name: str = "") -> ReaderProfile:
    """Make a reader profile."""
    made: ReaderProfile = ReaderProfile.objects.create(organization=at, name=name or form, form=form, length=length)
    return made


def do(code: str, actor: Actor, obj: Any = None, data: Any = None, **more: Any) -> Any:
    """Perform an act and return what came of it."""
    return actions.perform(actions.get(code), actor, uid=obj.uid if obj else None, data=data, **more).result
