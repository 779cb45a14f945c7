"""Fixing what dues are reckoned from: once a year, line by line; corrected by a new version from a month on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models import Base, Charge
from zhibu.apps.dues.params import items, payer_labels, payers
from zhibu.apps.dues.permissions import VIEW
from zhibu.apps.dues.services import charging, roster
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class Fix:
    """A base: the kind of payer, from which month, and what it is made of (code of items.yaml -> yuan a month).

    agreed: the amount a month of payers without a base (farmers); reason: for a correction within a year; signed_on, scan: of
    the signed 核定表.
    """

    payer: str
    since: date
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    agreed: Decimal | None = None
    ground: str = ""
    reason: str = ""
    signed_on: date | None = None
    scan: Any = None
    source: str = "signed"


@dataclass(frozen=True)
class Judged:
    """What a fix comes to: the base, the arithmetic, the dues of its first month."""

    amount: Decimal
    lines: list[rules.Line]
    monthly: rules.Monthly


def judge(data: Fix, unit: str = "fen") -> Judged:
    """Return what a fix comes to. Raises Refused at the field that is wrong."""
    row, lines = rules.payer_in_force(payers(), data.payer, data.since), list[rules.Line]()
    if row is None:
        raise Refused(f"{data.since:%Y-%m} 还没有这一类交费人员的规定", field="payer")
    try:
        if row.fixed is not None:
            if data.amounts:
                raise ValueError(f"{row.label}按月定额交纳，不填收入项目")
            amount = data.agreed if data.agreed is not None else row.fixed[0]
        else:
            amount, lines = rules.compose(items(), data.amounts)
            if not any(line.sign == "plus" for line in lines):
                raise ValueError(f"至少填一项计入基数的收入：{row.base_words}")
            if other := [
                line.label for line in lines if line.sign == "plus" and row.only and line.code not in row.only
            ]:
                raise ValueError(f"{row.label}党员的基数是{row.base_words}，不填“{other[0]}”")
        return Judged(amount, lines, rules.monthly(row, amount, None, unit))
    except ValueError as error:
        raise Refused(
            str(error), field="agreed" if row.fixed is not None else "amounts", article=row.article
        ) from error


def fix(act: Act, person: Any, data: Fix) -> Base:
    """Fix the base of a member from a month on; unpaid months from then on are worked out anew."""
    made, renewed = write(act.actor, person, data)
    if data.scan is not None:
        files.attach(made, data.scan.blob, name=data.scan.name, permission=VIEW, actor=act.actor)
    more = f"，{renewed} 个未交月份已重算" if renewed else ""
    act.log(made, summary=f"核定党费基数：{made}，{payer_labels()[made.payer]}{more}")
    return made


def write(actor: Actor, person: Any, data: Fix) -> tuple[Base, int]:
    """Write a base and what follows from it; return it and how many unpaid months were worked out anew."""
    since = months.first(data.since)
    branch = roster.collector(person.pk, localdate())
    if branch is None:
        raise Refused(f"{person.name}现在不在任何党支部", next_step="请先办理组织关系。")
    if months.between(months.first(localdate()), since) > 12:
        raise Refused("起始月份太晚", field="since")
    judged = judge(data, PolicyBook(since).of(branch).rounding)
    standing = _standing(person.pk, since)
    _may_change(branch, since, standing, data)
    made = Base(
        person=person, organization=branch, payer=data.payer, since=since, amount=judged.amount, source=data.source,
        lines=json.dumps([_plain(line) for line in judged.lines], ensure_ascii=False) if judged.lines else None,
        ground=(data.ground or data.reason)[:200], confirmed_on=data.signed_on, by_name=actor.name[:100],
    )  # fmt: skip
    same = next((row for row in standing if row.since == since), None)
    if same is not None:
        same.stands, same.rev = False, same.rev + 1
        same.save(update_fields=["stands", "rev"])
    made.save()
    if same is not None:
        same.replaced_by = made
        same.save(update_fields=["replaced_by"])
    return made, renew_unpaid(actor, person.pk, since, f"基数更正：{data.reason or data.ground}"[:200])


def _standing(person_id: int, since: date) -> list[Base]:
    rows = Base.objects.system("bases of a member in hand").filter(
        person_id=person_id, stands=True, since__year=since.year
    )
    return list(rows.select_for_update(of=("self",)).order_by("since"))


def _may_change(branch: Any, since: date, standing: list[Base], data: Fix) -> None:
    """Refuse a new wage in the middle of a year where the policy fixes the base at its start; a correction has a reason."""
    fixed = any(row.since <= since for row in standing)
    refused = rules.change_allowed(PolicyBook(since).of(branch).wages, since, fixed)
    if refused is not None and not data.reason:
        raise Refused(refused.message, field="reason", article=refused.article,
                      next_step="核定错了要更正，或身份变了（如退休），请写明原因。", code=refused.code)  # fmt: skip
    if any(row.since == since for row in standing) and not data.reason:
        raise Refused(
            "这个月起的基数已经核定过", field="reason", next_step="要更正的，请写明原因；原来的核定仍可查看。"
        )


def _plain(line: rules.Line) -> dict[str, str]:
    return {"code": line.code, "label": line.label, "amount": str(line.amount), "sign": line.sign, "why": line.why,
            "running": str(line.running)}  # fmt: skip


def renew_unpaid(actor: Actor, person_id: int, since: date, why: str) -> int:
    """Work the unpaid months from `since` on out anew; return how many changed. Paid ones stay as they were paid."""
    rows = Charge.objects.system("unpaid months of a member in hand").filter(
        person_id=person_id, stands=True, month__gte=since
    )
    open_ones = charging.locked(rows.exclude(settled=True, amount__gt=0))
    return sum(charging.rework(actor, one, why) is not None for one in open_ones)


def withdraw(act: Act, base: Base, data: Why) -> Base:
    """Take a base back that should not stand; months that rest on it must be taken back first."""
    rows = Charge.objects.system("months that rest on a base").filter(version=base, stands=True)
    if (count := rows.count()) > 0:
        raise Refused(
            f"已有 {count} 个月按它计算", next_step="请用“更正基数”另定一个；原来的随之失效，未交的月份自动重算。"
        )
    base.stands, base.ground = False, f"{base.ground}；撤回：{data.reason}"[:200]
    base.rev += 1
    base.save(update_fields=["stands", "ground", "rev"])
    act.log(base, summary=f"撤回党费基数：{base}")
    return base
