"""`zhibu demo` where it has run before, and what its seed decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import transaction

from tests import factories
from tests.demo.test_command import names, run
from zhibu.apps.workbench.demo import load

pytestmark = pytest.mark.django_db
Names = list[tuple[str, str]]


@dataclass(frozen=True)
class Ran:
    """What the first run said; the people it left, those the same seed invented before, and those of another seed."""

    said: str
    people: Names
    before: Names
    others: Names


@pytest.fixture(scope="module")
def ran(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Ran]:
    """The demonstration of seed 7, loaded by the command and taken back behind the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "DEMO", False)
        patch.setenv("ZHIBU_DEMO", "0")
        others, before = invented(4), invented(7)
        said = run("--people", "200", "--seed", "7")
        yield Ran(said, names(), before, others)
        transaction.set_rollback(True)


def invented(seed: int) -> Names:
    """Return whom a seed invents, and leave nobody."""
    with transaction.atomic():
        load.load(200, seed)
        found = names()
        transaction.set_rollback(True)
    return found


def test_first_run_loads_and_second_run_leaves_everything_alone(ran: Ran) -> None:
    assert "200 人" in ran.said
    assert "密码都是 zhibu-demo-2026" in ran.said
    second = run("--people", "300")
    assert "shuji" in second
    assert "装入" not in second
    assert names() == ran.people


def test_the_same_seed_invents_the_same_people_and_another_one_others(ran: Ran) -> None:
    assert ran.people == ran.before != ran.others


def test_a_demonstration_in_which_somebody_made_an_account_starts_again(ran: Ran) -> None:
    factories.account("visitor")
    assert "装入" not in run()
    with pytest.raises(CommandError, match="正式数据"):  # it may be in earnest by now
        run("--reset")
    assert names() == ran.people
