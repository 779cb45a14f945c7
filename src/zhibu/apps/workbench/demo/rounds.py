"""Rounds for many: one for 300 people at the autumn feast, done; one of a workstation that is under way."""

import random
from datetime import date, timedelta
from decimal import Decimal

from zhibu.apps.custody.models import BatchLine, CareRecord
from zhibu.apps.custody.services import batches
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct

PEOPLE, HERE = 300, 36
GIFT, COST = "大米 1 袋、食用油 1 桶", Decimal("200.00")
KIN = ("女儿", "儿子", "老伴")


def write(act: PastAct, rng: random.Random, tree: Tree, today: date) -> None:
    """Make both; in a small demonstration for as many as there are."""
    rows = CareRecord.objects.system("demo rounds").select_related("person", "organization")
    feast = today - timedelta(days=60)
    everybody = list(rows.filter(since__lte=feast).order_by("organization__path", "pk"))
    cares = sorted(
        rng.sample(everybody, min(PEOPLE, len(everybody))), key=lambda care: (care.organization.path, care.pk)
    )
    if not cares:
        return
    new = batches.NewBatch(tree.root, f"{feast.year} 年中秋慰问", "condolence", feast, cares, GIFT, COST)
    done = batches.create(act, None, new)
    signed = list(BatchLine.objects.system("demo rounds").filter(batch=done))
    got = {str(line.uid) for line in signed if rng.random() < 0.97}
    proxies = {str(line.uid): rng.choice(KIN) for line in signed if rng.random() < 0.12}
    batches.receive(act, done, batches.Received(frozenset(got), proxies))
    batches.close(act, done)
    station = tree.named("江北工作站")
    near = [care for care in everybody if care.organization_id == station.pk][:HERE]
    if near:
        coat = batches.NewBatch(
            station, f"{today.year} 年冬季送温暖", "visit", today, near, "棉被 1 床", Decimal("150.00")
        )
        under_way = batches.create(act, None, coat)
        lines = list(BatchLine.objects.system("demo rounds").filter(batch=under_way))
        some = frozenset(str(line.uid) for line in lines[: len(lines) // 3])
        batches.receive(act, under_way, batches.Received(some, {}))
