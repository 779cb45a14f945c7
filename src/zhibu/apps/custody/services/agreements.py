"""Agreements on care: signed, extended by one of their own, ended before their last day; the scan hangs on each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.custody.models import Agreement, CareRecord
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.files import Scan

LONGEST_YEARS = 30


@dataclass(frozen=True)
class Sign:
    """An agreement: number, first and last day, the scan if there is one."""

    number: str
    since: date
    until: date
    note: str = ""
    scan: Scan | None = None


@dataclass(frozen=True)
class EndAgreement:
    """The day on which it ends, and why."""

    on: date
    reason: str


def sign(act: Act, care: CareRecord, data: Sign) -> Agreement:
    """Record an agreement; two may not hold on one day."""
    return _write(act, care, data, None)


def extend(act: Act, agreement: Agreement, data: Sign) -> Agreement:
    """Record the agreement that follows on this one."""
    if data.since <= agreement.until and data.since <= agreement.since:
        raise Refused("续签的起始日期应晚于原协议的起始日期", field="since")
    return _write(act, agreement.care, data, agreement)


def end_agreement(act: Act, agreement: Agreement, data: EndAgreement) -> Agreement:
    """End an agreement before its last day."""
    if data.on > localdate() or data.on < agreement.since:
        raise Refused("终止日期应在协议开始之后，不晚于今天", field="on")
    agreement.ended_on, agreement.ended_why = data.on, data.reason
    agreement.rev += 1
    agreement.save()
    act.log(
        agreement,
        changes=[Change("ended_on", "终止日期", "", data.on.isoformat())],
        organization_id=agreement.care.organization_id,
        summary=f"终止协议 {agreement.number}（{agreement.care.person.name}）",
    )
    return agreement


def check_period(since: date, until: date) -> None:
    """Refuse a period that no agreement has, at the field `until`."""
    if until < since:
        raise Refused("到期日期早于起始日期", field="until")
    if until.year - since.year > LONGEST_YEARS:
        raise Refused(f"协议期限超过 {LONGEST_YEARS} 年，请核对年份", field="until")


def check_apart(data: Sign, others: Iterable[Agreement]) -> None:
    """Refuse an agreement that holds on a day on which another does, at the field `since`; others: those not ended."""
    for clash in others:
        if clash.since <= data.until and clash.until >= data.since:
            raise Refused(
                f"与协议 {clash.number}（{clash.since.isoformat()} 至 {clash.until.isoformat()}）的期限重叠",
                field="since",
                next_step="请核对起止日期，或先终止原协议。",
            )


def _write(act: Act, care: CareRecord, data: Sign, before: Agreement | None) -> Agreement:
    check_period(data.since, data.until)
    rows = Agreement.objects.system("agreements of a record in hand").filter(care=care, ended_on__isnull=True)
    check_apart(data, rows)
    try:
        with transaction.atomic():
            made: Agreement = Agreement.objects.create(
                care=care, number=data.number, since=data.since, until=data.until, note=data.note, extends=before
            )
    except IntegrityError as error:
        raise Refused("这个编号的协议已经登记过，或原协议已经续签", field="number") from error
    if data.scan is not None:
        where = care.organization_id
        files.attach(made, data.scan.blob, name=data.scan.name, permission=VIEW, actor=act.actor, organization_id=where)
    word = "续签" if before else "签订"
    act.log(
        made,
        organization_id=care.organization_id,
        summary=f"{word}协议 {made.number}（{care.person.name}，{made.since.isoformat()} 至 {made.until.isoformat()}）",
    )
    return made
