"""The secretaries of both branches and the department above them."""

import pytest

from tests import factories
from tests.transfers.helpers import DEPARTMENT, SECRETARY, member
from zhibu.apps.membership.models import Member
from zhibu.kernel.actor import Actor


@pytest.fixture
def east(house: factories.House) -> Actor:
    return factories.actor(SECRETARY, house.east, account_id=1)


@pytest.fixture
def west(house: factories.House) -> Actor:
    return factories.actor(SECRETARY, house.west, account_id=2)


@pytest.fixture
def clerk(house: factories.House) -> Actor:
    return factories.actor(DEPARTMENT, house.root, account_id=3)


@pytest.fixture
def li(house: factories.House) -> Member:
    return member(house)
