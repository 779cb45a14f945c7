"""Who keeps in touch with whom how often; that it took place and how, never what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership.models import Member, living
from zhibu.apps.people.models import Person
from zhibu.apps.transfers import rules
from zhibu.apps.transfers.models import Contact, ContactPlan
from zhibu.apps.transfers.models.away import ContactGround
from zhibu.apps.transfers.params import contact_every, off_post
from zhibu.apps.transfers.services.asking import branch_of
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.bulk import insert_models

#: contacts that are entered later than this are refused: nobody remembers
LONGEST_AGO = 366


@dataclass(frozen=True)
class NewPlan:
    """Why, how often, by whom (None: the officers of the branch)."""

    ground: str
    every: str
    keeper: Person | None = None


@dataclass(frozen=True)
class Reached:
    """When, how, and whether the person was reached."""

    on: date
    how: str
    reached: bool = True


@dataclass(frozen=True)
class EndPlan:
    """From which day on nobody need keep in touch by plan, and why."""

    on: date
    reason: str


def open_plan(act: Act, member: Member, data: NewPlan) -> ContactPlan:
    """Begin a plan for a member of one's branch."""
    if not member.in_party:
        raise Refused(f"{member.person.name}已不是党员，不用建立联系计划")
    known = plan_of(member.person_id)
    if known is not None:
        raise Refused("此人已有联系计划", next_step="请打开它修改。")
    _check_keeper(member.person_id, data.keeper)
    today = localdate()
    made: ContactPlan = ContactPlan.objects.create(
        person=member.person, organization=branch_of(member), ground=data.ground, every=data.every, keeper=data.keeper, since=today,
        next_on=rules.next_contact(today, None, data.every),
    )  # fmt: skip
    act.log(made, summary=f"建立联系计划：{member.person.name}，{made.get_every_display()}")
    return made


def begin(act: Act, member: Member, ground: str, keeper: Person | None, every: str) -> ContactPlan:
    """Begin a plan as part of another act, or let the one there is go on."""
    known = plan_of(member.person_id)
    return known if known is not None else open_plan(act, member, NewPlan(ground, every, keeper))


def plan_of(person_id: int) -> ContactPlan | None:
    """Return the open plan of a person."""
    rows = ContactPlan.objects.system("plan of a person in hand").filter(person_id=person_id, until__isnull=True)
    found: ContactPlan | None = rows.select_related("person", "organization", "keeper").first()
    return found


def edit_plan(act: Act, plan: ContactPlan, data: NewPlan) -> ContactPlan:
    """Change why, how often and by whom; the next day follows from the last contact."""
    _check_keeper(plan.person_id, data.keeper)
    before = ContactPlan.objects.system("a plan in hand").select_related("keeper").get(pk=plan.pk)
    plan.ground, plan.every, plan.keeper = data.ground, data.every, data.keeper
    plan.next_on = rules.next_contact(plan.since, plan.last_on, plan.every)
    plan.rev += 1
    plan.save()
    act.log(
        plan, changes=diff(before, plan, ["ground", "every", "keeper"]), summary=f"修改联系计划：{plan.person.name}"
    )
    return plan


def end_plan(act: Act, plan: ContactPlan, data: EndPlan) -> ContactPlan:
    """End a plan."""
    if data.on > localdate() or data.on < plan.since:
        raise Refused("结束日期应在计划开始之后，不晚于今天", field="on")
    return close(act, plan, data.on, data.reason)


def close(act: Act, plan: ContactPlan, on: date, why: str, ended_by: int | None = None) -> ContactPlan:
    """End a plan whoever asks for it."""
    plan.until, plan.ended_why, plan.ended_by = max(on, plan.since), why[:200], ended_by
    plan.rev += 1
    plan.save(update_fields=["until", "ended_why", "ended_by", "rev"])
    act.log(plan, organization_id=plan.organization_id, summary=f"结束联系计划：{plan.person.name}（{why}）"[:200])
    return plan


def record(act: Act, plan: ContactPlan, data: Reached) -> Contact:
    """Write down that the branch was in touch."""
    return write(act, plan, data, by_host=False)


def record_mine(act: Act, plan: ContactPlan, data: Reached) -> ContactPlan:
    """Write down that one was in touch with somebody one looks after oneself."""
    write(act, plan, data, by_host=False)
    return plan


def write(act: Act, plan: ContactPlan, data: Reached, *, by_host: bool) -> Contact:
    """Write a contact; one that reached nobody moves no date."""
    today = localdate()
    if data.on > today:
        raise Refused("联系日期不能晚于今天", field="on")
    if (today - data.on).days > LONGEST_AGO:
        raise Refused("联系日期在一年以前，请核对年份", field="on")
    made: Contact = Contact.objects.create(
        plan=plan, on=data.on, how=data.how, reached=data.reached, by_host=by_host, by_name=act.actor.name[:100]
    )
    _count(plan)
    words = "" if data.reached else "，没有联系上"
    act.log(
        plan, organization_id=plan.organization_id,
        summary=f"登记联系：{plan.person.name}，{data.on.isoformat()} {made.get_how_display()}{words}",
    )  # fmt: skip
    return made


def withdraw(act: Act, contact: Contact, data: Any) -> Contact:
    """Take back a contact that was entered by mistake: it is seen as withdrawn and counts no more."""
    contact.stands, contact.withdrawn_why = False, data.reason[:200]
    contact.rev += 1
    contact.save(update_fields=["stands", "withdrawn_why", "rev"])
    _count(contact.plan)
    act.log(
        contact.plan, organization_id=contact.plan.organization_id,
        summary=f"撤回联系记录：{contact.plan.person.name}，{contact.on.isoformat()}",
    )  # fmt: skip
    return contact


def _count(plan: ContactPlan) -> None:
    rows = Contact.objects.system("contacts of a plan in hand").filter(plan=plan, stands=True, reached=True)
    plan.last_on = rows.order_by("-on").values_list("on", flat=True).first()
    plan.next_on = rules.next_contact(plan.since, plan.last_on, plan.every)
    plan.rev += 1
    plan.save(update_fields=["last_on", "next_on", "rev"])


def _check_keeper(person_id: int, keeper: Person | None) -> None:
    if keeper is not None and keeper.pk == person_id:
        raise Refused("联系人不能是本人", field="keeper")


def keep_plans(today: date, people: Iterable[int] | None = None, actor: Actor = SYSTEM) -> tuple[int, int]:
    """Open plans for members off their post who have none, and end those that opened so and are needed no more.

    people: of these alone. Returns how many were opened and ended; a constant number of statements but one for each end.
    """
    members = Member.objects.system("members off their post").filter(living(), person__employment__in=off_post())
    held = ContactPlan.objects.system("plans there are").filter(until__isnull=True)
    over = held.filter(by_itself=True, ground=ContactGround.OFF_POST).exclude(person__employment__in=off_post())
    if people is not None:
        some = list(people)
        members, over = members.filter(person__in=some), over.filter(person__in=some)
    every = contact_every("off_post")
    made = []
    for member in members.exclude(person__in=held.values("person_id")).select_related("organization__parent", "person"):
        made.append(
            ContactPlan(
                person=member.person, organization=branch_of(member), ground=ContactGround.OFF_POST, every=every, by_itself=True,
                since=today, next_on=rules.next_contact(today, None, every),
            )
        )  # fmt: skip
    if made:
        insert_models(made, with_keys=True)
        record_many(
            AuditLine(
                actor, "transfers.plan.open", f"离岗党员自动建立联系计划：{plan.person.name}", plan._meta.label, str(plan.pk),
                plan.organization_id,
            )
            for plan in made
        )  # fmt: skip
    act = Act(actor, "transfers.plan.end", "结束联系计划")
    ended = list(over.select_for_update(of=("self",)).select_related("person"))
    for plan in ended:
        close(act, plan, today, "不再离岗")
    return len(made), len(ended)
