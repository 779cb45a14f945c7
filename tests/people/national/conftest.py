"""A house with four members, and a clerk of the organisation department."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.people.national.clerk import ONE, THREE, TWO
from zhibu.apps.people.models import Person


@pytest.fixture
def people(house: factories.House) -> list[Person]:
    group = factories.organization("一组", "group", house.east)
    more: dict[str, Any] = {"political_status": "01", "joined_party_on": date(2010, 7, 1), "mobile": "13900000001"}
    return [
        factories.person("张一", house.department, party=group, identity=ONE, education="21", **more),
        factories.person("李二", house.department, party=house.east, identity=TWO, **more),
        factories.person("王三", house.department, party=house.east, birth_date=date(1960, 1, 2), **more),
        factories.person("赵四", house.department, party=house.west, identity=THREE, **more),
        factories.person("群众", house.department, party=house.east, political_status="13"),
    ]


@pytest.fixture
def clerk(client: Client, house: factories.House) -> Client:
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    return client
