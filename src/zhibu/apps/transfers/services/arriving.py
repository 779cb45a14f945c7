"""The side that takes the member: accepting moves them at once; a refusal names its ground."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.services.moving import move, receive
from zhibu.apps.transfers import rules
from zhibu.apps.transfers.events import TransferReceived
from zhibu.apps.transfers.models import Arrival, Direction, State, Transfer
from zhibu.apps.transfers.models.letter import Answer, LineState
from zhibu.apps.transfers.params import grounds
from zhibu.apps.transfers.services.asking import check_member
from zhibu.apps.transfers.services.issuing import give_back, must_be_ground, settle
from zhibu.kernel import actions, jobs, messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish

ACCEPT_JOB, ACCEPT_CODE = "transfers.accept_many", "transfers.arrival.accept"
AT_ONCE = 200
GONE = "这一项已经接收、退回，或被转出方收回"


@dataclass(frozen=True)
class Accept:
    """group: the group of the branch the member joins, if any."""

    group: Any = None


@dataclass(frozen=True)
class Refuse:
    """On which ground nobody is taken, and what is the matter."""

    ground: str
    reason: str


@dataclass(frozen=True)
class AcceptMany:
    """Which arrivals (uids)."""

    arrivals: tuple[uuid.UUID, ...]


def accept(act: Act, arrival: Arrival, data: Accept) -> Arrival:
    """Take the member: from this moment on they belong here, and the old branch answers for them no longer."""
    today, transfer = localdate(), _locked(arrival)
    if arrival.valid_until is not None and arrival.valid_until < today:
        raise Refused(
            f"介绍信的有效期已过（至 {arrival.valid_until.isoformat()}）",
            next_step="请退回，由转出方重新开具；旧号作废，新信另编新号。",
        )
    to = data.group or arrival.organization
    from_id = transfer.organization_id if transfer.direction == Direction.WITHIN else None
    # first the transfer is closed: who follows moves must not find it open
    _answer(act, arrival, Answer.ACCEPTED)
    transfer.state, transfer.ended_on = State.RECEIVED, today
    transfer.rev += 1
    transfer.save(update_fields=["state", "ended_on", "rev"])
    settle(transfer, LineState.RECEIVED, today)
    if transfer.direction == Direction.WITHIN:
        member = membership.member_of(transfer.person_id)
        if member is None:
            raise Refused(f"{transfer.person.name}不是本系统的党员", next_step="请与转出方核对。")
        check_member(member)
        move(act, member, to, today)
    else:
        kind = "full" if transfer.as_full else "probationary"
        receive(act, transfer.person, to, today, kind=kind, source=f"transfer:{transfer.uid}")
    publish(
        TransferReceived(
            transfer.pk, transfer.person_id, from_id, arrival.organization_id, today, transfer.paid_to, act.actor
        )
    )
    words = f"接收组织关系：{arrival}"[:200]
    act.log(arrival, summary=words)
    act.log(transfer, summary=words)
    messages.tell(
        [transfer.person], "affairs", title="您的组织关系已转入新的支部", body=f"{arrival.organization.name}已接收您的组织关系。",
        link="/me/", key=f"transfer:{transfer.uid}:received",
    )  # fmt: skip
    return arrival


def refuse(act: Act, arrival: Arrival, data: Refuse) -> Arrival:
    """Send the letter back, on a ground that is named (不得无故拒转拒接); the old branch goes on answering for the member."""
    must_be_ground("receive", data.ground)
    if not data.reason.strip():
        raise Refused("请写明具体情况", field="reason", article=rules.NO_PRETEXT)
    transfer = _locked(arrival)
    words = f"{grounds('receive')[data.ground]}：{data.reason}"
    arrival.ground, arrival.words = data.ground, data.reason[:200]
    _answer(act, arrival, Answer.REFUSED)
    if transfer.direction == Direction.WITHIN:
        give_back(transfer, data.ground, words, f"{arrival.organization}退回：{words}")
    else:
        transfer.state, transfer.ground, transfer.ended_words = State.REFUSED, data.ground, words[:200]
        transfer.ended_on = localdate()
        transfer.rev += 1
        transfer.save(update_fields=["state", "ground", "ended_words", "ended_on", "rev"])
    act.log(arrival, summary=f"退回介绍信：{arrival}（{words}）"[:200])
    act.log(transfer, summary=f"介绍信被退回：{transfer}（{words}）"[:200])
    return arrival


def accept_many(act: Act, obj: None, data: AcceptMany) -> Arrival | None:
    """Take many, one act each, all or nobody; above AT_ONCE by a job."""
    if not data.arrivals:
        raise Refused("名单是空的", next_step="请在转入接收名单里勾选待接收的。")
    if len(data.arrivals) > AT_ONCE:
        payload = {"arrivals": [uid.hex for uid in data.arrivals]}
        jobs.enqueue(ACCEPT_JOB, actor=act.actor, payload=payload, total=len(data.arrivals))
    elif refused := accept_each(act.actor, data.arrivals):
        raise Refused(
            f"有 {len(refused)} 人不能接收，全部没有办理：{'；'.join(refused[:5])}", next_step="请去掉这些人后再办。"
        )
    first = Arrival.objects.visible_to(act.actor, "transfers.receive").filter(uid=data.arrivals[0]).first()
    if first is None:
        raise Http404
    act.log(first.organization, summary=f"批量接收组织关系 {len(data.arrivals)} 人")
    return None


def accept_each(actor: Actor, uids: Sequence[uuid.UUID]) -> list[str]:
    """Accept by one act each; return who was refused and why."""
    refused = []
    for uid in uids:
        try:
            with transaction.atomic():
                actions.perform(actions.get(ACCEPT_CODE), actor, uid=uid, data=Accept())
        except (Refused, Http404) as why:
            rows = Arrival.objects.visible_to(actor, "transfers.receive").filter(uid=uid)
            known = rows.select_related("transfer__person").first()
            words = str(why) if isinstance(why, Refused) else "不在您的管理范围内"
            refused.append(f"{known.transfer.person.name if known else '有一人'}：{words}")
    return refused


def _locked(arrival: Arrival) -> Transfer:
    """Return the transfer, locked, if the arrival still waits: the other side may have called it back a moment ago."""
    rows = Transfer.objects.system("transfer of an arrival in hand").select_for_update(of=("self",))
    found: Transfer = rows.select_related("person", "organization", "target", "letter").get(pk=arrival.transfer_id)
    arrival.transfer = found
    if not arrival.waits:
        raise Refused(GONE, code="gone")
    return found


def _answer(act: Act, arrival: Arrival, answer: str) -> None:
    arrival.answer, arrival.answered_on, arrival.answered_name = answer, localdate(), act.actor.name[:100]
    arrival.rev += 1
    arrival.save()
