"""Run in processes of their own by test_dues_crash.py: `prepare N`, `assess`, `collect`, `check N`."""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402

from tests import factories  # noqa: E402
from tests.dues.helpers import ALL, agrees, do, fixed, owed, payer  # noqa: E402
from zhibu.apps.dues.models import Charge, Order, Payment, TrialTrade  # noqa: E402
from zhibu.apps.dues.providers import local  # noqa: E402
from zhibu.apps.dues.services import assessing, ordering  # noqa: E402
from zhibu.apps.dues.services.assessing import Start  # noqa: E402
from zhibu.apps.organizations.models import Organization  # noqa: E402
from zhibu.apps.people.models import Person  # noqa: E402
from zhibu.kernel.actor import SYSTEM, Actor  # noqa: E402
from zhibu.kernel.audit import verify  # noqa: E402
from zhibu.kernel.jobs.models import Job  # noqa: E402
from zhibu.kernel.jobs.runner import run_now  # noqa: E402

settings.DUES_PROVIDER = "local"
BRANCHES = 12


def root() -> Organization:
    found: Organization = Organization.objects.system("crash test").get(parent=None)
    return found


def prepare(members: int) -> None:
    house = factories.house()
    office = factories.actor(ALL, house.root)
    branches = [factories.organization(f"第{n}支部", "branch", house.committee) for n in range(BRANCHES)]
    for n in range(members):
        fixed(office, payer(house, f"党员{n:03}", at=branches[n % BRANCHES]))
    do(SYSTEM, "dues.assess.run", None, Start(house.root, localdate().replace(day=1)))


def assess() -> None:
    """Run the job on, branch by branch; whoever kills us between two chunks leaves whole branches."""
    assessing.CHUNK = assessing.USUAL  # one branch a chunk
    Job.objects.system("crash test").filter(state="running").update(state="queued", lease_owner="", lease_until=None)
    print("ready", flush=True)
    job = Job.objects.system("crash test").get(kind=assessing.JOB)
    if run_now(job).state != "done":
        raise SystemExit(job.error)
    print("done", flush=True)


def collect() -> None:
    """Everybody pays by code: the provider has the money first, then we hear of it; we may die in between."""
    print("ready", flush=True)
    for person in Person.objects.system("crash test").filter(name__startswith="党员").order_by("pk"):
        if not (rows := [row for row in owed(person) if not row.settled]):
            continue
        me = Actor(account_id=person.pk, person_id=person.pk, name=person.name)
        if not Order.objects.system("crash test").filter(person=person).exists():
            do(me, "dues.order.make", person, ordering.NewOrder(rows))
        order = Order.objects.system("crash test").filter(person=person).latest("pk")
        trade = local.pay(order.number)
        print("charged", flush=True)
        if trade is not None:
            ordering.hear("local", *local.notice(trade, "paid"))
        print("recorded", flush=True)


def check(members: int) -> None:
    """Charges of whole branches, each once; what the provider has is what we have once it was asked."""
    ordering.ask_again()
    charged = TrialTrade.objects.filter(state="paid").count()
    assert Payment.objects.system("crash test").count() == charged
    assert Charge.objects.system("crash test").filter(settled=True).count() == charged
    count = Charge.objects.system("crash test").filter(stands=True).count()
    assert count % (members // BRANCHES) == 0, count
    agrees(root())
    assert verify().ok
    print(count, charged)


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    {"prepare": prepare, "assess": assess, "collect": collect, "check": check}[word](*map(int, rest))
