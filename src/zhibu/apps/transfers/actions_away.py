"""What can be done about members who are away, their hosts, and about keeping in touch."""

from datetime import date

from django.db.models import Q

from zhibu.apps.membership.models import IN_PARTY
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import ContactPlan, Floating, Guest
from zhibu.apps.transfers.permissions import CONTACT
from zhibu.apps.transfers.permissions import FLOATING as MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.transfers.services"
F = "zhibu.apps.transfers.forms_away"
MEMBER, FLOATING, GUEST = "membership.Member", "transfers.Floating", "transfers.Guest"
PLAN, TOUCH = "transfers.ContactPlan", "transfers.Contact"
OPEN, ENDED = Q(until__isnull=True), "已经结束"


def at_home(today: date) -> Q:
    """Condition on members: nobody has registered them as away."""
    away = Floating.objects.system("who is away").filter(until__isnull=True)
    return Q(status__in=IN_PARTY, state="live") & ~Q(person__in=away.values("person_id"))


def without_plan(today: date) -> Q:
    """Condition on members: nobody keeps in touch by plan."""
    held = ContactPlan.objects.system("who has a plan").filter(until__isnull=True)
    return Q(status__in=IN_PARTY, state="live") & ~Q(person__in=held.values("person_id"))


def touched(plan: ContactPlan) -> str:
    """Return what the inbox says of a contact that is due."""
    last = f"上次 {plan.last_on.isoformat()}" if plan.last_on else "还没有联系过"
    return f"{plan.get_ground_display()}，{plan.get_every_display()}一次，{last}"


def whom(plan: ContactPlan) -> str:
    """Return the same for whoever keeps in touch, with the telephone."""
    phone = plan.person.mobile or plan.person.telephone
    return f"{touched(plan)}{f'（{phone}）' if phone else ''}"


def reported(away: Floating) -> str:
    """Return what the inbox says of a report that is due."""
    last = f"上次汇报 {away.last_report_on.isoformat()}" if away.last_report_on else "外出以后还没有汇报"
    return f"在{away.place}，{last}"


def came(guest: Guest) -> str:
    """Return what the inbox says of a guest who has not reported."""
    return f"来自{guest.floating.organization.name}，{guest.since.isoformat()}起"


register(
    Action(
        "transfers.floating.register", "登记流动党员", MANAGE, f"{S}.floating.register", model=MEMBER, form=f"{F}.FloatingForm",
        when=at_home, when_message="此人已登记为流动党员，或已不是党员", leaves_scope=True, icon="map-pin", audit="登记流动党员",
        confirm="把{obj}登记为流动党员。正式组织关系和表决权仍在本支部，流入地支部把他作为流入党员登记，同时建立联系计划。",
    ),
    Action(
        "transfers.floating.edit", "修改", MANAGE, f"{S}.floating.edit", model=FLOATING, form=f"{F}.EditFloatingForm", when=OPEN,
        when_message=ENDED, leaves_scope=True, icon="pencil-square", audit="修改流动党员",
        confirm="修改{obj}的登记。换了流入地党支部的，原来的一处同日结束。",
    ),
    Action(
        "transfers.floating.end", "结束流动", MANAGE, f"{S}.floating.end", model=FLOATING, form=f"{F}.EndFloatingForm", when=OPEN,
        when_message=ENDED, icon="home", audit="结束流动", confirm="{obj}从这一天起结束，流入地的登记和流动党员的联系计划同日结束。",
        inbox=Inbox(
            title=lambda f: f"应已返回：{f.person.name}", detail=lambda f: f"在{f.place}，预计 {f.expected_until.isoformat()} 返回",
            due=lambda f: f.expected_until, order=("expected_until",), related=("person",), only=queries.overstayed,
            url=lambda f: f.get_absolute_url(),
        ),
    ),
    Action(
        "transfers.floating.report", "登记汇报", CONTACT, f"{S}.floating.report", model=FLOATING, form=f"{F}.ReportForm", when=OPEN,
        when_message=ENDED, style="go", icon="clipboard-document-check", audit="登记流动党员汇报",
        confirm="{obj}汇报过了，每年至少一次。只记时间和方式，不记内容。",
        inbox=Inbox(
            title=lambda f: f"流动党员汇报：{f.person.name}", detail=reported, due=lambda f: f.next_report_on, order=("next_report_on",),
            related=("person",), only=queries.to_report,
        ),
    ),
    Action(
        "transfers.guest.confirm", "登记报到", MANAGE, f"{S}.floating.confirm", model=GUEST, form=f"{F}.ConfirmForm",
        when=Q(until__isnull=True, confirmed_on__isnull=True), when_message="已经报到或已经结束", style="go", icon="check-circle",
        audit="流入党员报到", confirm="{obj}已到本支部报到。参加本支部的组织生活，在本支部没有表决权、选举权和被选举权。",
        inbox=Inbox(
            title=lambda g: f"流入党员待报到：{g.floating.person.name}", detail=came, due=lambda g: None, order=("since",),
            related=("floating__person", "floating__organization"),
        ),
    ),
    Action(
        "transfers.guest.contact", "登记联系", CONTACT, f"{S}.floating.contact_guest", model=GUEST, form=f"{F}.ContactForm", when=OPEN,
        when_message=ENDED, icon="phone", audit="流入地登记联系", confirm="本支部和{obj}联系过，流出地支部看得到。只记联系过没有，不记内容。",
    ),
    Action(
        "transfers.guest.report", "转报汇报", CONTACT, f"{S}.floating.report_of_guest", model=GUEST, form=f"{F}.ReportForm", when=OPEN,
        when_message=ENDED, icon="clipboard-document-check", audit="流入地转报汇报", confirm="{obj}的汇报转给流出地支部，每年至少一次。",
    ),
    Action(
        "transfers.plan.open", "建立联系计划", MANAGE, f"{S}.contacts.open_plan", model=MEMBER, form=f"{F}.PlanForm", when=without_plan,
        when_message="此人已有联系计划，或已不是党员", leaves_scope=True, icon="phone", audit="建立联系计划",
        confirm="给{obj}定下由谁联系、多久一次，到期在待办里提醒。",
    ),
    Action(
        "transfers.contact.record", "登记联系", CONTACT, f"{S}.contacts.record", model=PLAN, form=f"{F}.ContactForm", when=OPEN,
        when_message=ENDED, style="go", icon="phone", audit="登记联系", confirm="{obj}：写下哪天联系过、怎么联系的。不记谈话内容。",
        inbox=Inbox(
            title=lambda p: f"应联系：{p.person.name}", detail=touched, due=lambda p: p.next_on, order=("next_on",), related=("person",),
            only=queries.to_contact,
        ),
    ),
    Action(
        "transfers.contact.record_mine", "登记联系", "", f"{S}.contacts.record_mine", model=PLAN, personal="keeper_id",
        form=f"{F}.ContactForm", when=OPEN, when_message=ENDED, style="go", listed=False, icon="phone", audit="联系人登记联系",
        confirm="写下哪天联系过、怎么联系的。不记谈话内容。",
        inbox=Inbox(
            title=lambda p: f"请您联系：{p.person.name}", detail=whom, due=lambda p: p.next_on, order=("next_on",), related=("person",),
            only=queries.to_contact,
        ),
    ),
    Action(
        "transfers.plan.edit", "修改", MANAGE, f"{S}.contacts.edit_plan", model=PLAN, form=f"{F}.PlanForm", when=OPEN, when_message=ENDED,
        leaves_scope=True, icon="pencil-square", audit="修改联系计划", confirm="修改{obj}，下一次应联系的日期随之改变。",
    ),
    Action(
        "transfers.plan.end", "结束计划", MANAGE, f"{S}.contacts.end_plan", model=PLAN, form=f"{F}.EndPlanForm", when=OPEN,
        when_message=ENDED, style="danger", icon="x-circle", audit="结束联系计划", confirm="{obj}从这一天起结束，不再提醒。",
    ),
    Action(
        "transfers.contact.withdraw", "撤回", CONTACT, f"{S}.contacts.withdraw", model=TOUCH,
        form="zhibu.apps.transfers.forms.ReasonForm", when=Q(stands=True), when_message="已经撤回", style="danger",
        icon="arrow-uturn-left", audit="撤回联系记录", confirm="撤回“{obj}”，不再计入，原来的一行仍看得到。",
    ),
)  # fmt: skip
