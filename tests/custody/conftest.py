"""The clerk of the workstation, who does most of it."""

import pytest

from tests import factories
from tests.custody.helpers import CLERK
from zhibu.kernel.actor import Actor


@pytest.fixture
def clerk(house: factories.House) -> Actor:
    return factories.actor(CLERK, house.station)
