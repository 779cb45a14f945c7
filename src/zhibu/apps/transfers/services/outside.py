"""To and from other systems: the receipt that comes back, the letter that comes in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.models import MemberChange
from zhibu.apps.membership.services import changes
from zhibu.apps.membership.services.changes import Decision
from zhibu.apps.membership.services.moving import leave
from zhibu.apps.membership.services.reversing import take_back
from zhibu.apps.people.models import Person
from zhibu.apps.transfers import queries, rules
from zhibu.apps.transfers.events import TransferReceived
from zhibu.apps.transfers.models import Arrival, Direction, State, Transfer
from zhibu.apps.transfers.models.letter import LineState
from zhibu.apps.transfers.params import grounds, validity
from zhibu.apps.transfers.permissions import VIEW
from zhibu.apps.transfers.services.asking import insert, must_be_branch, refuse_second
from zhibu.apps.transfers.services.issuing import give_back, must_be_ground, settle
from zhibu.kernel import files, messages
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.audit import Change
from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.events import publish
from zhibu.kernel.files import Scan


@dataclass(frozen=True)
class Receipt:
    """The day on which the other side took the member, and its receipt."""

    on: date
    scan: Scan | None = None
    reason: str = ""


@dataclass(frozen=True)
class CameBack:
    """On which ground the other side sent the letter back."""

    ground: str
    reason: str
    scan: Scan | None = None


@dataclass(frozen=True)
class Incoming:
    """A letter from outside, about whom, and for which branch."""

    person: Person
    organization: Any
    number: str
    issuer: str
    source: str
    issued_on: date
    valid_until: date
    as_full: bool
    paid_to: date | None = None
    phone: str = ""
    words: str = ""
    scan: Scan | None = None


def register_receipt(act: Act, transfer: Transfer, data: Receipt) -> Transfer:
    """The other side has taken the member: on that day the member leaves."""
    letter = transfer.letter
    assert letter is not None  # a transfer under way is on a letter
    if data.on > localdate():
        raise Refused("回执日期不能晚于今天", field="on")
    if data.on < letter.issued_on:
        raise Refused(f"回执日期早于介绍信的开具日期 {letter.issued_on.isoformat()}", field="on")
    if data.on > letter.valid_until:
        raise Refused(
            f"回执日期在介绍信的有效期（至 {letter.valid_until.isoformat()}）之后", field="on",
            next_step="过期的介绍信无效，请重新开具。",
        )  # fmt: skip
    member = membership.member_of(transfer.person_id)
    if member is None:
        raise Refused(f"{transfer.person.name}不是本系统的党员")
    transfer.state, transfer.ended_on, transfer.ended_words = State.LEFT, data.on, data.reason[:200]
    transfer.rev += 1
    transfer.save(update_fields=["state", "ended_on", "ended_words", "rev"])
    settle(transfer, LineState.RECEIVED, data.on)
    decision = Decision(document=letter.code, approved_by=letter.addressee, approved_on=data.on)
    leave(act, member, data.on, decision=decision, source=f"transfer:{transfer.uid}")
    publish(
        TransferReceived(
            transfer.pk, transfer.person_id, transfer.organization_id, None, data.on, transfer.paid_to, act.actor
        )
    )
    _attach(act, transfer, data.scan)
    change = Change("ended_on", "回执日期", "", data.on.isoformat())
    act.log(transfer, changes=[change], summary=f"登记回执，组织关系已转出：{transfer}"[:200])
    messages.tell(
        [transfer.person], "affairs", title="您的组织关系已转出", body=f"{transfer.target_name}已接收您的组织关系。", link="/me/",
        key=f"transfer:{transfer.uid}:left",
    )  # fmt: skip
    return transfer


def undo_receipt(act: Act, transfer: Transfer, data: Any) -> Transfer:
    """The receipt was registered by mistake: the member is here again, as before it; the letter counts no more.

    What membership took back tells this app, which lets the transfer wait for the department (`following.returned`).
    """
    rows = MemberChange.objects.system("the leaving of a transfer in hand").filter(source=f"transfer:{transfer.uid}")
    change = rows.filter(reversed_by__isnull=True).select_related("member").order_by("-pk").first()
    if change is None:
        raise Refused("没有找到这次转出的党籍变动", next_step="请在党员管理里核对。")
    before = change.member.status
    take_back(act, change)
    changes.tell_return(act, change.member, change.on, before)
    transfer.refresh_from_db()
    act.log(transfer, summary=f"撤销回执，组织关系恢复：{transfer}"[:200])
    return transfer


def came_back(act: Act, transfer: Transfer, data: CameBack) -> Transfer:
    """The other side sent the letter back: it is void, and a new one may be issued."""
    must_be_ground("receive", data.ground)
    words = f"{grounds('receive')[data.ground]}：{data.reason}"
    give_back(transfer, data.ground, words, f"对方退回：{words}")
    _attach(act, transfer, data.scan)
    act.log(transfer, summary=f"介绍信被对方退回：{transfer}（{words}）"[:200])
    return transfer


def register_incoming(act: Act, obj: None, data: Incoming) -> Transfer:
    """Register a letter from outside; the branch it is meant for has it in its inbox."""
    today, person = localdate(), data.person
    if person.employment == "deceased":
        raise Refused(f"{person.name}已去世，请核对来信", field="person")
    member = membership.member_of(person.pk)
    if member is not None and member.in_party:
        raise Refused(
            f"{person.name}的组织关系已在本系统（{member.organization}）",
            field="person",
            next_step="在平台内换支部的，请办理平台内接转。",
        )
    refuse_second(person)
    _check_letter(data, today)
    if data.organization.kind not in queries.BRANCHES or not data.organization.is_open(today):
        raise Refused("接收党支部不是党组织，或已经撤销", field="organization")
    must_be_branch(data.organization, "organization")
    made = insert(
        Transfer(
            direction=Direction.IN, state=State.ISSUED, person=person, organization=data.organization, target=data.organization,
            source_name=data.source, target_name=data.organization.name, words=data.words, phone=data.phone, paid_to=data.paid_to,
            asked_on=today, asked_by_id=act.actor.for_whom or act.actor.person_id, asked_name=act.actor.name[:100],
            their_number=data.number, their_issuer=data.issuer, their_issued_on=data.issued_on, their_valid_until=data.valid_until,
            as_full=data.as_full,
        )
    )  # fmt: skip
    Arrival.objects.create(organization=data.organization, transfer=made, letter=None, arrived_on=today)
    _attach(act, made, data.scan)
    act.log(made, summary=f"登记外来介绍信 {data.number}：{made}"[:200])
    return made


def _check_letter(data: Incoming, today: date) -> None:
    if data.issued_on > today:
        raise Refused("来信日期不能晚于今天", field="issued_on")
    if data.valid_until < data.issued_on:
        raise Refused("有效期早于来信日期", field="valid_until")
    held = rules.validity_on(validity(), data.issued_on)
    if data.valid_until > add_months(data.issued_on, held.foreign):
        raise Refused(
            f"有效期超过 {held.foreign} 个月，请核对来信日期和有效期", field="valid_until", article=held.article
        )
    if data.valid_until < today:
        raise Refused(
            f"来信的有效期已过（至 {data.valid_until.isoformat()}）",
            field="valid_until",
            next_step="请退回，由对方重新开具。",
        )
    if (fault := rules.paid_fault(data.paid_to, today)) is not None:
        raise Refused(fault, field="paid_to")


def _attach(act: Act, transfer: Transfer, scan: Scan | None) -> None:
    if scan is not None:
        files.attach(
            transfer,
            scan.blob,
            name=scan.name,
            permission=VIEW,
            actor=act.actor,
            organization_id=transfer.organization_id,
        )
