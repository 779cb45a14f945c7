"""Last year's appraisal of every branch, confirmed; this year's of the first one, where the slips are still to be counted."""

from dataclasses import replace
from datetime import date, timedelta

from zhibu.apps.appraisals.models import Appraisal, Entry
from zhibu.apps.membership.models import MemberKind
from zhibu.apps.membership.queries import members_on_many
from zhibu.apps.organizations.models import Organization
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.writing import begun
from zhibu.kernel.bulk import insert_models

OWN = "一年来按时参加组织生活，按月交纳党费，认真完成支部交办的工作。不足：主动学习还不够，和身边群众联系不多。明年逐项改进。"


def write(scene: Scene) -> None:
    """Write the appraisals with their lines."""
    branches = list(Organization.objects.system("demonstration").filter(kind="branch").order_by("path"))
    last = scene.today.year - 1
    day = date(last, 12, 20)
    rolls = members_on_many([branch.pk for branch in branches], day)
    for number, branch in enumerate(branches):
        _one(scene, branch, last, day, rolls[branch.pk], "confirmed")
        if number == 0:
            _one(scene, branch, scene.today.year, scene.today - timedelta(days=6), rolls[branch.pk], "open")


def _one(scene: Scene, branch: Organization, year: int, day: date, members: list, state: str) -> None:  # type: ignore[type-arg]
    if not members:
        return
    done = state == "confirmed"
    made = Appraisal.objects.create(
        organization=branch, year=year, on=day, total=len(members), state=state, by_name="支部书记", mutual=done,
        issued=len(members) if done else None, returned=len(members) if done else None, valid=len(members) if done else None,
        confirmed_on=day + timedelta(days=9) if done else None, confirmed_by="组织部" if done else "",
    )  # fmt: skip
    rows, left = [], len(members) // 3
    for place, member in enumerate(members, 1):
        ranked = member.kind == MemberKind.FULL
        best = done and ranked and left > 0 and scene.rng.random() < 0.3
        left -= best
        wrote = done or scene.rng.random() < 0.4
        good = scene.rng.randrange(len(members) // 2, len(members) + 1)
        rows.append(
            Entry(
                appraisal=made, person_id=member.person_id, place=place, name=member.name, ranked=ranked,
                ground="" if ranked else "预备党员", own_words=OWN if wrote else "", own_on=day if wrote else None,
                own_by=member.name if wrote else "", rank=("excellent" if best else "good") if done and ranked else "",
                excellent=good if done and ranked else None, good=len(members) - good if done and ranked else None,
                basic=0 if done and ranked else None, poor=0 if done and ranked else None,
            )
        )  # fmt: skip
    insert_models(rows)
    replace(scene.act, at=begun(day)).log(made, summary=f"开始民主评议：{branch} {year} 年，党员 {len(members)} 人")
