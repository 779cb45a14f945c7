"""For every test: a fast password hasher, plain static files, tables that may be emptied. See also tests/settings.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db.models import CharField
from django.db.models.signals import pre_save
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import prepared
from tests.chromium import chromium
from tests.e2e.clock import no_clock
from tests.pcsc import no_virtual_reader
from zhibu.kernel.inbox import counting
from zhibu.kernel.serving.memory import settle

if TYPE_CHECKING:
    from tests.factories import House
    from zhibu.kernel.messages.sms.gateway import TestGateway

HERE = Path(__file__).parent


# no test may fail because the machine was busy
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_configure() -> None:
    prepared.FOLDER.mkdir(parents=True, exist_ok=True)
    settle()
    pre_save.connect(_fits_its_columns)
    # a test's rows are taken back behind the trail's back, and the next test's may look alike
    counting.BELIEVED_SECONDS = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def _fits_its_columns(instance: Any, **signal: Any) -> None:
    """Refuse a text that is longer than its column: SQLite takes it, PostgreSQL does not."""
    for column in instance._meta.concrete_fields:
        most, value = getattr(column, "max_length", None), instance.__dict__.get(column.attname)
        if most and isinstance(value, str) and isinstance(column, CharField) and len(value) > most:
            pytest.fail(f"{instance._meta.label}.{column.name} holds {most} signs, not {len(value)}: {value[:60]}")


def pytest_unconfigure() -> None:
    prepared.drop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the test database be a copy of one that is migrated once."""
    prepared.copy_once()


def _signed_in_whole(self: Client, user: Any, backend: Any = None) -> None:
    """Sign in as by the pages, the second factor included; tests of the sign-in itself post its forms."""
    from zhibu.apps.accounts.services import session_list

    _login(self, user, backend)
    session = self.session
    session_list.strengthen(session, "totp")
    session.save()


_login = Client._login
Client._login = _signed_in_whole  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the machine lacks a browser or a virtual reader for; `pytest_terminal_summary` says so."""
    marks = [mark for mark, _ in lacking()]
    without = [item for item in items if any(item.get_closest_marker(mark) for mark in marks)]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]
    items.sort(key=_turn)


#: what takes longest goes to the workers first: a module that is left for the end is waited for by all; the rest of a
#: folder together, for its site is set up once a worker
_LONGEST = (
    "matrix/test_actions.py", "matrix/test_crawl.py", "matrix/test_other_side.py", "e2e/test_axe.py", "matrix", "e2e",
    "crash", "backup",
)  # fmt: skip


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(HERE)
    return next((turn for turn, first in enumerate(_LONGEST) if path.is_relative_to(first)), len(_LONGEST))


def lacking() -> list[tuple[str, str]]:
    """Return (marker, why) of the tests that cannot run on this machine."""
    found = [] if chromium() else [("e2e", "no Chromium on this machine (apt-get install chromium)")]
    if why := no_virtual_reader():
        found.append(("pcsc", f"no virtual card reader: {why}"))
    if why := no_clock():
        found.append(("clock", f"no clock of a site can be set: {why}"))
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, why in lacking():
        terminalreporter.section(f"NOT RUN: {why}", yellow=True)
        for path in sorted(HERE.rglob("test_*.py")):
            if f"mark.{mark}" in path.read_text(encoding="utf-8"):
                terminalreporter.line(f"{path.relative_to(HERE.parent)}  (tests marked {mark})")


@pytest.fixture
def house(db: None) -> "House":
    """The house of tests/factories.py: committee, branches, a department, a station."""
    from tests import factories

    return factories.house()


@pytest.fixture
def clerk(client: Client, house: "House") -> Client:
    """The test client, signed in as the organisation department over the whole house."""
    from tests import factories

    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    return client


@pytest.fixture
def gateway(settings: Any) -> "Iterator[TestGateway]":
    """SMS is on: messages go through a gateway that runs beside the test."""
    from zhibu.kernel.messages.sms.gateway import TestGateway

    with TestGateway() as running:
        settings.SMS = {**settings.SMS, "url": running.url, "timeout": "0.5", "success": "code=0"}
        yield running


@pytest.fixture(autouse=True)
def _audit_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with real transactions ends by emptying every table, which the audit's triggers would refuse.

    The triggers come back with the post_migrate signal that follows the emptying.
    """
    marker = request.node.get_closest_marker("django_db")
    real = "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    if real:
        request.getfixturevalue("transactional_db")
    yield
    if real:
        from django.db import connection

        from zhibu.kernel.audit import triggers

        triggers.empty(connection)
