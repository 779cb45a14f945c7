"""The first page after signing in, and the inbox."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_GET

from zhibu.apps.people.rules import age
from zhibu.apps.workbench import figures, queries
from zhibu.kernel import actions, inbox
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.ui.parts import Bar, Chip, Fact

#: rows of the card; the page of the inbox shows up to inbox.CAP
CARD = 5
WEEKDAYS = "一二三四五六日"
#: from this hour on
GREETINGS = ((5, "早上好"), (9, "上午好"), (12, "中午好"), (14, "下午好"), (18, "晚上好"))


def greeting(moment: datetime) -> str:
    """Return the greeting of that local hour."""
    words = [words for hour, words in GREETINGS if hour <= moment.hour]
    return words[-1] if words else GREETINGS[-1][1]


def day_in_words(day: date) -> str:
    """Return e.g. `11 月 24 日 星期二`."""
    return f"{day.month} 月 {day.day} 日 星期{WEEKDAYS[day.weekday()]}"


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Show the workbench: of a clerk or secretary by their permissions, of everyone else their own affairs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    now = localtime(timezone.now())
    person = queries.own_person(actor)
    context: dict[str, Any] = {
        "title": f"{actor.name}，{greeting(now)}",
        "subtitle": " · ".join(filter(None, [day_in_words(now.date()), queries.places_of_roles(actor)])),
        "person": person,
        "branch": queries.own_branch(actor),
        **inbox_card(actor),
    }
    context["cards"] = bench.own.of(request, person)
    if actor.grants:
        context["cards"] = [*bench.office.of(request, person), *context["cards"]]
        return render(request, "workbench/staff.html", context | staff_cards(actor))
    context["facts"] = own_facts(person) if person else []
    return render(request, "workbench/member.html", context)


def inbox_card(actor: Actor) -> dict[str, Any]:
    """Return the most urgent things to do and how many there are."""
    known = inbox.counts(actor)
    return {"todo": inbox.items(actor, CARD, known=known), "todo_words": f"{_shown(known.values())} 项"}


def staff_cards(actor: Actor) -> dict[str, Any]:
    """Return what a workbench shows to those who hold a permission somewhere."""
    heads, organizations = figures.heads(actor), figures.organizations(actor)
    return {
        "heads": heads,
        "kpis": heads.figures if heads else organizations[:4],
        "bars": [Bar(figure.label, figure.value) for figure in heads.by_kind] if heads else [],
        "organizations": organizations,
        "recent": queries.recent(actor),
        "quick": queries.quick_acts(actor),
    }


def own_facts(person: Any) -> list[Fact]:
    """Return the summary of one's own record: what a member checks first."""
    years = age(person.birth_date, localdate()) if person.birth_date else None
    facts = [
        Fact("人员类别", person.get_employment_display()),
        Fact("政治面貌", person.get_political_status_display()),
        Fact("年龄", f"{years} 岁" if years is not None else ""),
        Fact("手机", person.mobile, hint="" if person.mobile else "请告诉支部，方便通知您"),
        Fact("现住址", person.address_living, wide=True),
    ]
    if person.joined_party_on:
        facts.insert(2, Fact("入党日期", person.joined_party_on.isoformat()))
    return facts


@require_GET
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Show everything that waits, by urgency, all kinds or one (?kind=code of the action)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    known = inbox.counts(actor)
    only = request.GET.get("kind", "")
    if only not in known:
        only = ""
    here = reverse("inbox")
    chips = [Chip(f"全部 {_shown(known.values())}", here, on=not only)]
    for code, number in known.items():
        chips.append(Chip(f"{actions.get(code).label} {_shown([number])}", f"{here}?kind={code}", on=code == only))
    items = inbox.items(actor, only=only, known=known)
    total = known[only] if only else sum(known.values())
    context = {"todo": items, "chips": chips if len(known) > 1 else [], "more": total > len(items), "cap": inbox.CAP}
    return render(request, "workbench/inbox.html", context)


def _shown(numbers: Any) -> str:
    numbers = list(numbers)
    return f"{sum(min(n, inbox.CAP) for n in numbers)}{'+' if any(n > inbox.CAP for n in numbers) else ''}"
