"""Whom a row of somebody else's sheet means: by the number of today, and by that of a record that became part of theirs."""

from typing import Any

import pytest

from tests import factories
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.merge import MergeInto
from zhibu.apps.people.services.recognising import UNKNOWN, PersonRow, recognise
from zhibu.kernel import actions
from zhibu.kernel.actions import perform
from zhibu.kernel.imports.spec import Row

pytestmark = pytest.mark.django_db


def meant(reach: Any, *rows: tuple[str, str]) -> list[tuple[str | None, list[str]]]:
    """Return (staff number of whom it means, what is wrong) of each (number, name)."""
    judged = [
        PersonRow(Row(n, {}), values={"staff_number": number, "name": name}) for n, (number, name) in enumerate(rows)
    ]
    recognise(reach, judged)
    return [(row.person and row.person.staff_number, [issue.message for issue in row.issues]) for row in judged]


def test_the_number_of_a_merged_record_goes_on_meaning_who_remained(house: factories.House) -> None:
    may = ("people.view", "people.merge", "organizations.view")
    numbers = ("GH1", "GH2", "GH3")
    first, second, third = (factories.person("陈桂芳", house.east, staff_number=number) for number in numbers)
    for into, dropped in ((second, first), (third, second)):
        data = MergeInto(dropped=dropped, reason="核对为同一人")
        perform(actions.get("people.person.merge"), factories.actor(may, house.root), uid=into.uid, data=data)
    reach = Person.objects.visible_to(factories.actor(may, house.east))
    rows = (("gh1", "陈桂芳"), ("GH2", "陈桂芳"), ("GH3", "陈桂芳"), ("GH9", "陈桂芳"))
    assert meant(reach, *rows) == [("GH3", []), ("GH3", []), ("GH3", []), (None, [UNKNOWN])]
    elsewhere = Person.objects.visible_to(factories.actor(may, house.west))
    assert meant(elsewhere, *rows) == [(None, [UNKNOWN])] * 4
