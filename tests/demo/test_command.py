"""`zhibu demo` on an empty database, a second time, and where it has no business."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.apps.workbench.demo import load


@pytest.fixture(autouse=True)
def as_before(settings: Any, monkeypatch: pytest.MonkeyPatch, db: Any) -> None:
    """Take back what the command tells the processes it starts."""
    settings.DEMO = False
    monkeypatch.setenv("ZHIBU_DEMO", "0")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("demo", "--no-serve", *words, stdout=out)
    return out.getvalue()


def names() -> list[tuple[str, str]]:
    return list(Person.objects.system("test").order_by("pk").values_list("name", "mobile"))


def test_first_run_loads_and_second_run_leaves_everything_alone() -> None:
    first = run("--people", "200", "--seed", "7")
    assert "200 人" in first
    assert "密码都是 zhibu-demo-2026" in first
    people = names()
    second = run("--people", "300")
    assert "shuji" in second
    assert "装入" not in second
    assert names() == people


def test_the_same_seed_invents_the_same_people_and_another_one_others() -> None:
    found = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            load.load(200, seed)
            found.append(names())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


def test_a_demonstration_in_which_somebody_made_an_account_starts_again() -> None:
    run("--people", "200", "--seed", "7")
    people = names()
    factories.account("visitor")
    assert "装入" not in run()
    with pytest.raises(CommandError, match="正式数据"):  # it may be in earnest by now
        run("--reset")
    assert names() == people


@pytest.mark.parametrize("words", [(), ("--reset",)])
def test_real_data_is_never_touched(words: tuple[str, ...]) -> None:
    root = factories.organization("真实单位")
    factories.person("真实的人", root)
    factories.account("boss", "admin", root)
    with pytest.raises(CommandError, match="正式数据"):
        run(*words)
    assert [name for name, _ in names()] == ["真实的人"]
    assert not Account.objects.system("test").filter(is_demo=True).exists()


@pytest.mark.parametrize("number", ["0", "199", "50001", "many", "１"])
def test_a_wrong_number_of_people_is_named(number: str) -> None:
    with pytest.raises(CommandError, match="人数应是 200 到 50000 之间的整数"):
        run("--people", number)
    assert names() == []
