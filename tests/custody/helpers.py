"""People in care for tests, and those who look after them."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.custody.models import CareRecord
from zhibu.apps.custody.services.cares import Details, Open
from zhibu.apps.custody.services.records import Service
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

CLERK = ("custody.view", "custody.manage", "custody.serve", "people.view", "organizations.view")


def served(house: factories.House, name: str = "陈桂芳", **more: Any) -> Person:
    """Make somebody in care whom the station serves."""
    more.setdefault("employment", "in_care")
    made = factories.person(name, house.root, birth_date=date(1968, 2, 1), **more)
    Affiliation.objects.create(person=made, organization=house.station, kind="service", since=factories.LONG_AGO)
    return made


def do(actor: Actor, code: str, obj: Any, data: Any, **more: Any) -> Any:
    """Perform an act and return what came of it."""
    more.setdefault("key", uuid.uuid4())
    uid = obj.uid if obj is not None else None
    return actions.perform(actions.get(code), actor, uid=uid, data=data, **more).result


def opened(actor: Actor, person: Person, at: Any, days_ago: int = 400, **more: Any) -> CareRecord:
    """Open a record of care some days ago."""
    more.setdefault("category", "off_post")
    more.setdefault("visit_months", 6)
    data = Open(at, localdate() - timedelta(days=days_ago), Details(**more))
    made: CareRecord = do(actor, "custody.care.open", person, data)
    return made


def visit(days_ago: int = 0, **more: Any) -> Service:
    """Return a visit."""
    values = {"kind": "visit", "on": localdate() - timedelta(days=days_ago), "place": "家中", "words": "精神尚好"}
    return Service(**{**values, **more})
