"""Set up before Django is: a data folder of the test run's own, a fast password hasher, tables that may be emptied."""

import os
import tempfile
from collections.abc import Iterator

_DATA = tempfile.mkdtemp(prefix="zhibu-test-")
os.environ["ZHIBU_DATA"] = _DATA

import pytest  # noqa: E402
from django.conf import settings  # noqa: E402


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


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
