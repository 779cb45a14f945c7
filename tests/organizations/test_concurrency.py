"""Two clerks at once: every child gets a path of its own, and a move never leaves a child behind."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests import factories
from tests.organizations.helpers import ALL, assert_consistent, do
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM, Actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def together(*jobs: Callable[[], object]) -> list[Exception]:
    """Run the jobs in threads that start at the same moment; return what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            job()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


@pytest.fixture
def chief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Who may do everything under a new root; on SQLite the threads share a file, not the test's database in memory."""
    with transaction.atomic():
        root = create_root(Act(SYSTEM, "organizations.set_up"), name="本单位")
    if connection.vendor == "sqlite":
        file = str(tmp_path / "shared.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [file])
        monkeypatch.setitem(connections.settings["default"], "NAME", file)
    return factories.actor(ALL, root)


def elsewhere(job: Callable[[], Any]) -> Any:
    """Run a job in a thread of its own, where the shared database is; return its result."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_closing, job).result(timeout=60)


def _closing(job: Callable[[], Any]) -> Any:
    try:
        return job()
    finally:
        connections.close_all()


def root() -> Organization:
    return Organization.objects.system("test").get(parent=None)


def create(chief: Actor, parent: Organization, name: str, kind: str = "department") -> Organization:
    made: Organization = do("organizations.organization.create", chief, parent=parent, kind=kind, name=name)
    return made


def test_two_at_once_under_one_parent_get_two_paths_and_two_codes(chief) -> None:
    top = elsewhere(root)

    def found_five(clerk: str) -> None:
        for number in range(5):
            create(chief, top, f"{clerk}{number}")

    assert together(lambda: found_five("甲"), lambda: found_five("乙")) == []
    rows = elsewhere(lambda: list(Organization.objects.system("test").exclude(parent=None)))
    assert len({row.path for row in rows}) == len({row.code for row in rows}) == 10
    elsewhere(assert_consistent)


def test_a_child_founded_while_its_parent_moves_goes_along(chief) -> None:
    top = elsewhere(root)
    for number in range(5):
        moving = elsewhere(partial(create, chief, top, f"移动部{number}"))
        target = elsewhere(partial(create, chief, top, f"目标部{number}"))
        raised = together(
            partial(do, "organizations.organization.move", chief, moving, parent=target),
            partial(create, chief, moving, f"新科{number}"),
        )
        assert all(isinstance(error, Refused) and error.code == "busy" for error in raised), raised
        elsewhere(assert_consistent)


def test_two_moves_against_each_other_make_no_circle(chief) -> None:
    top = elsewhere(root)
    for number in range(5):
        one = elsewhere(partial(create, chief, top, f"甲{number}"))
        two = elsewhere(partial(create, chief, top, f"乙{number}"))
        raised = together(
            partial(do, "organizations.organization.move", chief, one, parent=two),
            partial(do, "organizations.organization.move", chief, two, parent=one),
        )
        assert len(raised) >= 1
        assert all(isinstance(error, Refused) for error in raised), raised
        elsewhere(assert_consistent)
