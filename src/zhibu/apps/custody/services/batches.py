"""A round for many: the list, who signed, and one service for each of them when it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import BatchLine, BatchState, CareRecord, ServiceBatch, ServiceRecord
from zhibu.apps.custody.models.service import VISITS
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actions.errors import told_names
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.files import Scan

#: people on one list: more than any round there was; all of it is one transaction
MOST = 600


@dataclass(frozen=True)
class NewBatch:
    """A round: who does it, what it is, and for whom, in the order of the sheet."""

    organization: Any
    title: str
    kind: str
    on: date
    cares: Sequence[CareRecord]
    gift: str = ""
    cost: Decimal | None = None


@dataclass(frozen=True)
class Received:
    """Who signed: uids of lines, and line -> who came for the person."""

    lines: frozenset[str]
    proxies: dict[str, str]


@dataclass(frozen=True)
class Scanned:
    """The signed sheet."""

    scan: Scan


def create(act: Act, _: None, data: NewBatch) -> ServiceBatch:
    """Make the list."""
    if not data.cares:
        raise Refused("名单是空的", next_step="请在托管档案名单里筛选或勾选，或粘贴工号、姓名。")
    if len(data.cares) > MOST:
        raise Refused(f"一次最多 {MOST} 人，名单上有 {len(data.cares)} 人", next_step="请分几次办理。")
    made: ServiceBatch = ServiceBatch.objects.create(
        organization=data.organization, title=data.title, kind=data.kind, on=data.on, gift=data.gift, cost=data.cost,
        count=len(data.cares), by_name=act.actor.name[:100],
    )  # fmt: skip
    insert_models([BatchLine(batch=made, care=care, place=n) for n, care in enumerate(data.cares, 1)])
    act.log(made, summary=f"建立名单：{made}，{made.count} 人")
    return made


def receive(act: Act, batch: ServiceBatch, data: Received) -> ServiceBatch:
    """Write down who signed; may be done again and again until the round is done."""
    rows = list(
        BatchLine.objects.system("lines of a round in hand").filter(batch=batch).select_for_update(of=("self",))
    )
    changed = []
    for line in rows:
        key = str(line.uid)
        got, by = key in data.lines, data.proxies.get(key, "") if key in data.lines else ""
        if (line.received, line.received_by) != (got, by):
            line.received, line.received_by = got, by
            changed.append(line)
    if not changed:
        raise Refused("签领情况没有变化", next_step="请勾选已签领的人，或直接返回。", code="unchanged")
    BatchLine.objects.system("lines of a round in hand").bulk_update(
        changed, ["received", "received_by"], batch_size=200
    )
    batch.rev += 1
    batch.save(update_fields=["rev"])
    signed = sum(line.received for line in rows)
    act.log(batch, summary=f"登记签领：{batch}，{signed} / {len(rows)} 人")
    return batch


def attach_sheet(act: Act, batch: ServiceBatch, data: Scanned) -> ServiceBatch:
    """Keep the signed sheet."""
    files.attach(batch, data.scan.blob, name=data.scan.name, permission=VIEW, actor=act.actor)
    batch.rev += 1
    batch.save(update_fields=["rev"])
    act.log(batch, summary=f"上传签领表：{batch}")
    return batch


def close(act: Act, batch: ServiceBatch, data: None = None) -> ServiceBatch:
    """End the round: whoever signed has had one service, all of them in this transaction."""
    if batch.on > localdate():
        raise Refused(f"这次走访定在 {batch.on.isoformat()}，还没有到", next_step="到了那一天再办结。")
    rows = BatchLine.objects.system("lines of a round in hand").filter(batch=batch, received=True)
    lines = list(rows.select_related("care__person").order_by("place"))
    if not lines:
        raise Refused("还没有登记任何人签领", next_step="请先登记签领；没有办成的，请作废这份名单。")
    apart = [line.care.person.name for line in lines if not line.care.covers(batch.on)]
    if apart:
        raise Refused(f"{told_names(apart)}在这一天不在托管期间", next_step="请取消这几人的签领，或核对日期。")
    made = [_service(act, batch, line) for line in lines]
    insert_models(made, with_keys=True)
    for line, service in zip(lines, made, strict=True):
        line.service = service
    BatchLine.objects.system("lines of a round in hand").bulk_update(lines, ["service"], batch_size=200)
    if batch.kind in VISITS:
        _visited([line.care for line in lines], batch.on)
    record_many(
        AuditLine(
            act.actor, "custody.service.record", f"登记服务：{service}（{batch}）", service._meta.label, str(service.pk),
            service.care.organization_id,
        )
        for service in made
    )  # fmt: skip
    batch.state, batch.closed_at = BatchState.CLOSED, timezone.now()
    batch.rev += 1
    batch.save(update_fields=["state", "closed_at", "rev"])
    act.log(batch, summary=f"办结：{batch}，登记服务 {len(made)} 次")
    return batch


def drop(act: Act, batch: ServiceBatch, data: Why) -> ServiceBatch:
    """Give the round up: nothing becomes a service."""
    batch.state = BatchState.DROPPED
    batch.rev += 1
    batch.save(update_fields=["state", "rev"])
    act.log(batch, summary=f"作废名单：{batch}")
    return batch


def _service(act: Act, batch: ServiceBatch, line: BatchLine) -> ServiceRecord:
    what = f"{batch.title}：{batch.gift}" if batch.gift else batch.title
    by = f"，由{line.received_by}代领" if line.received_by else "，本人签领"
    return ServiceRecord(
        care=line.care, kind=batch.kind, on=batch.on, words=f"{what}{by}。", cost=batch.cost,
        by_account_id=act.actor.account_id, by_name=act.actor.name[:100], recorded_at=timezone.now(),
    )  # fmt: skip


def _visited(cares: Sequence[CareRecord], on: date) -> None:
    """Move the day of the next visit of those for whom this was the latest."""
    later = [care for care in cares if care.last_visit_on is None or care.last_visit_on < on]
    for care in later:
        care.last_visit_on = on
        care.next_visit_on = rules.next_visit(care.since, on, care.visit_months)
    columns = ["last_visit_on", "next_visit_on"]
    CareRecord.objects.system("visits of a round").bulk_update(later, columns, batch_size=200)
