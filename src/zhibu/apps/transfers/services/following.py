"""What becomes of transfers, participations and plans when something happens to the member or to the branch."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.membership.models import Member
from zhibu.apps.organizations.models import Organization
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import OPEN, Arrival, ContactPlan, Floating, Guest, State, Transfer
from zhibu.apps.transfers.models.letter import LineState
from zhibu.apps.transfers.services import contacts, floating, twofold
from zhibu.apps.transfers.services.asking import branch_of
from zhibu.apps.transfers.services.issuing import settle
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import Veto

#: what ended with a membership begins again with it for so long
TAKEN_BACK = timedelta(days=31)


def moved(actor: Actor, person_id: int, member_id: int, on: date) -> None:
    """The formal relation went to another branch: what is open follows, or ends.

    A transfer of this app was closed before it moved anybody; one that is still open is overtaken by a merger, a split
    or a correction: it follows the person while the same committee answers, and is void otherwise.
    """
    member = Member.objects.system("who moved").select_related("organization__parent").get(pk=member_id)
    home = branch_of(member)
    act = Act(actor, "transfers.follow", "随组织关系变动")
    twofold.moved(act, person_id, home, on)
    transfer = _open(person_id)
    if transfer is not None and transfer.organization_id != home.pk:
        _follow(act, transfer, home)
    away = _away(person_id)
    if away is not None and away.organization_id != home.pk:
        floating.close(act, away, on, "组织关系已转到别的支部")
    plan = contacts.plan_of(person_id)
    if plan is not None and plan.organization_id != home.pk:
        contacts.close(act, plan, on, "组织关系已转到别的支部")
        contacts.keep_plans(localdate(), [person_id], actor)


def _follow(act: Act, transfer: Transfer, home: Organization) -> None:
    arrived = transfer.target_id == home.pk
    same = queries.issuer_of(transfer.organization).pk == queries.issuer_of(home).pk
    if arrived or not same:
        words = "组织关系已另行转到接收支部" if arrived else "组织关系已随组织调整变动"
        cancel(act, transfer, words)
        return
    before, transfer.organization = transfer.organization, home
    transfer.rev += 1
    transfer.save(update_fields=["organization", "rev"])
    act.log(transfer, summary=f"接转随组织关系变动改由{home}负责（原{before}）：{transfer}"[:200])


def cancel(act: Act, transfer: Transfer, why: str) -> None:
    """Close an open transfer that has come to nothing; its letter is void."""
    if transfer.state == State.ISSUED:
        settle(transfer, LineState.VOID, localdate(), why)
    transfer.state, transfer.ended_on, transfer.ended_words = State.WITHDRAWN, localdate(), why[:200]
    transfer.rev += 1
    transfer.save(update_fields=["state", "ended_on", "ended_words", "rev"])
    act.log(transfer, organization_id=transfer.organization_id, summary=f"接转停办（{why}）：{transfer}"[:200])


def left(actor: Actor, person_id: int, member_id: int, on: date, why: str) -> None:
    """The person is no member any more: nothing of this app stays open."""
    act = Act(actor, "transfers.follow", "随党籍变动")
    twofold.left(act, person_id, on, why)
    transfer = _open(person_id)
    if transfer is not None:
        cancel(act, transfer, why)
    away = _away(person_id)
    if away is not None:
        floating.close(act, away, on, why, member_id)
    plan = contacts.plan_of(person_id)
    if plan is not None:
        contacts.close(act, plan, on, why, member_id)


def returned(actor: Actor, person_id: int, member_id: int, organization_id: int) -> None:
    """A membership that ended by mistake goes on: so do participation and plan; a letter that is void stays void."""
    act, day = Act(actor, "transfers.follow", "随党籍恢复"), localdate() - TAKEN_BACK
    _reopen(act, person_id)
    ended = Q(person_id=person_id, ended_by=member_id, until__gte=day, organization_id=organization_id)
    away = Floating.objects.system("what ended with a membership").filter(ended).select_related("person").first()
    if away is not None and _away(person_id) is None:
        away.until, away.ended_why, away.ended_by = None, "", None
        away.rev += 1
        away.save(update_fields=["until", "ended_why", "ended_by", "rev"])
        act.log(away, organization_id=away.organization_id, summary=f"流动党员登记随党籍恢复：{away.person.name}")
    plan = ContactPlan.objects.system("what ended with a membership").filter(ended).select_related("person").first()
    if plan is not None and contacts.plan_of(person_id) is None:
        plan.until, plan.ended_why, plan.ended_by = None, "", None
        plan.rev += 1
        plan.save(update_fields=["until", "ended_why", "ended_by", "rev"])
        act.log(plan, organization_id=plan.organization_id, summary=f"联系计划随党籍恢复：{plan.person.name}")
    contacts.keep_plans(localdate(), [person_id], actor)


def _reopen(act: Act, person_id: int) -> None:
    """A receipt was registered by mistake: what left waits for the department again, its letter counts no more."""
    rows = Transfer.objects.system("what a membership ended with").filter(person_id=person_id)
    last = (
        rows.select_for_update(of=("self",)).select_related("person", "organization", "letter").order_by("-pk").first()
    )
    if last is None or last.state != State.LEFT:
        return
    settle(last, LineState.VOID, localdate(), "转出登记已撤销")
    last.state, last.ended_on, last.ended_words = State.RETURNED, None, "转出登记已撤销"
    last.rev += 1
    last.save(update_fields=["state", "ended_on", "ended_words", "rev"])
    act.log(last, summary=f"转出登记撤销，待重新开具或收回：{last}"[:200])


def merged(actor: Actor, sources: Sequence[int], survivor_id: int) -> None:
    """What was to come to merged branches comes to the one that remains; the members themselves moved already."""
    survivor = Organization.objects.system("branch that remains").get(pk=survivor_id)
    act = Act(actor, "transfers.follow", "随组织合并")
    coming = Transfer.objects.system("who comes to merged branches").filter(target__in=sources, state__in=OPEN)
    for transfer in coming.select_for_update(of=("self",)).select_related("person", "organization", "letter"):
        if transfer.organization_id == survivor.pk and transfer.direction == "within":
            cancel(act, transfer, "两个支部已经合并")
            continue
        if transfer.direction == "in":
            transfer.organization = survivor
        transfer.target, transfer.target_name = survivor, survivor.name[:100]
        transfer.rev += 1
        transfer.save(update_fields=["organization", "target", "target_name", "rev"])
        waiting = Arrival.objects.system("arrivals of a transfer in hand").filter(transfer=transfer, answer="")
        waiting.filter(letter_id=transfer.letter_id).update(organization=survivor)
        act.log(transfer, organization_id=survivor.pk, summary=f"接收支部随合并改为{survivor}：{transfer}"[:200])
    _guests(act, sources, survivor)
    twofold.merged(act, sources, survivor)


def _guests(act: Act, sources: Sequence[int], survivor: Organization) -> None:
    guests = Guest.objects.system("guests of merged branches").filter(organization__in=sources, until__isnull=True)
    for guest in guests.select_for_update(of=("self",)).select_related("floating__person", "floating__organization"):
        away = guest.floating
        guest.organization = survivor
        guest.rev += 1
        guest.save(update_fields=["organization", "rev"])
        away.host, away.host_name = survivor, survivor.name[:100]
        away.rev += 1
        away.save(update_fields=["host", "host_name", "rev"])
        act.log(guest, summary=f"流入地支部随合并改为{survivor}：{away.person.name}"[:200])
        if away.organization_id == survivor.pk and away.until is None:
            floating.close(act, away, localdate(), "流出地和流入地支部已经合并")


def refuse_dissolving(organization_id: int) -> None:
    """Raise Veto where letters, guests, participations or plans would be left without their branch."""
    waiting = Arrival.objects.system("a closing branch").filter(
        queries.waiting_here(localdate()), organization_id=organization_id
    )
    if number := waiting.count():
        raise Veto(f"还有 {number} 名党员正在转到这里", next_step="请先接收或退回，或由转出方收回介绍信，再撤销。")
    going = Transfer.objects.system("a closing branch").filter(organization_id=organization_id, state__in=OPEN)
    if number := going.count():
        raise Veto(f"这里还有 {number} 项组织关系接转没有办完", next_step="请先办完或收回，再撤销。")
    guests = Guest.objects.system("a closing branch").filter(organization_id=organization_id, until__isnull=True)
    if number := guests.count():
        raise Veto(f"这里还有 {number} 名流入党员", next_step="请流出地支部先改登记流入地，再撤销。")
    twofold.refuse_dissolving(organization_id)


def merge_people(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Of two records that become one, one row of each kind stays open. Raises Veto where both are being transferred."""
    if _open(kept_id) is not None and _open(dropped_id) is not None:
        raise Veto("两份主档各有一项组织关系接转正在办理", next_step="请先办完或撤回其中一项，再合并。")
    act = Act(actor, "transfers.follow", "随主档合并")
    twofold.merge_people(act, kept_id, dropped_id)
    away, plan = _away(dropped_id), contacts.plan_of(dropped_id)
    if away is not None and _away(kept_id) is not None:
        floating.close(act, away, localdate(), "与另一份主档合并")
        plan = contacts.plan_of(dropped_id)
    if plan is not None and contacts.plan_of(kept_id) is not None:
        contacts.close(act, plan, localdate(), "与另一份主档合并")


def _open(person_id: int) -> Transfer | None:
    rows = Transfer.objects.system("transfer of a person to whom something happens")
    rows = rows.filter(person_id=person_id, state__in=OPEN).select_for_update(of=("self",))
    found: Transfer | None = rows.select_related("person", "organization", "target", "letter").first()
    return found


def _away(person_id: int) -> Floating | None:
    rows = Floating.objects.system("participation of a person to whom something happens")
    rows = rows.filter(person_id=person_id, until__isnull=True).select_for_update(of=("self",))
    found: Floating | None = rows.select_related("person", "organization").first()
    return found
