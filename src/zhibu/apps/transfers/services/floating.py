"""Members who are away: registered at home and at the host, contacted, reporting once a year; the formal relation stays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.models import Member
from zhibu.apps.organizations.models import Kind
from zhibu.apps.transfers import rules
from zhibu.apps.transfers.events import FloatingBegan, FloatingEnded
from zhibu.apps.transfers.models import ContactPlan, Floating, Guest, Report
from zhibu.apps.transfers.models.away import ContactGround
from zhibu.apps.transfers.params import contact_every, floating_rules, report_months
from zhibu.apps.transfers.services import contacts
from zhibu.apps.transfers.services.asking import branch_of, check_member
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.events import publish

COLUMNS = ("place", "reason", "words", "host_name", "host_phone", "card_number", "expected_until")


@dataclass(frozen=True)
class Away:
    """Where somebody is, since when, until when as far as anybody knows, and the organisation there."""

    place: str
    reason: str
    since: date
    expected_until: date | None = None
    host: Any = None
    host_name: str = ""
    host_phone: str = ""
    card_number: str = ""
    words: str = ""
    every: str = ""
    keeper: Any = None


@dataclass(frozen=True)
class EndAway:
    """The first day on which somebody takes part at home again, and why."""

    on: date
    reason: str


@dataclass(frozen=True)
class Confirm:
    """On which day somebody reported at the host."""

    on: date


@dataclass(frozen=True)
class Reported:
    """When and how somebody reported."""

    on: date
    how: str


def register(act: Act, member: Member, data: Away) -> Floating:
    """Register a member of one's branch as floating: formal relation and vote stay here."""
    check_member(member)
    if not member.in_party:
        raise Refused(f"{member.person.name}已不是党员")
    if Floating.objects.system("is somebody away").filter(person_id=member.person_id, until__isnull=True).exists():
        raise Refused("此人已登记为流动党员", next_step="地点变了的，请打开登记修改。")
    home = branch_of(member)
    _check(data, home, member.admitted_on)
    made: Floating = Floating.objects.create(
        person=member.person, organization=home, since=data.since, by_name=act.actor.name[:100], host=data.host,
        next_report_on=rules.next_report(data.since, None, report_months()), **_columns(data),
    )  # fmt: skip
    act.log(made, summary=f"登记流动党员：{member.person.name}，{made.where}"[:200])
    if data.host is not None:
        _open_guest(act, made, data.since)
    contacts.begin(act, member, ContactGround.FLOATING, data.keeper, data.every or contact_every("floating"))
    publish(FloatingBegan(made.pk, made.person_id, home.pk, made.host_id, made.since, act.actor))
    messages.tell(
        [member.person], "affairs", title="您已登记为流动党员", body=f"正式组织关系仍在{home.name}，请每年至少汇报一次。", link="/me/",
        key=f"floating:{made.uid}",
    )  # fmt: skip
    return made


def edit(act: Act, away: Floating, data: Away) -> Floating:
    """Change where somebody is; another host is registered anew."""
    member = membership.member_of(away.person_id)
    _check(data, away.organization, member.admitted_on if member is not None else None)
    before = Floating.objects.system("a participation in hand").select_related("host").get(pk=away.pk)
    for name, value in _columns(data).items():
        setattr(away, name, value)
    away.since, away.host = data.since, data.host
    away.next_report_on = rules.next_report(away.since, away.last_report_on, report_months())
    away.rev += 1
    away.save()
    act.log(away, changes=diff(before, away, [*COLUMNS, "since", "host"]), summary=f"修改流动党员：{away.person.name}")
    if before.host_id != away.host_id:
        _close_guests(act, away, localdate())
        if away.host is not None:
            _open_guest(act, away, localdate())
    return away


def end(act: Act, away: Floating, data: EndAway) -> Floating:
    """Somebody is back, or needs no registration any more."""
    if data.on > localdate() or data.on < away.since:
        raise Refused("结束日期应在外出之后，不晚于今天", field="on")
    return close(act, away, data.on, data.reason)


def close(act: Act, away: Floating, on: date, why: str, ended_by: int | None = None) -> Floating:
    """End a participation, the guest's row and the plan that began with it, whoever asks for it."""
    away.until, away.ended_why, away.ended_by = max(on, away.since), why[:200], ended_by
    away.rev += 1
    away.save(update_fields=["until", "ended_why", "ended_by", "rev"])
    act.log(away, organization_id=away.organization_id, summary=f"结束流动：{away.person.name}（{why}）"[:200])
    _close_guests(act, away, away.until)
    plan = contacts.plan_of(away.person_id)
    if plan is not None and plan.ground == ContactGround.FLOATING:
        contacts.close(act, plan, away.until, f"流动结束：{why}", ended_by)
    publish(FloatingEnded(away.pk, away.person_id, away.organization_id, away.until, act.actor))
    return away


def confirm(act: Act, guest: Guest, data: Confirm) -> Guest:
    """The host has met somebody who floats: both sides have them on their list."""
    if data.on > localdate() or data.on < guest.since:
        raise Refused("报到日期应在外出之后，不晚于今天", field="on")
    guest.confirmed_on, guest.confirmed_name = data.on, act.actor.name[:100]
    guest.rev += 1
    guest.save(update_fields=["confirmed_on", "confirmed_name", "rev"])
    away = guest.floating
    act.log(guest, summary=f"流入党员报到：{away.person.name}")
    act.log(away, organization_id=away.organization_id, summary=f"已向{guest.organization}报到：{away.person.name}")
    return guest


def contact_guest(act: Act, guest: Guest, data: contacts.Reached) -> Guest:
    """The host was in touch with its guest: the plan of the home branch knows."""
    contacts.write(act, _plan(guest.floating), data, by_host=True)
    act.log(guest, summary=f"登记联系：{guest.floating.person.name}")
    return guest


def report(act: Act, away: Floating, data: Reported) -> Floating:
    """Somebody reported to the home branch."""
    _report(act, away, data, by_host=False)
    return away


def report_of_guest(act: Act, guest: Guest, data: Reported) -> Guest:
    """The host passes a report on to the home branch."""
    rows = Floating.objects.system("whose guest it is").select_for_update(of=("self",))
    away = rows.select_related("person", "organization").get(pk=guest.floating_id)
    _report(act, away, data, by_host=True)
    act.log(guest, summary=f"转报流动党员汇报：{away.person.name}")
    return guest


def _report(act: Act, away: Floating, data: Reported, *, by_host: bool) -> Report:
    if data.on > localdate() or data.on < away.since:
        raise Refused("汇报日期应在外出之后，不晚于今天", field="on")
    made: Report = Report.objects.create(
        floating=away, on=data.on, how=data.how, by_host=by_host, by_name=act.actor.name[:100]
    )
    away.last_report_on = max(filter(None, (away.last_report_on, data.on)))
    away.next_report_on = rules.next_report(away.since, away.last_report_on, report_months())
    away.rev += 1
    away.save(update_fields=["last_report_on", "next_report_on", "rev"])
    act.log(away, organization_id=away.organization_id, summary=f"登记汇报：{away.person.name}，{data.on.isoformat()}")
    return made


def _plan(away: Floating) -> ContactPlan:
    plan = contacts.plan_of(away.person_id)
    if plan is None:
        raise Refused("流出地支部没有给此人建立联系计划", next_step="请与流出地支部联系。")
    return plan


def _check(data: Away, home: Any, admitted_on: date | None) -> None:
    rule = rules.floating_rule_on(floating_rules(), data.since)
    if data.since > localdate():
        raise Refused("外出日期不能晚于今天", field="since")
    if admitted_on is not None and data.since < admitted_on:
        raise Refused(
            f"外出日期早于入党日期 {admitted_on.isoformat()}", field="since", next_step="入党以前已经外出的，写入党日期。"
        )  # fmt: skip
    if data.expected_until is not None and data.expected_until < data.since:
        raise Refused("预计返回日期早于外出日期", field="expected_until")
    if not rules.is_long_enough(data.since, data.expected_until, rule.months):
        raise Refused(
            f"外出不满 {rule.months} 个月，不是流动党员", field="expected_until", article=rule.article,
            next_step="短期外出开会、学习、出差的，开党员证明信即可；还不知道何时返回的，预计返回日期留空。",
        )  # fmt: skip
    if data.host is not None:
        place = data.host.parent if data.host.kind == Kind.GROUP else data.host
        if place is not None and place.pk == home.pk:
            raise Refused("流入地党支部不能是本人所在的支部", field="host")
        if not data.host.is_open(localdate()):
            raise Refused("流入地党支部尚未成立或已经撤销", field="host")


def _columns(data: Away) -> dict[str, Any]:
    name = data.host.name if data.host is not None else data.host_name
    return {
        "place": data.place, "reason": data.reason, "words": data.words, "host_name": name[:100], "host_phone": data.host_phone,
        "card_number": data.card_number, "expected_until": data.expected_until,
    }  # fmt: skip


def _open_guest(act: Act, away: Floating, since: date) -> None:
    guest = Guest.objects.create(organization=away.host, floating=away, since=max(since, away.since))
    act.log(guest, summary=f"流入党员：{away.person.name}，来自{away.organization.name}"[:200])


def _close_guests(act: Act, away: Floating, on: date) -> None:
    rows = Guest.objects.system("guests of a participation in hand").filter(floating=away, until__isnull=True)
    for guest in rows.select_for_update(of=("self",)).select_related("organization"):
        guest.until = max(on, guest.since)
        guest.rev += 1
        guest.save(update_fields=["until", "rev"])
        act.log(guest, summary=f"流入结束：{away.person.name}")
