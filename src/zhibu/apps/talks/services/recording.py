"""Talks are recorded and, as mistakes, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.people.models import Person
from zhibu.apps.talks import queries, rules
from zhibu.apps.talks.models import Talk
from zhibu.kernel.actions import Act, Refused, Why


@dataclass(frozen=True)
class Talked:
    """Who talked with whom, when and how; several people mean several talks."""

    on: date
    way: str
    first: Person
    seconds: Sequence[Person]


def record(act: Act, organization: Any, data: Talked) -> Talk:
    """Write down that they talked, one talk for each pair."""
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    if not data.seconds:
        raise Refused("请勾选和谁谈的", field="seconds")
    if data.first in data.seconds:
        raise Refused("不能和自己谈", field="seconds")
    inside = {one.person_id for one in queries.members(organization, data.on)}
    strangers = [person.name for person in (data.first, *data.seconds) if person.pk not in inside]
    if strangers:
        raise Refused(f"{'、'.join(strangers)}这一天不是本支部的党员", field="on")
    committee = queries.committee(organization, data.on)
    made = [_one(act, organization, data, person, committee) for person in data.seconds]
    return made[0]


def _one(act: Act, organization: Any, data: Talked, second: Person, committee: set[int]) -> Talk:
    pair = Q(first=data.first, second=second) | Q(first=second, second=data.first)
    if Talk.objects.system("the same talk").filter(pair, on=data.on, stands=True).exists():
        raise Refused(f"{data.first.name}与{second.name}这一天的谈话已经登记过", field="seconds")
    talk: Talk = Talk.objects.create(
        organization=organization, on=data.on, way=data.way, first=data.first, second=second,
        kind=rules.kind_of(data.first.pk in committee, second.pk in committee), by_name=act.actor.name[:100],
    )  # fmt: skip
    act.log(talk, summary=f"登记谈心谈话：{talk}，{data.on.isoformat()}")
    return talk


def withdraw(act: Act, talk: Talk, data: Why) -> Talk:
    """Take a talk back that was recorded by mistake; it stays to be read and counts no more."""
    talk.stands, talk.withdrawn_why = False, data.reason[:200]
    talk.rev += 1
    talk.save(update_fields=["stands", "withdrawn_why", "rev"])
    act.log(talk, summary=f"撤回谈心谈话：{talk}")
    return talk
