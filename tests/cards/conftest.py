"""Somebody whom the workstation serves, and a machine with a reader at its desk."""

from pathlib import Path

import pytest

from tests import factories
from tests.cards.machines import Machine
from zhibu.apps.people.models import Affiliation, Person


@pytest.fixture
def chen(house: factories.House) -> Person:
    made = factories.person("陈桂芳", house.root, party=house.east)
    Affiliation.objects.create(person=made, organization=house.station, kind="service", since=factories.LONG_AGO)
    return made


@pytest.fixture
def machine(house: factories.House, tmp_path: Path) -> Machine:
    return Machine(house.station, tmp_path / "machine")
