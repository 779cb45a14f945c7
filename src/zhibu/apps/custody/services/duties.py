"""Yearly checks: opened as they fall due, done with a proof. Proxies: recorded with their paper, revoked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import CareRecord, Proxy, YearlyCheck
from zhibu.apps.custody.params import yearly
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.files import Scan

LONGEST_YEARS = 10


@dataclass(frozen=True)
class Done:
    """When a check was done, what came of it, and the proof."""

    on: date
    words: str
    proof: Scan | None = None


@dataclass(frozen=True)
class NewProxy:
    """Who may come, for what, and until when."""

    name: str
    relation: str
    matters: tuple[str, ...]
    since: date
    until: date
    phone: str = ""
    document: str = ""
    note: str = ""
    paper: Scan | None = None


@dataclass(frozen=True)
class Revoke:
    """From which day on they may come no more, and why."""

    on: date
    reason: str


def open_due(today: date) -> int:
    """Open the checks that fall due soon, for everybody in care, once a year each; returns how many."""
    asked = {code for kind in yearly() for code in kind.categories}
    rows = CareRecord.objects.system("yearly checks").filter(until__isnull=True, category__in=asked)
    known = set(
        YearlyCheck.objects.system("yearly checks")
        .filter(year__gte=today.year, care__until__isnull=True)
        .values_list("care_id", "kind", "year")
    )
    made = []
    for care in rows.select_related("person").order_by("pk"):
        for kind, year, day in rules.checks_due(yearly(), care.category, care.person.birth_date, care.since, today):
            if (care.pk, kind, year) not in known:
                made.append(YearlyCheck(care=care, kind=kind, year=year, due_on=day))
    insert_models(made)
    return len(made)


def do_check(act: Act, check: YearlyCheck, data: Done) -> YearlyCheck:
    """Write down that it was done."""
    if data.on > localdate():
        raise Refused("办理日期不能晚于今天", field="on")
    if data.on < check.care.since:
        raise Refused("办理日期早于进入托养托管的日期", field="on")
    check.done_on, check.words, check.done_by = data.on, data.words, act.actor.name[:100]
    check.rev += 1
    check.save()
    where = check.care.organization_id
    if data.proof is not None:
        files.attach(
            check, data.proof.blob, name=data.proof.name, permission=VIEW, actor=act.actor, organization_id=where
        )
    change = Change("done_on", "办理日期", "", data.on.isoformat())
    act.log(check, changes=[change], organization_id=where, summary=f"办理{check.kind_label}：{check.care.person.name}")
    return check


def undo_check(act: Act, check: YearlyCheck, data: Any) -> YearlyCheck:
    """Take back that it was done: it is due again; the proof and the trail stay."""
    change = Change("done_on", "办理日期", check.done_on.isoformat() if check.done_on else "", "")
    check.done_on, check.words, check.done_by = None, "", ""
    check.rev += 1
    check.save()
    where = check.care.organization_id
    act.log(check, changes=[change], organization_id=where, summary=f"撤回{check.kind_label}：{check.care.person.name}")
    return check


def record_proxy(act: Act, care: CareRecord, data: NewProxy) -> Proxy:
    """Record who may come for the person."""
    if data.until < data.since or data.until < localdate():
        raise Refused("截止日期应在起始日期之后，不早于今天", field="until")
    if data.until.year - data.since.year > LONGEST_YEARS:
        raise Refused(f"委托期限超过 {LONGEST_YEARS} 年，请核对年份", field="until")
    if data.name == care.person.name:
        raise Refused("代办人不能是本人", field="name")
    made = Proxy(
        care=care, name=data.name, relation=data.relation, phone=data.phone, matters=list(data.matters), since=data.since,
        until=data.until, note=data.note,
    )  # fmt: skip
    made.document = data.document or None
    made.save()
    where = care.organization_id
    if data.paper is not None:
        files.attach(
            made, data.paper.blob, name=data.paper.name, permission=VIEW, actor=act.actor, organization_id=where
        )
    words = f"{made.matters_words}，至 {data.until.isoformat()}"
    act.log(made, organization_id=where, summary=f"登记委托代办：{care.person.name}委托{made}（{words}）"[:200])
    return made


def revoke_proxy(act: Act, proxy: Proxy, data: Revoke) -> Proxy:
    """End it before its last day."""
    if data.on > localdate() or data.on < proxy.since:
        raise Refused("撤销日期应在委托开始之后，不晚于今天", field="on")
    proxy.revoked_on, proxy.revoked_why = data.on, data.reason
    proxy.rev += 1
    proxy.save(update_fields=["revoked_on", "revoked_why", "rev"])
    where = proxy.care.organization_id
    act.log(proxy, organization_id=where, summary=f"撤销委托代办：{proxy.care.person.name}委托{proxy}")
    return proxy
