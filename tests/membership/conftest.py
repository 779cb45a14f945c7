"""Two branches with members, and the organisation department that keeps them."""

from datetime import date
from typing import Any

import pytest

from tests import factories
from tests.membership.helpers import CLERK, member
from zhibu.apps.membership.models import Member
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor


@pytest.fixture
def office(house: factories.House) -> Actor:
    return factories.actor(CLERK, house.root)


@pytest.fixture
def act(office: Actor) -> Act:
    return Act(office, "membership.test")


@pytest.fixture
def li(house: factories.House) -> Member:
    """A full member of the east branch since 2001."""
    return member("李建国", house, admitted=date(2000, 6, 20), full=date(2001, 6, 20), birth_date=date(1970, 5, 1))


@pytest.fixture
def wang(house: factories.House) -> Member:
    """A probationary member of the east branch since 2026-03-10."""
    return member("王小芳", house, admitted=date(2026, 3, 10), birth_date=date(1995, 2, 1))


@pytest.fixture
def group(house: factories.House) -> Any:
    return factories.organization("东山支部第一党小组", "group", house.east)
