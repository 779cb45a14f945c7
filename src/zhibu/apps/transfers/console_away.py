"""The declared lists of members who are away, of guests, and of contact plans."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.people.models import Person
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import ContactPlan, Floating, Guest
from zhibu.apps.transfers.permissions import CONTACT, VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION, F, C = "组织关系", "zhibu.apps.transfers.filters", "zhibu.apps.transfers.console_away"
HINT = "姓名、拼音、首字母、工号"
#: contacts and reports on the page
SHOWN = 12


def search(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the rows of the people meant."""
    return queries.of_people(rows, text, actor, "person")


def search_guests(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the guests meant."""
    return queries.of_people(rows, text, actor, "floating__person")


def link_to(person: Person, actor: Actor) -> str:
    """Return the page of a person where the viewer reaches it, else ""."""
    return person.get_absolute_url() if Person.objects.visible_to(actor).filter(pk=person.pk).exists() else ""


def report_words(away: Floating) -> str:
    """Return by when the yearly report is due."""
    if away.until is not None or away.next_report_on is None:
        return ""
    return f"{away.next_report_on.isoformat()}{'（逾期）' if away.next_report_on < localdate() else ''}"


def report_tone(away: Floating) -> str:
    """Return the colour of a report that was missed."""
    return "late" if report_words(away).endswith("）") else ""


def floating_page(request: HttpRequest, away: Floating) -> dict[str, Any]:
    """Return what the page of somebody away shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words, tone = away.standing(localdate())
    guest = away.guests.system("is a visible member somebody's guest").filter(until__isnull=True).first()
    facts = [
        Fact("党员", away.person.name, url=link_to(away.person, actor)), Fact("流出地党支部", away.organization),
        Fact("流向地", away.place), Fact("流入地党组织", away.host_name or None), Fact("流入地联系电话", away.host_phone),
        Fact("流入地报到", (guest.confirmed_on or "还没有报到") if guest else None), Fact("外出原因", away.get_reason_display()),
        Fact("外出日期", away.since), Fact("预计返回日期", away.expected_until), Fact("流动党员活动证编号", away.card_number),
        Fact("最近汇报", away.last_report_on), Fact("应汇报日期", report_words(away), hint="每年至少一次"), Fact("登记人", away.by_name),
        Fact("结束日期", away.until), Fact("结束原因", away.ended_why), Fact("说明", away.words, wide=True),
    ]  # fmt: skip
    plan = queries.own_plan(away.person) if away.until is None else None
    seen = plan is not None and ContactPlan.objects.visible_to(actor).filter(pk=plan.pk).exists()
    return {
        "facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone,
        "plan": plan if seen else None, "plan_state": plan.standing(localdate()) if plan and seen else ("", ""),
        "reports": queries.reports(away, SHOWN),
    }  # fmt: skip


def guest_page(request: HttpRequest, guest: Guest) -> dict[str, Any]:
    """Return what the host sees of its guest."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words, tone = guest.standing
    away = guest.floating
    facts = [
        Fact("党员", away.person.name, url=link_to(away.person, actor)), Fact("流出地党支部", away.organization.name),
        Fact("流入地党支部", guest.organization), Fact("外出原因", away.get_reason_display()), Fact("外出日期", away.since),
        Fact("预计返回日期", away.expected_until), Fact("流动党员活动证编号", away.card_number), Fact("报到日期", guest.confirmed_on),
        Fact("报到经办人", guest.confirmed_name), Fact("最近汇报", away.last_report_on), Fact("结束日期", guest.until),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone}


def plan_page(request: HttpRequest, plan: ContactPlan) -> dict[str, Any]:
    """Return what the page of a plan shows: when, how, by whom, never what was said."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words, tone = plan.standing(localdate())
    facts = [
        Fact("党员", plan.person.name, url=link_to(plan.person, actor)), Fact("党支部", plan.organization),
        Fact("联系原因", plan.get_ground_display()), Fact("多久联系一次", plan.get_every_display()),
        Fact("联系人", plan.keeper.name if plan.keeper else "支部委员会"), Fact("最近联系", plan.last_on),
        Fact("应联系日期", plan.next_on if plan.until is None else None), Fact("起", plan.since),
        Fact("结束日期", plan.until), Fact("结束原因", plan.ended_why),
    ]  # fmt: skip
    phones = []
    if plan.until is None and actor.may("people.see.contact", plan.organization.path):
        phones = [number for number in (plan.person.mobile, plan.person.telephone) if number]
    return {
        "facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone, "phones": phones,
        "contacts": queries.contacts(plan, SHOWN), "may": actor.may(CONTACT, plan.organization.path),
    }  # fmt: skip


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list of plans."""
    return [("联系名单", reverse("contact-list"))] if actor.may(CONTACT) else []


register(
    Screen(
        slug="floating", model="transfers.Floating", label="流动党员", permission=VIEW, rows=queries.listed_floating, order="next_report_on",
        columns=(
            Column("name", "党员", "person.name", sort="person__name", primary=True),
            Column("organization", "流出地党支部", "organization.name", sort="organization__path", phone=False),
            Column("place", "流向地", "place"),
            Column("host", "流入地党组织", "host_name", phone=False),
            Column("reason", "外出原因", "get_reason_display", kind="short", where="export"),
            Column("since", "外出日期", "since", sort="since", kind="date"),
            Column("expected", "预计返回", "expected_until", sort="expected_until", kind="date", where="export"),
            Column("card", "活动证编号", "card_number", kind="short", where="export"),
            Column("last", "最近汇报", "last_report_on", sort="last_report_on", kind="date", where="export"),
            Column("next", "应汇报日期", report_words, sort="next_report_on", tone=report_tone),
            Column("until", "结束日期", "until", kind="date", where="export"),
            Column("state", "状态", lambda f: f.standing(localdate())[0], kind="short", tone=lambda f: f.standing(localdate())[1]),
        ),
        search=search, search_hint=HINT, filterset=f"{F}.FloatingFilter", record=f"{C}.floating_page",
        record_template="transfers/floating.html", empty="还没有登记流动党员。打开一名党员，点“登记流动党员”。",
        section=SECTION, icon="map-pin", position=47,
    ),
    Screen(
        slug="guests", model="transfers.Guest", label="流入党员", permission=VIEW, rows=queries.listed_guests, order="-id",
        columns=(
            Column("name", "党员", "floating.person.name", sort="floating__person__name", primary=True),
            Column("home", "流出地党支部", "floating.organization.name"),
            Column("organization", "流入地党支部", "organization.name", sort="organization__path", phone=False),
            Column("since", "起", "since", sort="since", kind="date"),
            Column("confirmed", "报到日期", "confirmed_on", sort="confirmed_on", kind="date"),
            Column("report", "最近汇报", "floating.last_report_on", kind="date", phone=False),
            Column("until", "止", "until", sort="until", kind="date", where="export"),
            Column("state", "状态", lambda g: g.standing[0], kind="short", tone=lambda g: g.standing[1]),
        ),
        search=search_guests, search_hint=HINT, filterset=f"{F}.GuestFilter", record=f"{C}.guest_page",
        record_template="transfers/guest.html", empty="没有别的支部的党员流动到这里。",
        section=SECTION, icon="user-plus", position=47,
    ),
    Screen(
        slug="contact-plans", model="transfers.ContactPlan", label="联系计划", permission=VIEW, rows=queries.listed_plans, order="next_on",
        columns=(
            Column("name", "党员", "person.name", sort="person__name", primary=True),
            Column("ground", "联系原因", "get_ground_display", sort="ground", kind="short"),
            Column("every", "多久一次", "get_every_display", kind="short", phone=False),
            Column("keeper", "联系人", lambda p: p.keeper.name if p.keeper else "支部委员会", kind="short"),
            Column("organization", "党支部", "organization.name", sort="organization__path", phone=False),
            Column("mobile", "手机", "person.mobile", gate="people.see.contact", where="export"),
            Column("last", "最近联系", "last_on", sort="last_on", kind="date"),
            Column("next", "应联系日期", lambda p: p.next_on if p.until is None else None, sort="next_on", kind="date"),
            Column("state", "状态", lambda p: p.standing(localdate())[0], kind="short", tone=lambda p: p.standing(localdate())[1]),
        ),
        search=search, search_hint=HINT, filterset=f"{F}.PlanFilter", links=links, record=f"{C}.plan_page",
        record_template="transfers/plan.html", empty="还没有联系计划。离岗党员和流动党员的自动建立，其他人在党员页面点“建立联系计划”。",
        section=SECTION, icon="phone", position=48,
    ),
)  # fmt: skip
