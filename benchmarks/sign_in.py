"""300 people sign in to one meeting, half by card at two doors and half by the code on the wall, while the wall asks.

Everything goes through the whole site: the middleware, the session of each telephone (two requests: the code, the tap), the
trail. Twenty telephones are at it at once. Afterwards each of them stands on the list as present, written once. Limit: 10 seconds on
the clock, wall and all; how long the wall waited for an answer is told, not promised.
"""

import re
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from harness import Bench, ms, signed_in

PEOPLE, SECONDS = 300, 10
DOORS, PHONES = 2, 20
WALL_RESTS = 0.5


class Hall:
    """A branch of 300 in a meeting that is under way, its secretary, a card for each, an account for every other one."""

    def __init__(self) -> None:
        from django.db import transaction

        from tests import factories
        from tests.cards.helpers import card, reader
        from tests.meetings.helpers import RUNS, Branch
        from zhibu.apps.accounts.models import Account
        from zhibu.apps.people.events import PartyFactsChanged
        from zhibu.kernel.actor import Actor
        from zhibu.kernel.events import publish

        house = factories.house()
        day = date(2001, 6, 20)
        more = {"political_status": "01", "joined_party_on": day, "full_member_on": day}
        self.people = [factories.person(f"党员{n:03d}", house.root, party=house.east, **more) for n in range(PEOPLE)]
        with transaction.atomic():
            publish(PartyFactsChanged(tuple(one.pk for one in self.people), Actor(is_system=True)))
        self.reader = reader(house.root, "hex")
        for n, person in enumerate(self.people[::2]):
            card(house.root, f"04A2{n:04X}", person, number=f"Y{n}")
        secretary = factories.actor(RUNS, house.east, account_id=1, person_id=self.people[0].pk)
        self.meeting = Branch(house, self.people, secretary).open()
        self.clerks = [
            signed_in(factories.account(f"host{n}", "branch_secretary", house.east)) for n in range(DOORS + 1)
        ]
        accounts = [
            Account(username=f"m{p.pk}", display_name=p.name, person=p, must_change_password=False)
            for p in self.people[1::2]
        ]
        self.phones = [signed_in(one) for one in Account.objects.bulk_create(accounts)]

    def by_card(self, number: int) -> None:
        """Lay a card down at one of the doors."""
        body = {"raw": f"04A2{number:04X}", "source": "wedge", "key": str(uuid.uuid4()), "reader": str(self.reader.uid)}
        url = f"/meetings/{self.meeting.uid}/door/"
        answer = self.clerks[number % DOORS].post(url, body, headers={"HX-Request": "true"})
        if "签到成功" not in answer.content.decode():
            raise SystemExit(f"the door did not sign in card {number}: {answer.status_code}")

    def by_code(self, number: int) -> None:
        """Scan the wall and tap."""
        from zhibu.apps.meetings import codes

        phone = self.phones[number]
        page = phone.get(f"/meetings/code/{codes.code(self.meeting.uid)}/")
        proof = re.search(r'name="proof" value="([^"]+)"', page.content.decode())
        done = phone.post(f"/meetings/scan/{self.meeting.uid}/", {"proof": proof[1] if proof else ""})
        if page.status_code != 200 or "签到成功" not in done.content.decode():
            raise SystemExit(f"telephone {number} did not sign in: {page.status_code} {done.status_code}")


def crowd(
    work: Callable[[int], None], numbers: Sequence[int], hands: int, failed: list[BaseException]
) -> list[threading.Thread]:
    """Return started threads that do the numbered work between them."""
    rest = iter(numbers)
    lock = threading.Lock()

    def run() -> None:
        from django.db import connections

        try:
            while True:
                with lock:
                    number = next(rest, None)
                if number is None:
                    return
                work(number)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(hands)]
    for thread in threads:
        thread.start()
    return threads


def watch(hall: Hall, over: threading.Event, waited: list[float], seen: list[int]) -> None:
    """Ask as the wall does, until it is over."""
    from django.db import connections

    url = f"/meetings/{hall.meeting.uid}/wall/live/"
    while not over.is_set():
        began = time.perf_counter()
        answer: Any = hall.clerks[DOORS].get(url)
        waited.append(time.perf_counter() - began)
        shown = re.search(r"<strong>(\d+)</strong>", answer.content.decode())
        seen.append(int(shown[1]) if shown else -1)
        time.sleep(WALL_RESTS)
    connections.close_all()


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "")
    hall = Hall()
    over, waited, seen, failed = threading.Event(), [], [], []  # type: ignore[var-annotated]
    wall = threading.Thread(target=watch, args=(hall, over, waited, seen))
    half = range(PEOPLE // 2)
    began, used = time.perf_counter(), time.process_time()
    wall.start()
    for thread in [*crowd(hall.by_card, half, DOORS, failed), *crowd(hall.by_code, half, PHONES, failed)]:
        thread.join()
    whole, used = time.perf_counter() - began, time.process_time() - used
    over.set()
    wall.join()
    if failed:
        raise failed[0]
    from zhibu.apps.meetings.models import Attendance

    rows = Attendance.objects.system("benchmark").filter(meeting=hall.meeting)
    once = rows.filter(state="present", rev=2).count()
    if once != PEOPLE or rows.count() != PEOPLE or seen != sorted(seen):
        raise SystemExit(f"{once} of {PEOPLE} signed in once, {rows.count()} on the list; the wall saw {seen}")
    bench.tell(
        f"{PEOPLE} people sign in by card and code, each once",
        whole,
        SECONDS,
        f"{PEOPLE / whole:.0f} a second, {used:.1f} s of a processor",
        "the clock",
        "s",
    )
    p95 = statistics.quantiles(waited, n=20)[-1] if len(waited) > 1 else waited[0]
    bench.tell(
        "the wall meanwhile, 95 of 100 answers",
        p95 * 1000,
        None,
        f"median {ms(statistics.median(waited))}",
        "from asking to the figures",
        "ms",
    )
    bench.end()


if __name__ == "__main__":
    main()
