"""The branch that most of it is about."""

import pytest

from tests import factories
from tests.meetings.helpers import Branch
from tests.meetings.helpers import branch as made


@pytest.fixture
def branch(house: factories.House) -> Branch:
    return made(house)
