"""What the tests of membership share."""

from datetime import date
from typing import Any

from django.db import transaction

from tests import factories
from zhibu.apps.membership.models import Member
from zhibu.apps.people.events import PartyFactsChanged
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish

CLERK = (
    "membership.view",
    "membership.contact",
    "membership.manage",
    "membership.status",
    "membership.discipline",
    "people.see.discipline",
    "people.view",
    "people.affiliate",
    "people.see.party",
    "people.edit.party",
    "people.edit.work",
    "organizations.view",
)


def member(
    name: str,
    house: factories.House,
    *,
    at: Any = None,
    admitted: date | None = date(2000, 6, 20),
    full: date | None = None,
    **more: Any,
) -> Member:
    """Make a person with an open party relation, and the member that comes of it by itself."""
    more.setdefault("political_status", "01" if full else "02")
    person = factories.person(
        name, house.root, party=at or house.east, joined_party_on=admitted, full_member_on=full, **more
    )
    with transaction.atomic():
        publish(PartyFactsChanged((person.pk,), Actor(is_system=True)))
    made: Member = Member.objects.system("test").get(person=person)
    return made


def reread(made: Member) -> Member:
    found: Member = Member.objects.system("test").get(pk=made.pk)
    return found
