"""The side that lets the member go: approving with a letter, declining, a new letter for one that came back or ran out, calling back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.membership import queries as membership
from zhibu.apps.transfers import paid_to, queries, rules
from zhibu.apps.transfers.models import Arrival, Direction, Letter, LetterLine, State, Transfer
from zhibu.apps.transfers.models.letter import LetterState, LineState
from zhibu.apps.transfers.params import grounds, validity
from zhibu.apps.transfers.services.asking import check_member, check_target
from zhibu.kernel import actions, jobs, messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.numbering import next_number

SERIES = "transfers.letter"
APPROVE_JOB, APPROVE_CODE = "transfers.approve_many", "transfers.transfer.approve"
AT_ONCE = 200
#: people on one letter
MOST_ON_LETTER = 200
EXPIRED = "介绍信过期"


@dataclass(frozen=True)
class Approve:
    """To whom the letter is addressed, for how many days it holds, up to which month dues are paid."""

    addressee: str
    days: int
    paid_to: date | None = None


@dataclass(frozen=True)
class ApproveMany:
    """Which transfers (uids), for how long the letters hold; collective: one letter for all of them."""

    transfers: tuple[uuid.UUID, ...]
    days: int
    collective: bool = False


@dataclass(frozen=True)
class Decline:
    """On which ground somebody is not let go, and what is the matter."""

    ground: str
    reason: str


@dataclass(frozen=True)
class Reissue:
    """A new letter, perhaps to another place."""

    target: Any
    outside: str
    addressee: str
    days: int
    paid_to: date | None = None


def approve(act: Act, transfer: Transfer, data: Approve) -> Transfer:
    """Let the member go, with a letter of their own."""
    _check(transfer)
    _pay(transfer, data.paid_to)
    transfer.addressee = data.addressee.strip() or transfer.addressee
    issue(act, [transfer], data.days)
    return transfer


def decline(act: Act, transfer: Transfer, data: Decline) -> Transfer:
    """Do not let the member go, on a ground that is named."""
    must_be_ground("source", data.ground)
    transfer.ground = data.ground
    _close(transfer, State.DECLINED, f"{grounds('source')[data.ground]}：{data.reason}")
    act.log(transfer, summary=f"不予转出：{transfer}（{transfer.ended_words}）"[:200])
    _tell(transfer, "declined", "您的组织关系接转没有办理", f"原因：{transfer.ended_words}")
    return transfer


def reissue(act: Act, transfer: Transfer, data: Reissue) -> Transfer:
    """Issue a new letter, with a new number, for one that came back or ran out; the old number stays as void."""
    if transfer.state == State.ISSUED:
        settle(transfer, LineState.VOID, localdate(), EXPIRED)
    if data.target is not None:
        check_target(transfer.organization, data.target, localdate())
        transfer.direction, transfer.target, transfer.target_name = (
            Direction.WITHIN,
            data.target,
            data.target.name[:100],
        )
    else:
        if not data.outside.strip():
            raise Refused("请写明转往哪个党组织", field="outside")
        transfer.direction, transfer.target, transfer.target_name = Direction.OUT, None, data.outside.strip()[:100]
    _check(transfer)
    _pay(transfer, data.paid_to)
    transfer.addressee, transfer.ground, transfer.ended_words = data.addressee.strip(), "", ""
    issue(act, [transfer], data.days)
    return transfer


def recall(act: Act, transfer: Transfer, data: Any) -> Transfer:
    """Call the letter back, or give up what came back: the member stays where they are."""
    if transfer.state == State.ISSUED:
        settle(transfer, LineState.VOID, localdate(), f"收回：{data.reason}")
    _close(transfer, State.WITHDRAWN, data.reason)
    act.log(transfer, summary=f"收回介绍信，不再接转：{transfer}"[:200])
    _tell(
        transfer, "recalled", "您的组织关系接转已经停办", f"原因：{data.reason}。组织关系仍在{transfer.source_name}。"
    )
    return transfer


def issue(act: Act, transfers: Sequence[Transfer], days: int) -> Letter:
    """Number a letter for these transfers (one branch, one destination), put them on it, and let it arrive."""
    today, first = localdate(), transfers[0]
    issuer = queries.issuer_of(first.organization)
    for fault in rules.letter_faults(today, days, rules.validity_on(validity(), today)):
        raise Refused(fault.message, field="days", article=fault.article)
    addressee = first.addressee or (queries.issuer_of(first.target).name if first.target else first.target_name)
    letter = Letter(
        organization=issuer, year=today.year, addressee=addressee[:100], source_name=first.source_name,
        target_name=first.target_name, outside=first.direction == Direction.OUT, count=len(transfers), issued_on=today,
        valid_days=days, valid_until=rules.last_day(today, days), issued_name=act.actor.name[:100],
    )  # fmt: skip
    letter.number = next_number(SERIES, today.year, organization_id=issuer.pk)
    letter.save(force_insert=True)
    for place, transfer in enumerate(transfers, 1):
        _put_on(act, letter, transfer, place)
    act.log(
        letter,
        summary=f"开具介绍信 {letter}：{first.person.name}{f'等 {len(transfers)} 名党员' if len(transfers) > 1 else ''}",
    )
    return letter


def _put_on(act: Act, letter: Letter, transfer: Transfer, place: int) -> None:
    """Put a transfer on its letter and let it arrive."""
    transfer.letter, transfer.state, transfer.addressee = letter, State.ISSUED, letter.addressee
    transfer.issued_by_id = act.actor.for_whom or act.actor.person_id
    transfer.rev += 1
    transfer.save()
    LetterLine.objects.create(
        letter=letter, transfer=transfer, place=place, name=transfer.person.name, full=transfer.as_full,
        paid_to=transfer.paid_to,
    )  # fmt: skip
    if transfer.target_id is not None:
        Arrival.objects.create(
            organization_id=transfer.target_id, transfer=transfer, letter=letter, arrived_on=letter.issued_on
        )
    act.log(
        transfer,
        changes=[Change("letter", "介绍信", "", letter.code)],
        summary=f"开具介绍信 {letter}：{transfer}"[:200],
    )
    until = letter.valid_until.isoformat()
    _tell(
        transfer,
        f"letter:{letter.pk}",
        "您的组织关系介绍信已开出",
        f"转往{transfer.target_name}，有效期至 {until}。接收以前，{transfer.source_name}仍然负责。",
    )


def settle(transfer: Transfer, state: str, on: date, why: str = "") -> None:
    """Write how it went with one person on their letter; the letter is settled or void once nobody on it is under way."""
    if transfer.letter_id is None:
        return
    letter = (
        Letter.objects.system("letter of a transfer in hand").select_for_update(of=("self",)).get(pk=transfer.letter_id)
    )
    rows = LetterLine.objects.system("lines of a letter in hand").filter(letter=letter)
    rows.filter(transfer=transfer).update(state=state, settled_on=on)
    states = set(rows.values_list("state", flat=True))
    if LineState.UNDER_WAY in states:
        return
    if LineState.RECEIVED in states:
        letter.state, letter.settled_on = LetterState.SETTLED, on
    else:
        letter.state, letter.settled_on, letter.void_on, letter.void_why = LetterState.VOID, None, on, why[:200]
    letter.rev += 1
    letter.save(update_fields=["state", "settled_on", "void_on", "void_why", "rev"])


def give_back(transfer: Transfer, ground: str, words: str, why: str) -> None:
    """The letter came back: the transfer waits for the side that issued it."""
    settle(transfer, LineState.RETURNED, localdate(), why)
    transfer.state, transfer.ground, transfer.ended_words = State.RETURNED, ground, words[:200]
    transfer.rev += 1
    transfer.save(update_fields=["state", "ground", "ended_words", "rev"])


def expire(today: date) -> int:
    """Make the letters void that no longer hold; each transfer waits for a new letter. Returns how many."""
    rows = Transfer.objects.system("letters that ran out").filter(state=State.ISSUED, letter__valid_until__lt=today)
    found = list(rows.select_for_update(of=("self",)).select_related("letter", "organization", "person"))
    act = Act(SYSTEM, "transfers.letter.expire", "介绍信过期作废")
    for transfer in found:
        settle(transfer, LineState.VOID, today, EXPIRED)
        transfer.state, transfer.ground, transfer.ended_words = (
            State.RETURNED,
            "expired",
            f"{transfer.letter}已过有效期",
        )
        transfer.rev += 1
        transfer.save(update_fields=["state", "ground", "ended_words", "rev"])
        act.log(transfer, summary=f"介绍信过期作废：{transfer.letter}，{transfer}"[:200])
    return len(found)


def approve_many(act: Act, obj: None, data: ApproveMany) -> Letter | Transfer | None:
    """Let many go: on one letter, or on a letter each; above AT_ONCE by a job."""
    if not data.transfers:
        raise Refused("名单是空的", next_step="请在接转名单里勾选待审批的。")
    if data.collective:
        return _collective(act, data)
    if len(data.transfers) > AT_ONCE:
        payload = {"transfers": [uid.hex for uid in data.transfers], "days": data.days}
        jobs.enqueue(APPROVE_JOB, actor=act.actor, payload=payload, total=len(data.transfers))
    else:
        refused = approve_each(act.actor, data.transfers, data.days)
        if refused:
            raise Refused(
                f"有 {len(refused)} 人不能办理，全部没有办理：{'；'.join(refused[:5])}",
                next_step="请去掉这些人后再办。",
            )
    first = Transfer.objects.visible_to(act.actor, "transfers.issue").filter(uid=data.transfers[0]).first()
    if first is None:
        raise Http404
    act.log(first.organization, summary=f"批量审批接转 {len(data.transfers)} 人，每人一封介绍信")
    return None


def approve_each(actor: Actor, uids: Sequence[uuid.UUID], days: int) -> list[str]:
    """Approve by one act each; return who was refused and why."""
    refused = []
    for uid in uids:
        rows = Transfer.objects.visible_to(actor, "transfers.issue").filter(uid=uid).select_related("person", "target")
        transfer = rows.first()
        try:
            if transfer is None:
                raise Http404
            with transaction.atomic():
                data = Approve(transfer.addressee, days, transfer.paid_to)
                actions.perform(actions.get(APPROVE_CODE), actor, uid=uid, data=data)
        except (Refused, Http404) as why:
            words = str(why) if isinstance(why, Refused) else "不在您的管理范围内"
            refused.append(f"{transfer.person.name if transfer else '有一人'}：{words}")
    return refused


def _collective(act: Act, data: ApproveMany) -> Letter:
    if len(data.transfers) > MOST_ON_LETTER:
        raise Refused(f"一封介绍信最多写 {MOST_ON_LETTER} 人", next_step="请分几封，或改为每人一封。")
    rows = Transfer.objects.visible_to(act.actor, "transfers.issue").filter(uid__in=data.transfers, state=State.ASKED)
    rows = rows.select_for_update(of=("self",)).select_related("person", "organization", "target")
    found = list(rows.order_by("organization__path", "person__name", "pk"))
    if len(found) != len(set(data.transfers)):
        raise Refused("名单里有人已经审批或撤回", next_step="请回到名单，重新勾选待审批的。")
    ends = {(one.organization_id, one.direction, one.target_id, one.target_name) for one in found}
    if len(ends) > 1:
        raise Refused("一封介绍信上的人应从同一个支部转往同一个党组织", next_step="请分别勾选，或改为每人一封。")
    acting = {act.actor.person_id, act.actor.for_whom} - {None}
    if any(one.person_id in acting or one.asked_by_id in acting for one in found):
        raise Refused("不能审批与本人有关或由自己提出的接转", next_step="请由另一位有权限的人办理。", code="separation")
    for one in found:
        _check(one)
        _pay(one, None)
    return issue(act, found, data.days)


def must_be_ground(side: str, ground: str) -> None:
    """Raise Refused unless a refusal names a ground of the table."""
    if ground not in grounds(side):
        raise Refused("请选择正当理由", field="ground", article=rules.NO_PRETEXT)


def _check(transfer: Transfer) -> None:
    member = membership.member_of(transfer.person_id)
    if member is None or not member.in_party:
        if member is not None:
            check_member(member)
        raise Refused(f"{transfer.person.name}不是本系统的党员", next_step="请先核对党员记录。")
    check_member(member)
    if transfer.target is not None:
        check_target(transfer.organization, transfer.target, localdate())
    transfer.as_full = member.kind == "full"


def _pay(transfer: Transfer, typed: date | None) -> None:
    today = localdate()
    known = paid_to.known([transfer.person_id], today).get(transfer.person_id)
    transfer.paid_to = known or typed or transfer.paid_to
    if (fault := rules.paid_fault(transfer.paid_to, today)) is not None:
        raise Refused(fault, field="paid_to")


def _close(transfer: Transfer, state: str, words: str) -> None:
    transfer.state, transfer.ended_on, transfer.ended_words = state, localdate(), words[:200]
    transfer.rev += 1
    transfer.save(update_fields=["state", "ground", "ended_on", "ended_words", "rev"])


def _tell(transfer: Transfer, what: str, title: str, body: str) -> None:
    messages.tell(
        [transfer.person], "affairs", title=title, body=body[:200], link="/me/", key=f"transfer:{transfer.uid}:{what}"
    )
