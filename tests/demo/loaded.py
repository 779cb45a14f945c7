"""The demonstration, loaded once for a module of tests and taken back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from zhibu.apps.accounts.models import Account
from zhibu.apps.workbench.demo.load import Loaded, load
from zhibu.kernel.audit import AuditEntry

PEOPLE, SEED = 300, 2026


@pytest.fixture(scope="module")
def demo(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Loaded]:
    """Three hundred invented people and their organisations."""
    with django_db_blocker.unblock(), transaction.atomic():
        if connection.vendor == "sqlite":  # tests that emptied the tables before left the count of lines where it was
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [AuditEntry._meta.db_table])
        yield load(PEOPLE, SEED)
        transaction.set_rollback(True)


def account(username: str) -> Account:
    """The demo account of that name."""
    found: Account = Account.objects.system("test").get(username=username)
    return found
