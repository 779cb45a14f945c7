"""A house with two clerks, one over each side, and a worker that is run by hand."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.imports.desk import Desk


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    """Uploads and staged rows of one test only."""
    settings.FILES = tmp_path / "files"
    settings.STAGING = tmp_path / "staging"


@pytest.fixture
def clerk(house: factories.House) -> Any:
    """Li of the organisation department, over everything."""
    return factories.account("li", "organization_department", house.root)


@pytest.fixture
def desk(clerk: Any) -> Desk:
    """Li at the wizard for people, putting them into the root unit."""
    client = Client()
    client.force_login(clerk)
    return Desk(client)
