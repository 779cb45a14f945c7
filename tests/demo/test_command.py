"""`zhibu demo` where it has no business, and with words that mean nothing; see also test_again.py."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person


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
