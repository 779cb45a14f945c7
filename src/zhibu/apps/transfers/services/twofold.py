"""Taking part in two places (双重组织生活): registered at home, invited there as a guest; it takes no right away and gives none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.models import Member
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.transfers.models import Twofold
from zhibu.apps.transfers.services.asking import branch_of, check_member
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.events import Veto

#: how far ahead it may be registered: this product's own convention
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Joins:
    """Where somebody takes part besides their own branch, why, from which day."""

    host: Any
    ground: str
    since: date
    words: str = ""


@dataclass(frozen=True)
class Ends:
    """The first day on which it is over, and why."""

    on: date
    reason: str


def register(act: Act, member: Member, data: Joins) -> Twofold:
    """Register that a member takes part elsewhere, too. From that day on the host's meetings have them on the list as a guest."""
    check_member(member)
    if not member.in_party:
        raise Refused(f"{member.person.name}已不是党员")
    home = branch_of(member)
    host = data.host.parent if data.host.kind == Kind.GROUP else data.host
    if host.pk == home.pk:
        raise Refused("这就是本人所在的支部，不用登记", field="host")
    if not host.is_open(max(data.since, localdate())):
        raise Refused("那个党组织尚未成立或已经撤销", field="host")
    if member.admitted_on is not None and data.since < member.admitted_on:
        raise Refused(f"日期早于入党日期 {member.admitted_on.isoformat()}", field="since")
    if data.since > localdate() + AHEAD:
        raise Refused("最多提前一年登记，请核对年份", field="since")
    if _open().filter(person_id=member.person_id, host=host).exists():
        raise Refused("此人已登记在那里参加组织生活", field="host")
    made: Twofold = Twofold.objects.create(
        person=member.person, organization=home, host=host, ground=data.ground, words=data.words, since=data.since,
        by_name=act.actor.name[:100],
    )  # fmt: skip
    act.log(made, summary=f"登记双重组织生活：{member.person.name}，另外参加{host}"[:200])
    messages.tell(
        [member.person], "affairs", title="您另外参加一个党组织的组织生活",
        body=f"从 {data.since.isoformat()} 起列席{host.name}的组织生活。正式组织关系和表决权仍在{home.name}。", link="/me/",
        key=f"twofold:{made.uid}",
    )  # fmt: skip
    return made


def end(act: Act, one: Twofold, data: Ends) -> Twofold:
    """It is over."""
    if data.on < one.since:
        raise Refused(f"结束日期早于开始日期 {one.since.isoformat()}", field="on")
    if data.on > localdate() + AHEAD:
        raise Refused("结束日期最多写到一年以后，请核对年份", field="on")
    return close(act, one, data.on, data.reason)


def close(act: Act, one: Twofold, on: date, why: str) -> Twofold:
    """End one, whoever asks for it."""
    one.until, one.ended_why = max(on, one.since), why[:200]
    one.rev += 1
    one.save(update_fields=["until", "ended_why", "rev"])
    act.log(one, organization_id=one.organization_id, summary=f"结束双重组织生活：{one.person.name}（{why}）"[:200])
    return one


def _open() -> Any:
    rows = Twofold.objects.system("who takes part in two places").filter(until__isnull=True)
    return rows.select_related("person", "organization", "host")


def moved(act: Act, person_id: int, home: Organization, on: date) -> None:
    """The formal relation went elsewhere: what leads to the new home is over, the rest is the new home's."""
    for one in _open().filter(person_id=person_id).select_for_update(of=("self",)):
        if one.host_id == home.pk:
            close(act, one, on, "组织关系已转到这里")
        elif one.organization_id != home.pk:
            one.organization = home
            one.rev += 1
            one.save(update_fields=["organization", "rev"])
            act.log(
                one, organization_id=home.pk, summary=f"双重组织生活随组织关系改由{home}登记：{one.person.name}"[:200]
            )


def left(act: Act, person_id: int, on: date, why: str) -> None:
    """Whoever is no member takes part nowhere."""
    for one in _open().filter(person_id=person_id).select_for_update(of=("self",)):
        close(act, one, on, why)


def merged(act: Act, sources: Sequence[int], survivor: Organization) -> None:
    """What led to merged branches leads to the one that remains, unless that is home, or they take part there already."""
    for one in _open().filter(host__in=sources).select_for_update(of=("self",)):
        there = _open().filter(person_id=one.person_id, host=survivor).exists()
        if one.organization_id == survivor.pk or there:
            close(act, one, localdate(), "两个党组织已经合并")
            continue
        one.host = survivor
        one.rev += 1
        one.save(update_fields=["host", "rev"])
        act.log(
            one,
            organization_id=one.organization_id,
            summary=f"双重组织生活随合并改到{survivor}：{one.person.name}"[:200],
        )


def refuse_dissolving(organization_id: int) -> None:
    """Raise Veto where somebody takes part in a branch that ends."""
    if number := _open().filter(host_id=organization_id).count():
        raise Veto(f"还有 {number} 名别处的党员在这里参加双重组织生活", next_step="请先结束他们的登记，再撤销。")


def merge_people(act: Act, kept_id: int, dropped_id: int) -> None:
    """Of two records that become one, one row for each host stays open, none that leads home."""
    hosts = set(_open().filter(person_id=kept_id).values_list("host_id", flat=True))
    for one in _open().filter(person_id=dropped_id, host__in=hosts).select_for_update(of=("self",)):
        close(act, one, localdate(), "与另一份主档合并")
    homes = {branch_of(one).pk for one in map(membership.member_of, (kept_id, dropped_id)) if one and one.in_party}
    leads_home = _open().filter(person_id__in=(kept_id, dropped_id), host__in=homes)
    for one in leads_home.select_for_update(of=("self",)):
        close(act, one, localdate(), "合并后那里就是本人所在的支部")
