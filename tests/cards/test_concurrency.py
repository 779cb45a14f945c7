"""Two clerks at once: one card for one person, one person for one card."""

from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.cards.helpers import card, clerk, do
from zhibu.apps.cards.models import Card
from zhibu.apps.cards.services.cards import Issue, IssueTo
from zhibu.kernel.actions import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def active() -> int:
    """Count the cards in use, where the threads wrote them."""
    found: int = elsewhere(lambda: Card.objects.system("test").filter(state="active").count())
    return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A house with two people and two cards; on SQLite the threads share a file, not the test's database in memory."""
    house = factories.house()
    made = {
        "clerk": clerk(house.root), "chen": factories.person("陈桂芳", house.station),
        "zhang": factories.person("张伟", house.station), "first": card(house.root), "second": card(house.root),
    }  # fmt: skip
    share_database(tmp_path, monkeypatch)
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
