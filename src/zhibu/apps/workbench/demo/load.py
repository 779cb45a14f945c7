"""Writing the demonstration into an empty database: one transaction, all of it or nothing."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.services.roles import sync_builtin
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.services import bulk
from zhibu.apps.people.services.persons import identity_hash
from zhibu.apps.workbench.demo import accounts, campaign, duties, rounds, scenes
from zhibu.apps.workbench.demo.cards import Cards
from zhibu.apps.workbench.demo.care import Care
from zhibu.apps.workbench.demo.leaders import Appointing
from zhibu.apps.workbench.demo.numbers import Numbers
from zhibu.apps.workbench.demo.parts import Parts
from zhibu.apps.workbench.demo.people import People, Plan, twins
from zhibu.apps.workbench.demo.story import Story
from zhibu.apps.workbench.demo.tree import Builder
from zhibu.apps.workbench.demo.writing import PastAct
from zhibu.kernel import audit
from zhibu.kernel.actor import SYSTEM

FEWEST, MOST = 200, 50_000
#: one suspected duplicate for so many people, up to TWINS
PER_TWIN, TWINS = 100, 25
#: how long ago the records were made
STARTED = timedelta(days=420)

Say = Callable[[str], Any]


@dataclass(frozen=True)
class Loaded:
    """What was written."""

    organizations: int
    people: int
    members: int
    parts: int
    changes: int


def is_empty() -> bool:
    """Tell whether there is neither an organisation nor an account yet."""
    has_tree = Organization.objects.system("is the database empty").exists()
    return not has_tree and not Account.objects.system("is the database empty").exists()


def is_demonstration() -> bool:
    """Tell whether what is there is a demonstration: only that makes demo accounts. Visitors may have made others since."""
    return bool(Account.objects.system("is this a demonstration").filter(is_demo=True).exists())


def is_untouched() -> bool:
    """Tell whether there are demo accounts and no others: what somebody may have begun to use in earnest is not erased."""
    kinds = set(Account.objects.system("is this a demonstration").values_list("is_demo", flat=True).distinct())
    return kinds == {True}


def load(number: int, seed: int, say: Say = lambda words: None) -> Loaded:
    """Write the demonstration with `number` people; the same seed on the same day gives the same one.

    Raises ValueError outside FEWEST to MOST people.
    """
    if not FEWEST <= number <= MOST:
        raise ValueError(f"人数应在 {FEWEST} 到 {MOST} 之间")
    with transaction.atomic():
        loaded = _write(number, seed, say)
    audit.seal_all()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the planner knows nothing of rows that came a second ago
    return loaded


def _write(number: int, seed: int, say: Say) -> Loaded:
    sync_builtin()
    rng = random.Random(seed)
    today, begun = localdate(), timezone.now() - STARTED
    numbers = Numbers(rng)
    act = PastAct(actor=SYSTEM, code="demo.load", wording="装入演示数据", at=begun)
    say("建立组织机构…")
    tree = Builder(act, rng, numbers).build()
    say(f"登记 {number:,} 人…")
    pairs = min(TWINS, number // PER_TWIN)
    people = People(rng, numbers, tree, today).make(number - pairs)
    doubles = twins(rng, people, pairs, tree)
    _people(act, people + doubles, begun)
    parts = Parts(rng, numbers, today).write(people)
    say("选举领导班子，建立账号…")
    leaders = Appointing(act, rng, today).all(tree, people)
    made = accounts.create(act, accounts.logins(tree, people, leaders))
    changes = Story(rng, numbers, tree, today).tell(people, made)
    say("发 IC 卡…")
    Cards(act, rng, tree, today).write(people, made)
    say("登记托管档案和两年的服务…")
    Care(act, rng, tree, today).write(people, made)
    rounds.write(act, rng, tree, today)
    duties.write(act, rng, tree, today)
    say("开始一次信息采集…")
    campaign.run(rng, tree.root, made)
    scenes.play(scenes.Scene(act, rng, tree, today, people, leaders, made), seed)
    count = Organization.objects.system("demo summary").count()
    return Loaded(count, number, sum("party" in plan.places for plan in people), parts, changes)


def _people(act: PastAct, plans: list[Plan], begun: datetime) -> None:
    """Write the people with their relations, search keys and audit lines, and tell each plan its primary key."""
    rows = []
    for place, plan in enumerate(plans):
        number = plan.values.get("identity_number")
        rows.append((place, plan.values, identity_hash(number) if number else None, plan.places, plan.since))
    for effect in bulk.create(act, rows, at=begun):
        plans[effect.number].pk = effect.object_id
