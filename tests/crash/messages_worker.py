"""For the crash test: `tell N` writes a notice to N people, without a word the outbox is worked off and ends empty."""

import os
import sys
import time

import django


def main() -> None:
    django.setup()
    from tests import factories
    from zhibu.kernel import messages
    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.jobs import leases
    from zhibu.kernel.jobs.worker import Worker
    from zhibu.kernel.messages import outbox, planning, telling
    from zhibu.kernel.messages.models import OPEN, Delivery

    leases.LEASE_SECONDS = 0.5
    outbox.number = lambda name: {"in_flight_seconds": 1, "sms_a_day": 9999}.get(name, 9)
    planning.house_hours = outbox.planning.house_hours = lambda: (planning.time(0), planning.time(0))
    if sys.argv[1:]:
        office = factories.organization("东江实业")
        people = [factories.person(f"人{n}", office, mobile=f"138{n:08d}") for n in range(int(sys.argv[1]))]
        messages.publish(SYSTEM, office, people, title="通知", key="k")
        return
    left = Delivery.objects.system("crash test").filter(state__in=OPEN)
    while left.exists():
        if outbox.due().exists():
            telling.wake()
        Worker(once=True).run()
        time.sleep(0.05)
    os._exit(0)


if __name__ == "__main__":
    main()
