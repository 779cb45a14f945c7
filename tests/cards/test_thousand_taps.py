"""Four readers at once, 250 cards each: everything logged, in order, once; on real threads and a shared database."""

import time
from pathlib import Path

import pytest
from django.core.cache import cache

from tests import factories
from tests.at_once import elsewhere, share_database, together
from tests.cards.helpers import card
from tests.cards.machines import Machine
from zhibu.apps.cards.models import Tap
from zhibu.apps.people.models import Affiliation
from zhibu.reader.link import Away

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
READERS, EACH = 4, 250


def work(machine: Machine) -> None:
    """Tap everything while the line loses an answer now and then; what is on the disk is sent between."""
    for number in range(1, EACH + 1):
        machine.tap("04A1B2C3", send=False)
        machine.line.deaf = number % 60 == 0
        if number % 20 == 0:
            try:
                machine.agent.send()
            except Away:
                machine.line.deaf = False
    machine.line.deaf = False
    machine.agent.send()


def test_a_thousand_taps_from_four_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    house = factories.house()
    person = factories.person("陈桂芳", house.root)
    Affiliation.objects.create(person=person, organization=house.station, kind="service", since=factories.LONG_AGO)
    card(house.root, "04A1B2C3", person)
    machines = [Machine(house.station, tmp_path / str(n), f"{n} 号窗口") for n in range(READERS)]
    share_database(tmp_path, monkeypatch)
    began = time.monotonic()
    raised = together(*(lambda machine=machine: work(machine) for machine in machines))  # type: ignore[misc]
    print(f"1,000 taps from 4 readers: {time.monotonic() - began:.1f} s")
    assert raised == []
    for machine in machines:
        rows = Tap.objects.system("test").filter(device=machine.device, outcome="identified").order_by("pk")
        assert elsewhere(lambda rows=rows: list(rows.values_list("sequence", flat=True))) == list(range(1, EACH + 1))
