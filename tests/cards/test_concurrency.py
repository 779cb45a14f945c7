"""Two clerks at once: one card for one person, one person for one card."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests import factories
from tests.cards.helpers import card, clerk, do
from zhibu.apps.cards.models import Card
from zhibu.apps.cards.services.cards import Issue, IssueTo
from zhibu.kernel.actions import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def together(*jobs: Callable[[], Any]) -> list[Exception]:
    """Run the jobs in threads that start at the same moment; return what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], Any]) -> None:
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


def active() -> int:
    """Count the cards in use, where the threads wrote them."""
    found: list[int] = []
    assert together(lambda: found.append(Card.objects.system("test").filter(state="active").count())) == []
    return found[0]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A house with two people and two cards; on SQLite the threads share a file, not the test's database in memory."""
    house = factories.house()
    made = {
        "clerk": clerk(house.root), "chen": factories.person("陈桂芳", house.station),
        "zhang": factories.person("张伟", house.station), "first": card(house.root), "second": card(house.root),
    }  # fmt: skip
    if connection.vendor == "sqlite":
        file = str(tmp_path / "shared.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [file])
        monkeypatch.setitem(connections.settings["default"], "NAME", file)
    return made


def test_two_clerks_give_one_card_to_two_people(desk: dict[str, Any]) -> None:
    raised = together(
        lambda: do("cards.card.issue", desk["clerk"], desk["first"], Issue(desk["chen"])),
        lambda: do("cards.card.issue_to", desk["clerk"], desk["zhang"], IssueTo(desk["first"])),
    )
    assert [type(error) for error in raised] == [Refused]
    assert active() == 1


def test_two_clerks_give_two_cards_to_one_person(desk: dict[str, Any]) -> None:
    raised = together(
        lambda: do("cards.card.issue", desk["clerk"], desk["first"], Issue(desk["chen"])),
        lambda: do("cards.card.issue", desk["clerk"], desk["second"], Issue(desk["chen"])),
    )
    assert [str(error) for error in raised] == ["此人已有一张使用中的卡。请先办理挂失、收回，或在那张卡上办理换卡。"]
    assert active() == 1
