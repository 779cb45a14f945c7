"""The branch and the clock."""

import pytest

from tests import factories
from tests.development import helpers


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> helpers.Clock:
    return helpers.Clock(monkeypatch)


@pytest.fixture
def branch(house: factories.House, clock: helpers.Clock) -> helpers.Branch:
    return helpers.branch(house, clock)
