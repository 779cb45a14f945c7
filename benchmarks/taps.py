"""A tap, from the call of the agent (or the keys of a keyboard reader) to the answer, and a thousand taps from four readers.

The bare view does one indexed read and one committed insert through the same middleware. The call of the agent carries one tap and
is signed twice; the whole work is in it: whose card, whether the desk serves them, the log, the trail. Limits: 5 × the bare view,
95 of 100 answers within 100 ms on the clock, growth 1.5 × up to a million cards. Then a thousand taps from four machines, 25 a
second each: all logged in order, none twice, and how long they waited (told, not promised: the four machines, their disks and
the server share one interpreter here).
"""

import statistics
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

from harness import Bench, alternate, batches, ms, signed_in, timed

LIMIT, P95, GROWTH = 5, 0.1, 1.5
SIZES = (10_000, 100_000, 1_000_000)
READERS, EACH, SECONDS = 4, 250, 10
CHIP = "04A1B2C3"


def bare_view(request: Any) -> Any:
    """One indexed read, one committed insert, as little around them as Django allows."""
    from django.db import connection, transaction
    from django.http import HttpResponse

    from zhibu.apps.cards.models import Card

    with transaction.atomic():
        number = Card.objects.system("bare view").filter(chip=request.POST["chip"]).values_list("number", flat=True)[0]
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare (number, at) VALUES (%s, %s)", [number, "2026-01-01 00:00"])
    return HttpResponse(number)


class Office:
    """A station with a person who has a card, a clerk at the desk, and machines with readers."""

    def __init__(self, bench: Bench) -> None:
        from django.db import connection
        from django.urls import clear_url_caches, path

        from tests import factories
        from tests.cards.helpers import batch, card
        from zhibu import urls
        from zhibu.apps.cards import machine_views
        from zhibu.apps.people.models import Affiliation

        machine_views.CALLS = 10**9  # so many a minute are refused
        urls.urlpatterns.append(path("bare/", bare_view))
        clear_url_caches()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare (number text, at text)")
        self.house = factories.house()
        person = factories.person("陈桂芳", self.house.root)
        Affiliation.objects.create(
            person=person, organization=self.house.station, kind="service", since=factories.LONG_AGO
        )
        self.person, self.batch, self.cards = person, batch(self.house.root), 1
        card(self.house.root, CHIP, person, number="Z1")
        self.clerk = signed_in(factories.account("clerk", "workstation_clerk", self.house.station))
        self.folder = Path(tempfile.mkdtemp(dir=bench.folder))

    def grow(self, size: int) -> None:
        """Let there be so many cards."""
        from django.db import connection

        from zhibu.apps.cards.models import Card

        more = {"organization": self.house.root, "batch": self.batch, "state": "returned", "holder": self.person}
        more["issued_on"] = date(2020, 1, 1)
        for part in batches(range(self.cards, size), 5000):
            Card.objects.bulk_create([Card(number=f"B{n:08d}", chip=f"05{n:012X}", **more) for n in part])
        self.cards = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def machine(self, name: str) -> Any:
        """Return a machine enrolled at the station."""
        from tests.cards.machines import Machine

        return Machine(self.house.station, self.folder / name, name)


def measure(bench: Bench, office: Office, machine: Any, reader: Any) -> float:
    """Measure at the present number of cards; return the ratio of the agent's tap."""
    import uuid

    def tap() -> None:
        machine.agent.link.call([prepared.pop()])

    def wedge() -> None:
        body = {"raw": CHIP, "source": "wedge", "key": str(uuid.uuid4()), "reader": reader.uid}
        answer = office.clerk.post("/desk/", body, headers={"HX-Request": "true"})
        if "陈桂芳" not in answer.content.decode():
            raise SystemExit("the desk does not know the card")

    def bare() -> None:
        if office.clerk.post("/bare/", {"chip": CHIP}).status_code != 200:
            raise SystemExit("the bare view fails")

    rounds = bench.options.rounds
    # what the agent does on its own disk is no part of the server's answer
    prepared = [machine.store.add(CHIP, storage=True) for _ in range(rounds * 2 + 3)][::-1]
    spent = alternate({"tap": tap, "wedge": wedge, "bare": bare}, rounds)
    clock = [timed(tap)[0] for _ in range(rounds)]
    machine.store.taken(10**9)
    at, raw = f"{office.cards:,} cards", f"bare view {ms(spent['bare'])}"
    ratio = spent["tap"] / spent["bare"]
    bench.tell(f"tap by an agent, {at}", ratio, LIMIT, ms(spent["tap"]), raw)
    bench.tell(f"tap by a keyboard reader, {at}", spent["wedge"] / spent["bare"], LIMIT, ms(spent["wedge"]), raw)
    p95 = statistics.quantiles(clock, n=20)[-1]
    bench.tell(
        f"tap by an agent, 95 of 100, {at}",
        p95 * 1000,
        P95 * 1000,
        f"median {ms(statistics.median(clock))}",
        "clock on the wall",
        "ms",
    )
    return ratio


def burst(bench: Bench, office: Office) -> None:
    """A thousand taps from four machines in ten seconds; each machine reads and sends at once, as the agent does."""
    from zhibu.apps.cards.models import Tap

    machines = [office.machine(f"burst {n}") for n in range(READERS)]
    waited: list[float] = []
    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(one, waited)) for one in machines for work in (read, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    for machine in machines:
        rows = Tap.objects.system("benchmark").filter(device=machine.device).order_by("pk")
        if list(rows.values_list("sequence", flat=True)) != list(range(1, EACH + 1)):
            raise SystemExit("taps are lost, doubled or out of order")
    p95 = statistics.quantiles(waited, n=20)[-1]
    told = f"median {ms(statistics.median(waited))}, slowest {ms(max(waited))}"
    bench.tell("1,000 taps from 4 readers, all in order and once", whole, SECONDS + 2, told, "10 s of tapping", "s")
    bench.tell("1,000 taps from 4 readers, 95 of 100", p95 * 1000, None, told, "from the card to the answer", "ms")


def read(machine: Any, waited: list[float]) -> None:
    """Lay a card down 25 times a second."""
    began = time.perf_counter()
    for number in range(EACH):
        time.sleep(max(0.0, began + number * SECONDS / EACH - time.perf_counter()))
        machine.laid[number + 1] = time.perf_counter()
        machine.tap(CHIP, send=False)


def send(machine: Any, waited: list[float]) -> None:
    """Send what lies on the disk, again and again."""
    count = 0
    while count < EACH:
        if not (taps := machine.store.pending(50)):
            time.sleep(0.002)
            continue
        taken = machine.agent.link.call(taps)["taken"]
        now = time.perf_counter()
        waited += [now - machine.laid[tap.sequence] for tap in taps]
        machine.store.taken(taken)
        count += len(taps)


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", size=1_000_000, rounds=60)
    office = Office(bench)
    from tests.cards.helpers import reader

    machine, profile = office.machine("one"), reader(office.house.root, "hex")
    sizes = [size for size in SIZES if size <= bench.options.size]
    ratios = {}
    for size in sizes:
        office.grow(size)
        ratios[size] = measure(bench, office, machine, profile)
    growth = ratios[sizes[-1]] / ratios[sizes[0]]
    bench.tell(
        f"tap, growth from {sizes[0]:,} to {sizes[-1]:,} cards",
        growth,
        GROWTH,
        "ratio at the largest",
        "ratio at the smallest",
    )
    burst(bench, office)
    bench.end()


if __name__ == "__main__":
    main()
