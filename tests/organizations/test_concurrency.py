"""Two clerks at once: every child gets a path of its own, and a move never leaves a child behind."""

from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.organizations.helpers import ALL, assert_consistent, do
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM, Actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture
def chief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Who may do everything under a new root; on SQLite the threads share a file, not the test's database in memory."""
    with transaction.atomic():
        root = create_root(Act(SYSTEM, "organizations.set_up"), name="本单位")
    share_database(tmp_path, monkeypatch)
    return factories.actor(ALL, root)


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
