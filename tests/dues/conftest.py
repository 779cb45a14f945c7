"""Somebody who may do everything over the house, a second one, and a branch of two."""

import pytest

from tests import factories
from tests.dues.helpers import ALL, fixed, payer
from zhibu.kernel.actor import Actor


@pytest.fixture
def office(house: factories.House) -> Actor:
    return factories.actor(ALL, house.root, account_id=1)


@pytest.fixture
def second(house: factories.House) -> Actor:
    return factories.actor(ALL, house.root, account_id=2)


@pytest.fixture
def third(house: factories.House) -> Actor:
    return factories.actor(ALL, house.root, account_id=3)


@pytest.fixture
def two(house: factories.House, office: Actor) -> list:
    people = [payer(house, "李建国"), payer(house, "王秀英")]
    fixed(office, people[0], "6000")
    fixed(office, people[1], "5000", "retired")
    return people
