"""Freezing a roll, and making a wrong one void."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from zhibu.apps.voting.models import Motion, MotionState, Roll, RollEntry
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.bulk import insert_models

#: the largest roll there may be: more people vote through delegates (选举工作条例 art. 4)
MOST = 500
#: days ahead for which a roll may be frozen
AHEAD_DAYS = 31


@dataclass(frozen=True)
class RollRow:
    """Somebody who belongs there that day. kind: 正式党员, 预备党员, 委员 … as it is printed; ground: why without a vote."""

    person_id: int
    name: str
    kind: str
    entitled: bool
    ground: str = ""


def freeze(
    act: Act,
    *,
    organization: Any,
    on: date,
    rule: str,
    rows: Sequence[RollRow],
    subject: Model | None = None,
    title: str = "",
) -> Roll:
    """Make the roll of an organisation as of `on`, for a record (`subject`) or for itself. Raises Refused when nobody may vote.

    rule: assembly, committee, development or election.
    """  # fmt: skip
    _check(rows)
    made: Roll = Roll.objects.create(
        organization=organization, on=on, rule=rule, title=(title or (str(subject) if subject is not None else str(organization)))[:120],
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "", by_name=act.actor.name[:100],
    )  # fmt: skip
    insert_models(
        [
            RollEntry(
                roll=made, person_id=row.person_id, place=n, name=row.name, kind=row.kind, entitled=row.entitled,
                ground=row.ground[:200],
            )
            for n, row in enumerate(rows, 1)
        ]
    )  # fmt: skip
    with_vote = sum(row.entitled for row in rows)
    act.log(made, summary=f"建立{made}：{len(rows)} 人，有表决权 {with_vote} 人")
    return made


@dataclass(frozen=True)
class NewRoll:
    """A roll for itself: whose, as of which day, what for; rows as the members are known that day."""

    organization: Any
    on: date
    rule: str
    title: str
    rows: Sequence[RollRow]


def establish(act: Act, _: None, data: NewRoll) -> Roll:
    """Freeze a roll that no meeting asked for; who will belong there long from now nobody knows."""
    if data.on > localdate() + timedelta(days=AHEAD_DAYS):
        raise Refused(
            f"最多提前 {AHEAD_DAYS} 天建立名册", field="on", next_step="临近开会再建立，名册才是那时在册的人。"
        )
    return freeze(act, organization=data.organization, on=data.on, rule=data.rule, rows=data.rows, title=data.title)


def make_void(act: Act, roll: Roll, data: Why) -> Roll:
    """Make a wrong roll void, so that a right one is frozen; not once a vote was decided by it."""
    under_way = Motion.objects.system("votes by a roll in hand").filter(roll=roll).exclude(state=MotionState.VOID)
    if under_way.exists():
        raise Refused("已经按这份名册进行过表决", next_step="请先作废那些表决，再作废名册。")
    roll.is_void, roll.void_why = True, data.reason[:200]
    roll.rev += 1
    roll.save(update_fields=["is_void", "void_why", "rev"])
    act.log(roll, summary=f"作废{roll}")
    return roll


def _check(rows: Sequence[RollRow]) -> None:
    if not rows:
        raise Refused("名册是空的", next_step="请先核对这个支部的党员。")
    if len(rows) > MOST:
        raise Refused(f"名册最多 {MOST} 人", article="选举工作条例第四条：党员超过 500 名的可以召开代表大会")
    if len(_people(rows)) != len(rows):
        raise Refused("名册上有人出现了两次", next_step="请先核对党员名单。")
    if not any(row.entitled for row in rows):
        raise Refused("名册上没有人有表决权", next_step="请核对党员的类别和日期；预备党员没有表决权。")


def _people(rows: Iterable[RollRow]) -> set[int]:
    return {row.person_id for row in rows}
