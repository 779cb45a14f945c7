"""Dues of the demonstration: bases of everybody, the last two months worked out, most of them paid, some in arrears."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Assessment, Base, Budget, Charge
from zhibu.apps.dues.params import items, payers
from zhibu.apps.dues.rules import compose, payer_in_force
from zhibu.apps.dues.services import assessing, incoming, payments
from zhibu.apps.membership.queries import members_on_many
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import insert_models

D = Decimal
#: branches whose every member's dues are in the demonstration; the rest have their bases
MOST_BRANCHES = 12


def write(scene: Scene) -> None:
    """Fix bases, work out two months, let most of them pay."""
    rows = Organization.objects.system("demo dues").filter(kind="branch", dissolved_on__isnull=True)
    branches = list(rows.order_by("path"))
    members = members_on_many([branch.pk for branch in branches], scene.today)
    _bases(scene, branches, members)
    now = months.first(scene.today)
    for month in (months.later(now, -1), now):
        run = Assessment.objects.create(organization=branches[0].parent or branches[0], month=month, by_name="组织部")
        done = assessing.assess(_actor(scene), branches, month, scene.today, run)
        Assessment.objects.system("demo dues").filter(pk=run.pk).update(
            done_at=scene.act.at, count=done.count, total=done.total
        )
    for branch in branches[:MOST_BRANCHES]:
        _collect(scene, branch, now)
    _transfers(scene, branches[0])
    _budget(branches[0], scene.today)


def _actor(scene: Scene) -> Actor:
    return scene.act.actor


def _bases(scene: Scene, branches: list[Any], members: dict[int, Any]) -> None:
    """Give every member a base that fits: pensions for the retired, pay with its items for the rest."""
    since = scene.today.replace(month=1, day=1)
    ids = [one.person_id for rows in members.values() for one in rows]
    retired = set(
        Person.objects.system("demo dues")
        .filter(Q(employment="retired") | Q(employment="retired_cadre"), pk__in=ids)
        .values_list("pk", flat=True)
    )
    made = []
    for branch in branches:
        for one in members[branch.pk]:
            payer = "retired" if one.person_id in retired else "waged"
            amount, lines = compose(items(), _amounts(scene, payer))
            row = payer_in_force(payers(), payer, since)
            assert row is not None
            made.append(
                Base(
                    person_id=one.person_id, organization=branch, payer=payer, since=since, amount=amount, lines=_text(lines),  # type: ignore[misc]
                    source="sheet", ground=f"{since.year} 年 1 月工资表", by_name="组织部", recorded_at=scene.act.at,
                )
            )  # fmt: skip
    insert_models(made)


def _amounts(scene: Scene, payer: str) -> dict[str, Decimal]:
    rng = scene.rng
    if payer == "retired":
        return {"pension": D(rng.randrange(3200, 7600))}
    pay = {
        "post": D(rng.randrange(2400, 5200)),
        "grade": D(rng.randrange(900, 2600)),
        "base_performance": D(rng.randrange(600, 2400)),
    }
    whole = sum(pay.values())
    return {
        **pay,
        "insurance": (whole * D("0.105")).quantize(D("0.01")),
        "housing_fund": (whole * D("0.12")).quantize(D("0.01")),
        "transport": D(300),
    }


def _text(lines: Any) -> str:
    import json

    return json.dumps(
        [
            {
                "code": one.code,
                "label": one.label,
                "amount": str(one.amount),
                "sign": one.sign,
                "why": one.why,
                "running": str(one.running),
            }
            for one in lines
        ],
        ensure_ascii=False,
    )


def _collect(scene: Scene, branch: Any, now: date) -> None:
    """Last month all but a few have paid, this month most: two receipts, brought by the secretary and by oneself.

    The member who can sign in has this month still to pay, whatever is drawn.
    """
    rows = Charge.objects.system("demo dues").filter(organization=branch, stands=True, settled=False)
    by_month: dict[date, list[Charge]] = defaultdict(list)
    for one in rows.select_related("organization", "person").order_by("month", "pk"):
        by_month[one.month].append(one)
    secretary = scene.leaders.held(branch, "secretary")
    name = secretary.values["name"] if secretary else "组织委员"
    act = Act(_actor(scene), "dues.payment.collect", "收党费")
    member = scene.accounts.get("dangyuan")
    for month, charges in by_month.items():
        share, still = (0.94, None) if month < now else (0.7, member and member.person_id)
        paid = [one for one in charges if scene.rng.random() < share and one.person_id != still]
        on = scene.today if month == now else months.last_day(month)
        if paid:
            payments.collect(
                act, branch, payments.Received(branch, on, paid, "other", name, note="按登记表收齐后一并交来")
            )


def _transfers(scene: Scene, branch: Any) -> None:
    """Some transfers that wait: one that fits a member, one nobody knows, one withheld from pay."""
    rows = Charge.objects.system("demo dues").filter(organization=branch, stands=True, settled=False)
    owed = rows.select_related("person").order_by("month", "pk").first()
    told = [("陈某某", D("66.00"), "党费"), ("东江实业集团", D("45.00"), "11月工资代扣党费")]
    if owed is not None:
        told.append((owed.person.name, owed.amount, "党费"))
    for n, (name, amount, note) in enumerate(told):
        data = incoming.Arrived("bank", f"demo:{n}", scene.today, amount, name, "8821", note, f"DEMO{n:04d}")
        incoming.book(_actor(scene), branch, data)


def _budget(branch: Any, today: date) -> None:
    committee = (
        Organization.objects.system("demo dues")
        .filter(kind="committee", path__in=_above(branch))
        .order_by("-path")
        .first()
    )
    if committee is not None:
        for use, amount in (("training", D(20000)), ("reading", D(8000)), ("hardship", D(15000))):
            Budget.objects.create(
                organization=committee, year=today.year, use=use, amount=amount, ground="党委会议", by_name="组织部"
            )


def _above(branch: Any) -> list[str]:
    from zhibu.kernel.tree import ancestors

    return ancestors(branch.path)
