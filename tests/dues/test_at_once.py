"""Two tellers enter the same payment at the same moment, a notice arrives twice at once: one of them counts."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.dues.helpers import ALL, agrees, assessed, do, fixed, owed, pay, payer
from zhibu.apps.dues.models import Callback, Incoming, Payment
from zhibu.apps.dues.providers import local
from zhibu.apps.dues.services import ordering
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_two_tellers_and_two_notices_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.DUES_PROVIDER = "local"
    house = factories.house()
    one, two = (factories.actor(ALL, house.root, account_id=n) for n in (1, 2))
    people = [payer(house, "李建国"), payer(house, "王秀英")]
    for person in people:
        fixed(one, person)
    assessed(one, house.root)
    me = Actor(account_id=9, person_id=people[1].pk, name="王秀英")
    order = do(me, "dues.order.make", people[1], ordering.NewOrder(owed(people[1])))
    said = {"order": order.number, "trade": "T1", "kind": "paid", "amount": str(order.amount)}
    body = json.dumps(said).encode()
    share_database(tmp_path, monkeypatch)

    def notice() -> None:
        assert ordering.hear("local", body, local.sign(body))[0]

    raised = together(lambda: pay(one, owed(people[0])), lambda: pay(two, owed(people[0])), notice, notice)
    assert [type(error) for error in raised if not isinstance(error, IndexError)] in ([Refused], []), raised

    def check() -> None:
        assert Payment.objects.system("test").count() == 2
        assert Incoming.objects.system("test").count() == 1
        assert sorted(one.verdict for one in Callback.objects.system("test")) == ["paid", "repeated"]
        assert all(row.settled and row.amount == Decimal("90.00") for person in people for row in owed(person))
        agrees(house.root)

    elsewhere(check)
