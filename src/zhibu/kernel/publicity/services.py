"""Posting, changing, objecting, ending. Called by the acts of the app that posts; each writes its audit line."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.timezone import localdate

from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.events import publish
from zhibu.kernel.publicity import events
from zhibu.kernel.publicity.clock import clock
from zhibu.kernel.publicity.models import (
    VIEW,
    Publicity,
    PublicityObjection,
    PublicityOutcome,
    PublicityPlace,
    PublicityRun,
    PublicityState,
)

#: a notice that was posted longer ago is not entered here any more: it could not be seen on the public page
OLDEST_DAYS = 60


@dataclass(frozen=True)
class Proof:
    """A stored picture or scan of the notice where it hangs."""

    blob: Any
    name: str


@dataclass(frozen=True)
class NewPublicity:
    """What is posted. places: (kind, name) pairs, all of them on `posted_on`; lines: [label, text] as everybody may read them."""

    kind: str
    subject: models.Model
    title: str
    lines: Sequence[Sequence[str]]
    contact: str
    posted_on: date
    working_days: int
    places: Sequence[tuple[str, str]]
    article: str = ""
    online: bool = True
    proofs: Sequence[Proof] = field(default_factory=tuple)


@dataclass(frozen=True)
class Changed:
    """What hangs now instead, since which day, and why; None leaves a thing as it was."""

    posted_on: date
    reason: str
    lines: Sequence[Sequence[str]] | None = None
    contact: str | None = None
    places: Sequence[tuple[str, str]] | None = None
    proofs: Sequence[Proof] = field(default_factory=tuple)


@dataclass(frozen=True)
class NewObjection:
    """What was said, when and how."""

    received_on: date
    manner: str
    matter: str
    named: bool = False


@dataclass(frozen=True)
class Handled:
    """What was found out: `finding` is "none" or "affects"."""

    finding: str
    handling: str
    proofs: Sequence[Proof] = field(default_factory=tuple)


@dataclass(frozen=True)
class Closing:
    """Words on the result, and pictures taken where it hung."""

    words: str = ""
    proofs: Sequence[Proof] = field(default_factory=tuple)


def post(act: Act, organization: Any, data: NewPublicity) -> Publicity:
    """Post a notice. Raises Refused for a day that is not possible, and where one about the same thing hangs already.

    One that was posted before today is proved by a picture of it: a day that is only typed in proves nothing.
    """
    _check_day(data.posted_on, data.proofs)
    if not data.places:
        raise Refused("请写明张贴地点", field="places", article=data.article)
    made = Publicity(
        organization=organization, kind=data.kind, subject_type=data.subject._meta.label, subject_id=str(data.subject.pk),
        title=data.title, lines=[list(line) for line in data.lines], contact=data.contact, online=data.online,
        posted_on=data.posted_on, working_days=data.working_days, article=data.article,
    )  # fmt: skip
    made.ends_on = _end(made)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused("这件事正在公示", next_step="内容有变化的，请变更原来的公示。", code="one_running") from error
    _places(made, data.places)
    _keep(act, made, data.proofs)
    where = "、".join(name for _, name in data.places)
    act.log(made, summary=f"公示：{made.title}（{made.posted_on.isoformat()} 张贴于{where}）"[:200])
    return made


def change(act: Act, publicity: Publicity, data: Changed) -> Publicity:
    """Change what hangs: the earlier days count for nothing, the clock starts from the new day."""
    _must_run(publicity)
    _check_day(data.posted_on, data.proofs)
    if data.posted_on < publicity.posted_on:
        raise Refused("重新张贴的日期不能早于原来的张贴日期", field="posted_on")
    before = copy.copy(publicity)
    PublicityRun.objects.create(
        publicity=publicity, posted_on=publicity.posted_on, stopped_on=data.posted_on, lines=publicity.lines, why=data.reason
    )  # fmt: skip
    publicity.posted_on = data.posted_on
    if data.lines is not None:
        publicity.lines = [list(line) for line in data.lines]
    if data.contact is not None:
        publicity.contact = data.contact
    if data.places is not None:
        _places(publicity, data.places)
    _keep(act, publicity, data.proofs)
    _save(publicity)
    changes = diff(before, publicity, ["posted_on", "contact", "ends_on"])
    act.log(publicity, changes=changes, summary=f"变更公示，重新起算：{publicity.title}")
    publish(events.PublicityRestarted(*_about(publicity), publicity.posted_on, act.actor))
    return publicity


def object_(act: Act, publicity: Publicity, data: NewObjection) -> PublicityObjection:
    """Write down an objection; the publicity cannot end before it is handled."""
    _must_run(publicity)
    if not publicity.posted_on <= data.received_on <= localdate():
        raise Refused("收到日期应在张贴之后，不晚于今天", field="received_on")
    made = PublicityObjection(publicity=publicity, received_on=data.received_on, manner=data.manner, named=data.named)
    made.matter = data.matter
    made.save()
    act.log(made, organization_id=publicity.organization_id, summary=f"登记公示异议：{publicity.title}")
    return made


def handle(act: Act, objection: PublicityObjection, data: Handled) -> PublicityObjection:
    """Write down what was found out about an objection."""
    if objection.handled_on is not None:
        raise Refused("这一条异议已经处理")
    objection.handled_on, objection.finding, objection.handling = localdate(), data.finding, data.handling
    objection.rev += 1
    objection.save()
    _keep(act, objection, data.proofs, objection.publicity.organization_id)
    label = PublicityObjection.FINDINGS[data.finding]
    summary = f"处理公示异议：{objection.publicity.title}，结论：{label}"
    act.log(objection, organization_id=objection.publicity.organization_id, summary=summary)
    return objection


def close(act: Act, publicity: Publicity, data: Closing) -> Publicity:
    """Record the result, the day after the last day at the earliest and with every objection handled.

    Raises Refused with the article: not over yet, the calendar of a year is missing, an objection is open.
    """
    _must_run(publicity)
    today = localdate()
    state = clock(publicity.posted_on, publicity.working_days, today, work_calendar())
    if state.end is None:
        raise Refused(state.blocked, article=publicity.article, code="calendar.missing")
    if not state.over(today):
        raise Refused(
            f"还不能结束公示，因为{state.words(today)}", article=publicity.article,
            next_step="届满的次日起可以记录结果。", code="publicity.running",
        )  # fmt: skip
    objections = list(PublicityObjection.objects.system("objections to a notice in hand").filter(publicity=publicity))
    if waiting := [one for one in objections if one.handled_on is None]:
        raise Refused(
            f"还有 {len(waiting)} 条异议没有处理", article=publicity.article, next_step="请先核查并记录处理结论。",
            code="publicity.objections",
        )  # fmt: skip
    affected = any(one.finding == "affects" for one in objections)
    publicity.state, publicity.closed_on, publicity.words = PublicityState.CLOSED, today, data.words
    publicity.outcome = PublicityOutcome.AFFECTED if affected else PublicityOutcome.CLEAR
    _keep(act, publicity, data.proofs)
    _save(publicity)
    summary = f"公示结束：{publicity.title}，{publicity.get_outcome_display()}（异议 {len(objections)} 条）"
    act.log(publicity, summary=summary)
    about = _about(publicity)
    publish(events.PublicityClosed(*about, str(publicity.outcome), state.end, act.actor))
    return publicity


def withdraw(act: Act, publicity: Publicity, data: Why) -> Publicity:
    """Take a notice down before its end."""
    _must_run(publicity)
    publicity.state, publicity.closed_on, publicity.words = PublicityState.WITHDRAWN, localdate(), data.reason
    _save(publicity)
    act.log(publicity, summary=f"撤下公示：{publicity.title}")
    publish(events.PublicityWithdrawn(*_about(publicity), act.actor))
    return publicity


def _about(publicity: Publicity) -> tuple[int, str, str, str]:
    return publicity.pk, publicity.kind, publicity.subject_type, publicity.subject_id


def _must_run(publicity: Publicity) -> None:
    if not publicity.is_running:
        raise Refused(f"这次公示{publicity.get_state_display()}")


def _check_day(day: date, proofs: Sequence[Proof]) -> None:
    today = localdate()
    if day > today:
        raise Refused("张贴日期不能晚于今天", field="posted_on", next_step="请在张贴以后登记。")
    if (today - day).days > OLDEST_DAYS:
        raise Refused(f"张贴日期早于 {OLDEST_DAYS} 天前，请核对", field="posted_on")
    if day < today and not proofs:
        raise Refused(
            "张贴日期在今天以前，请上传张贴照片", field="proof", next_step="没有照片的，按今天张贴登记。", code="unproved_day"
        )  # fmt: skip


def _end(publicity: Publicity) -> date | None:
    return clock(publicity.posted_on, publicity.working_days, localdate(), work_calendar()).end


def _places(publicity: Publicity, places: Sequence[tuple[str, str]]) -> None:
    for kind, name in places:
        PublicityPlace.objects.system("places of a notice in hand").update_or_create(
            publicity=publicity, kind=kind, defaults={"name": name}
        )


def _keep(act: Act, obj: models.Model, proofs: Sequence[Proof], organization_id: int | None = None) -> None:
    for proof in proofs:
        files.attach(
            obj, proof.blob, name=proof.name, permission=VIEW, actor=act.actor, organization_id=organization_id
        )


def _save(publicity: Publicity) -> None:
    if publicity.is_running:
        publicity.ends_on = _end(publicity)
    publicity.rev += 1
    publicity.save()
