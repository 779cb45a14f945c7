"""Asking for a transfer: by the branch or the department, or by the member for themselves; singly or many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.membership.models import Member
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.people.models import Person
from zhibu.apps.transfers import paid_to, queries, rules
from zhibu.apps.transfers.models import Direction, State, Transfer
from zhibu.kernel import actions, jobs
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

ASK_JOB, ASK_CODE = "transfers.ask_many", "transfers.transfer.ask"
#: members asked for in one transaction; above, a job does it
AT_ONCE = 200
MOST = 2_000


@dataclass(frozen=True)
class Ask:
    """Where to and why. target: a branch of the platform; None: `outside` names the organisation."""

    target: Any
    outside: str
    why: str
    addressee: str = ""
    words: str = ""
    phone: str = ""
    paid_to: date | None = None


@dataclass(frozen=True)
class AskMany:
    """Whom (uids of members), and the same for all of them."""

    members: tuple[uuid.UUID, ...]
    ask: Ask


def ask(act: Act, member: Member, data: Ask) -> Transfer:
    """Ask for the transfer of a member of one's branch."""
    return _ask(act, member, data, by_self=False)


def ask_own(act: Act, member: Member, data: Ask) -> Member:
    """Ask for one's own transfer."""
    _ask(act, member, data, by_self=True)
    return member


def branch_of(member: Member) -> Organization:
    """Return the branch that answers for a member: of a group its branch."""
    place: Organization = member.organization
    return place.parent if place.kind == Kind.GROUP and place.parent is not None else place


def check_member(member: Member, field: str | None = None) -> None:
    """Raise Refused where the formal relation of this member cannot go anywhere."""
    if (why := rules.why_not_go(member.person.name, member.status)) is not None:
        raise Refused(why[0], field=field, next_step=why[1], article=rules.EDUCATION)


def check_target(source: Organization, target: Organization, on: date) -> None:
    """Raise Refused where nobody can be transferred from the one to the other."""
    if target.kind not in queries.BRANCHES:
        raise Refused("组织关系只能转到党组织", field="target", next_step="请写党支部（党总支、党委）的名称。")
    if not target.is_open(on):
        raise Refused("接收党支部尚未成立或已经撤销", field="target")
    must_be_branch(target, "target")
    if target.pk == source.pk:
        raise Refused("本来就在这个支部", field="target")
    if target.kind == Kind.GROUP and target.parent_id == source.pk:
        raise Refused("在同一个支部里换党小组，不用办理接转", field="target", next_step="请直接修改所在党小组。")


def must_be_branch(target: Organization, field: str) -> None:
    """Raise Refused where a general branch or committee is meant that has branches: a member always belongs to one of them."""
    if target.kind not in (Kind.GENERAL_BRANCH, Kind.COMMITTEE):
        return
    below = Organization.objects.system("branches under the one to receive").filter(
        under("path", [target.path]), kind=Kind.BRANCH, dissolved_on=None
    )
    if names := list(below.order_by("path").values_list("name", flat=True)[:3]):
        raise Refused(
            f"{target}下面有党支部，党员要编入其中一个党支部", field=field, next_step=f"请写党支部的名称，例如“{'”“'.join(names)}”。"
        )  # fmt: skip


def refuse_second(person: Person) -> None:
    """Raise Refused where a transfer of the person is under way already."""
    if (known := queries.open_transfer(person.pk)) is not None:
        raise Refused(
            f"{person.name}已有一项接转正在办理（{known.asked_on.isoformat()}提出，转往{known.target_name}，{known.state_words}）",
            next_step="请先办完或撤回那一项。",
            code="open",
        )


def insert(made: Transfer) -> Transfer:
    """Save a new transfer; of two at once, one is told that there is another."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        refuse_second(made.person)
        raise Refused(f"{made.person.name}的接转没有登记上", next_step="请刷新后再试。") from error
    return made


def _ask(act: Act, member: Member, data: Ask, *, by_self: bool) -> Transfer:
    today, source = localdate(), branch_of(member)
    check_member(member)
    refuse_second(member.person)
    if data.target is not None:
        check_target(source, data.target, today)
    elif not data.outside.strip():
        raise Refused("请写明转往哪个党组织", field="outside")
    if (fault := rules.paid_fault(data.paid_to, today)) is not None:
        raise Refused(fault, field="paid_to")
    known = paid_to.known([member.person_id], today).get(member.person_id)
    made = Transfer(
        direction=Direction.WITHIN if data.target is not None else Direction.OUT, person=member.person, organization=source,
        source_name=source.name, target=data.target, target_name=(data.target.name if data.target else data.outside.strip())[:100],
        addressee=data.addressee.strip(), why=data.why, words=data.words, phone=data.phone, paid_to=known or data.paid_to,
        asked_on=today, asked_by_id=act.actor.for_whom or act.actor.person_id, asked_name=act.actor.name[:100], by_self=by_self,
        as_full=member.kind == "full",
    )  # fmt: skip
    insert(made)
    who = "本人申请" if by_self else "提出"
    act.log(made, organization_id=source.pk, summary=f"{who}组织关系接转：{made}"[:200])
    return made


def withdraw(act: Act, transfer: Transfer, data: Any) -> Transfer:
    """Take back what was asked for and nobody has decided."""
    transfer.state, transfer.ended_on, transfer.ended_words = State.WITHDRAWN, localdate(), data.reason[:200]
    transfer.rev += 1
    transfer.save(update_fields=["state", "ended_on", "ended_words", "rev"])
    act.log(transfer, summary=f"撤回接转申请：{transfer}"[:200])
    return transfer


def ask_many(act: Act, obj: None, data: AskMany) -> Transfer | None:
    """Ask for each of them: all or nobody; above AT_ONCE by a job, which leaves out whoever is refused."""
    if not data.members:
        raise Refused("名单是空的", next_step="请在党员名单里勾选，或粘贴姓名、工号。")
    if len(data.members) > MOST:
        raise Refused(f"一次最多 {MOST} 人，名单上有 {len(data.members)} 人", next_step="请分几次办理。")
    if len(data.members) > AT_ONCE:
        jobs.enqueue(ASK_JOB, actor=act.actor, payload=as_payload(data), total=len(data.members))
        made = None
    else:
        made, refused = ask_each(act.actor, data.members, data.ask)
        if refused:
            raise Refused(
                f"有 {len(refused)} 人不能办理，全部没有办理：{'；'.join(refused[:5])}",
                next_step="请去掉这些人后再办。",
            )
    where = Member.objects.visible_to(act.actor, "transfers.ask").filter(uid=data.members[0])
    place = where.select_related("organization").first()
    if place is None:
        raise Http404
    where_to = data.ask.target.name if data.ask.target else data.ask.outside
    act.log(place.organization, summary=f"批量提出组织关系接转 {len(data.members)} 人，转往{where_to}"[:200])
    return made


def ask_each(actor: Actor, members: Sequence[uuid.UUID], data: Ask) -> tuple[Transfer | None, list[str]]:
    """Ask by one act each; return the last transfer and who was refused, and why."""
    refused, made = [], None
    for uid in members:
        try:
            made = actions.perform(actions.get(ASK_CODE), actor, uid=uid, data=data).result
        except (Refused, Http404) as why:
            member = Member.objects.visible_to(actor, "transfers.ask").filter(uid=uid).select_related("person").first()
            words = str(why) if isinstance(why, Refused) else "不在您的管理范围内"
            refused.append(f"{member.person.name if member else '有一人'}：{words}")
    return made, refused


def as_payload(data: AskMany) -> dict[str, Any]:
    """Return the input of the job."""
    ask = data.ask
    return {
        "members": [uid.hex for uid in data.members], "target": ask.target.pk if ask.target else None, "outside": ask.outside,
        "why": ask.why, "addressee": ask.addressee, "words": ask.words,
    }  # fmt: skip


def of_payload(payload: dict[str, Any]) -> Ask:
    """Return what a job of many asks for each."""
    target = Organization.objects.system("where many are transferred to").filter(pk=payload["target"]).first()
    return Ask(target, payload["outside"], payload["why"], payload["addressee"], payload["words"])
