"""Members have applied and were introduced by two others; some are lost, abroad, suspended or under a measure."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from zhibu.apps.membership.models import Introducer, Member, Status
from zhibu.apps.membership.params import eras
from zhibu.apps.membership.rules import era_of
from zhibu.apps.membership.services import statuses
from zhibu.apps.membership.services.statuses import MeasureInput, StatusInput
from zhibu.apps.people.models import Person, Post
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.writing import begun
from zhibu.kernel.bulk import insert_models

#: step -> how many, of a thousand members; each at least once
LOST, ABROAD, SUSPENDED = 3, 2, 2
WORDS = "电话停机，走访原住址，邻居说已经搬走；向家属了解，也没有联系上。"


def write(scene: Scene) -> None:
    """Write dates and introducers of everybody, and the changes of a few."""
    members = list(Member.objects.system("demonstration").select_related("person", "organization").order_by("pk"))
    if not members:
        return
    _dates(scene, members)
    _introducers(scene, members)
    _changes(scene, members)


def _dates(scene: Scene, members: list[Member]) -> None:
    """Everybody applied a year or more before; who joined in years without a probation has no date of full membership."""
    people = []
    for member in members:
        if member.admitted_on is None:
            continue
        member.applied_on = member.admitted_on - timedelta(days=scene.rng.randint(420, 1400))
        era = era_of(member.admitted_on, eras())
        if era is not None and era.probation_months == 0:
            member.full_on = member.person.full_member_on = None
            people.append(member.person)
    Member.objects.system("demonstration").bulk_update(members, ["applied_on", "full_on"], batch_size=500)
    Person.objects.system("demonstration").filter(pk__in=[one.pk for one in people]).update(full_member_on=None)


def _introducers(scene: Scene, members: list[Member]) -> None:
    """Two full members of the same branch, of longer standing where there are any."""
    near: dict[int, list[Member]] = {}
    for member in members:
        if member.kind == "full":
            near.setdefault(member.organization_id, []).append(member)
    rows = []
    for member in members:
        older = [one for one in near.get(member.organization_id, []) if _before(one, member)]
        for one in scene.rng.sample(older, min(2, len(older))):
            rows.append(Introducer(member=member, person=one.person, name=one.person.name))
    insert_models(rows)


def _before(one: Member, member: Member) -> bool:
    joined = member.admitted_on
    return one.pk != member.pk and joined is not None and one.full_on is not None and one.full_on < joined


def _changes(scene: Scene, members: list[Member]) -> None:
    """Enter changes as clerks do, of members who neither sign in nor hold a post."""
    known = {account.person_id for account in scene.accounts.values()}
    known |= set(Post.objects.system("demonstration").filter(until=None).values_list("person_id", flat=True))
    free = [one for one in members if one.kind == "full" and one.person_id not in known and _long(one, scene.today)]
    scene.rng.shuffle(free)

    def some(share: int) -> list[Member]:
        return [free.pop() for _ in range(min(max(1, len(members) * share // 1000), len(free)))]

    def ago(days: int) -> date:
        return scene.today - timedelta(days=days)

    decided: dict[str, Any] = {"approved_by": str(scene.tree.root), "document": f"党发〔{scene.today.year}〕12号"}
    for one in some(LOST):
        _do(scene, one, "lose", StatusInput(on=ago(scene.rng.randint(20, 160)), words=WORDS))
    for one in some(ABROAD):
        _do(scene, one, "go_abroad", StatusInput(on=ago(scene.rng.randint(200, 1200)), words="随子女在国外居住。"))
    for one in some(SUSPENDED):
        _do(scene, one, "lose", StatusInput(on=ago(800), words=WORDS))
        stop = StatusInput(on=ago(400), ground="lost", decided_on=ago(410), words=WORDS, **decided)
        _do(scene, one, "suspend", stop)
    for one in some(0):
        mend = StatusInput(
            on=ago(90), until=ago(90) + timedelta(days=180), decided_on=ago(95), words="长期不参加组织生活。", **decided
        )
        _do(scene, one, "rectify", mend)
    for one, kind, days in zip(some(2), ("warning", "observe"), (300, 200), strict=False):
        until = ago(days) + timedelta(days=365) if kind == "observe" else None
        data = MeasureInput(
            on=ago(days), measure=kind, until=until, effect_until=ago(days) + timedelta(days=730), decided_on=ago(days + 10),
            words="违反工作纪律。", **decided,
        )  # fmt: skip
        act = replace(scene.act, code="membership.member.discipline", wording="登记党纪处分", at=begun(data.on))
        statuses.discipline(act, one, data)


def _long(member: Member, today: date) -> bool:
    return (
        member.status == Status.NORMAL and member.admitted_on is not None and member.admitted_on.year < today.year - 6
    )


def _do(scene: Scene, member: Member, step: str, data: StatusInput) -> None:
    statuses.change(replace(scene.act, code=f"membership.member.{step}", wording="", at=begun(data.on)), member, data)
