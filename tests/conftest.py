"""For every test: a fast password hasher, plain static files, tables that may be emptied. See also tests/settings.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.chromium import chromium

if TYPE_CHECKING:
    from zhibu.kernel.messages.sms.gateway import TestGateway

HERE = Path(__file__).parent


# no test may fail because the machine was busy
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


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
    """Leave the browser tests out where there is no browser; `pytest_terminal_summary` says so."""
    if chromium():
        return
    without = [item for item in items if item.get_closest_marker("e2e")]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium():
        return
    named = [path for path in sorted(HERE.rglob("test_*.py")) if "mark.e2e" in path.read_text(encoding="utf-8")]
    terminalreporter.section("NOT RUN: no Chromium on this machine (apt-get install chromium)", yellow=True)
    for path in named:
        terminalreporter.line(f"{path.relative_to(HERE.parent)}  (tests marked e2e)")


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

        triggers.drop(connection)
