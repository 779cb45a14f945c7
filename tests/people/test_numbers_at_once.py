"""Two clerks give one staff number at the same moment, one of them in small letters: one gets it, the other reads why not."""

from functools import partial
from pathlib import Path

import pytest

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.people.test_staff_numbers import MAY, number
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Refused

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_one_of_two_gets_a_number_that_differs_by_case_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = factories.house()
    people = [factories.person(name, house.east) for name in ("陈桂芳", "王小明")]
    clerk = factories.actor(MAY, house.root)
    share_database(tmp_path, monkeypatch)
    for turn in range(8):
        raised = together(
            *(partial(number, clerk, p, f"{hc}{turn}") for p, hc in zip(people, ("HC", "hc"), strict=True))
        )
        assert [(type(error), getattr(error, "field", "")) for error in raised] == [(Refused, "staff_number")]
        rows = Person.objects.system("test").filter(staff_number__iendswith=f"hc{turn}")
        assert len(elsewhere(lambda rows=rows: list(rows.all()))) == 1
