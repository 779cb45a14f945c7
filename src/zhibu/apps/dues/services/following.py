"""What happens to dues when members move or leave, people become one, and branches merge, split or end."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import (
    Account,
    ArrearCase,
    Base,
    Charge,
    EntryKind,
    HandUp,
    Incoming,
    Order,
    OrderState,
    QuarterlyConsent,
    Relief,
    Settlement,
    Spending,
)
from zhibu.apps.dues.services import charging, ledger
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.kernel import audit
from zhibu.kernel.actor import Actor

#: what goes with a member to the next branch
OF_MEMBER: tuple[Any, ...] = (Base, Relief, QuarterlyConsent)


def moved(actor: Actor, person_id: int, on: date, to_id: int) -> None:
    """Base, relief and consent go along; unpaid months after the month of the move are taken back, to be asked for anew."""
    place = _branch(to_id)
    for model in OF_MEMBER:
        rows = model.objects.system("a member moved").filter(person_id=person_id)
        rows.exclude(organization_id=place).update(organization_id=place)
    _take_back(actor, person_id, months.later(months.first(on), 1), "组织关系转走")


def left(actor: Actor, person_id: int, on: date) -> None:
    """Unpaid months after the membership ended are taken back; earlier ones stay to be looked into."""
    _take_back(actor, person_id, months.later(months.first(on), 1), "已不是党员")


def _branch(organization_id: int) -> int:
    rows = Organization.objects.system("where a member went").filter(pk=organization_id)
    kind, parent = rows.values_list("kind", "parent_id").get()
    return parent if kind == "group" else organization_id


def _take_back(actor: Actor, person_id: int, since: date, why: str) -> None:
    rows = Charge.objects.system("months of a member in hand").filter(
        person_id=person_id, stands=True, month__gte=since
    )
    found = charging.locked(rows.exclude(settled=True, amount__gt=0))
    for place in {one.organization_id for one in found}:
        here = [one for one in found if one.organization_id == place]
        charging.take_back(actor, here, why)
        words = f"撤销应交党费：{here[0].person.name}，{months.words(one.month for one in here)}（{why}）"
        audit.record(actor, "dues.charge.cancel", here[0], summary=words)


def join_people(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Settle what may be there once a person, before every reference moves to the kept one."""
    kept = Charge.objects.system("two records become one").filter(person_id=kept_id, stands=True)
    dropped = Charge.objects.system("two records become one").filter(person_id=dropped_id, stands=True)
    own = {one.month: one for one in kept}
    for other in charging.locked(dropped.filter(month__in=list(own))):
        mine = own[other.month]
        loser = other if not (other.settled and other.amount) else mine
        if loser.settled and loser.amount:
            _pay_back(actor, loser)
        charging.take_back(actor, charging.locked([loser]), "两份档案合并")
    for model, key in ((Base, "since"), (ArrearCase, "closed_on"), (QuarterlyConsent, "until")):
        _join(model, key, kept_id, dropped_id)


def _pay_back(actor: Actor, charge: Charge) -> None:
    """A month both records had paid: one was paid too much, and becomes voluntary dues of the person."""
    rows = Settlement.objects.system("two records become one").filter(charge=charge, stands=True)
    row = rows.select_related("payment").get()
    words = f"{charge}重复交纳（两份档案合并），转为自愿多交"
    sides = [(Account.RECEIVABLE, charge.amount), (Account.DUE, -charge.amount), (Account.PAID, charge.amount),
             (Account.VOLUNTARY, -charge.amount)]  # fmt: skip
    ledger.post(actor, charge.organization, localdate(), EntryKind.ADJUST, words, f"twice:{charge.pk}", sides)
    rows.update(stands=False)
    payment = row.payment
    payment.voluntary += charge.amount
    payment.voluntary_person = payment.voluntary_person or charge.person
    payment.note = f"{payment.note} {words}".strip()[:200]
    payment.rev += 1
    payment.save(update_fields=["voluntary", "voluntary_person", "note", "rev"])
    Charge.objects.system("two records become one").filter(pk=charge.pk).update(settled=False)


def _join(model: Any, key: str, kept_id: int, dropped_id: int) -> None:
    """End what both records have and only one may."""
    rows = model.objects.system("two records become one")
    if model is Base:
        held = set(rows.filter(person_id=kept_id, stands=True).values_list("since", flat=True))
        rows.filter(person_id=dropped_id, stands=True, since__in=held).update(stands=False)
    elif rows.filter(person_id=kept_id, **{f"{key}__isnull": True}).exists():
        end = {key: localdate()} if model is ArrearCase else {}
        for one in rows.filter(person_id=dropped_id, **{f"{key}__isnull": True}):
            rows.filter(pk=one.pk).update(**(end or {key: max(one.since, months.first(localdate()))}))


def join_organizations(actor: Actor, source_ids: Sequence[int], survivor_id: int) -> None:
    """Move what is open and every balance to the organisation that remains; closed records stay where they were written."""
    survivor = Organization.objects.system("merger").get(pk=survivor_id)
    for source in Organization.objects.system("merger").filter(pk__in=list(source_ids)):
        _records_to(source.pk, survivor_id, Q())
        found = ledger.balances([source.pk])
        sides = [(source, account, -amount) for (_, account), amount in found.items() if amount]
        sides += [(survivor, account, amount) for (_, account), amount in found.items() if amount]
        if sides:
            key = f"join:{source.pk}:{uuid.uuid4().hex}"
            ledger.post(
                actor, survivor, localdate(), EntryKind.MOVE, f"{source}并入，余额转入", key, (), elsewhere=sides
            )
        audit.record(actor, "dues.organization.join", survivor, summary=f"{source}的党费账并入{survivor}")


def _records_to(source_id: int, target_id: int, which: Q) -> None:
    """Let open records belong to another organisation."""
    for model in OF_MEMBER:
        model.objects.system("records move").filter(which, organization_id=source_id).update(organization_id=target_id)
    ArrearCase.objects.system("records move").filter(which, organization_id=source_id, closed_on__isnull=True).update(
        organization_id=target_id
    )
    Charge.objects.system("records move").filter(which, organization_id=source_id, stands=True, settled=False).update(
        organization_id=target_id
    )
    if not which:
        Incoming.objects.system("records move").filter(organization_id=source_id, state="open").update(
            organization_id=target_id
        )
        Spending.objects.system("records move").filter(
            organization_id=source_id, state__in=["asked", "approved"]
        ).update(organization_id=target_id)
        Order.objects.system("records move").filter(organization_id=source_id, state=OrderState.OPEN).update(
            organization_id=target_id
        )


def move_people(actor: Actor, keys: Iterable[str], source_id: int, target_id: int) -> None:
    """What some people owe goes with them to another branch, with its entry."""
    people = list(Person.objects.system("people move").filter(uid__in=list(keys)).values_list("pk", flat=True))
    which = Q(person__in=people)
    rows = Charge.objects.system("people move").filter(which, organization_id=source_id, stands=True, settled=False)
    whole = sum(rows.values_list("amount", flat=True), Decimal("0.00"))
    source, target = (Organization.objects.system("people move").get(pk=pk) for pk in (source_id, target_id))
    _records_to(source_id, target_id, which)
    if whole:
        sides = [(source, Account.RECEIVABLE, -whole), (source, Account.DUE, whole), (target, Account.RECEIVABLE, whole),
                 (target, Account.DUE, -whole)]  # fmt: skip
        key = f"split:{target_id}:{uuid.uuid4().hex}"
        ledger.post(
            actor, target, localdate(), EntryKind.MOVE, f"从{source}分出，未交党费转入", key, (), elsewhere=sides
        )


def left_at(organization_id: int) -> str:
    """Return what is not settled at an organisation, in words; "" where nothing is."""
    found = ledger.balances([organization_id])
    parts = []
    unpaid = Charge.objects.system("an organisation ends").filter(
        organization_id=organization_id, stands=True, settled=False
    )
    if count := unpaid.count():
        parts.append(f"还有 {count} 笔未交")
    for account in (Account.CASH, Account.BANK, Account.ONLINE, Account.SUSPENSE):
        if amount := found.get((organization_id, account)):
            parts.append(f"{account.label} {abs(amount)} 元")
    if HandUp.objects.system("an organisation ends").filter(organization_id=organization_id, state="sent").exists():
        parts.append("有上缴在途")
    return "、".join(parts)
