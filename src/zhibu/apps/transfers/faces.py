"""What this app shows on pages of others: the person's, one's own, the first page, the identify desk."""

from dataclasses import replace
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.cards.panels import Panel as DeskPanel
from zhibu.apps.cards.panels import register as register_desk
from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.panels import register as register_member
from zhibu.apps.people import own, panels, record
from zhibu.apps.people.models import Person
from zhibu.apps.transfers import queries
from zhibu.apps.transfers.models import Arrival, ContactPlan, Floating, Guest, Transfer
from zhibu.apps.transfers.models.letter import Answer
from zhibu.apps.transfers.models.transfer import OPEN
from zhibu.apps.transfers.permissions import ASK, CONTACT, FLOATING, VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.ui.parts import Fact, Happening


def person_panel(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return transfer, participation and plan of a person on their page, with what may be begun."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    moving = Transfer.objects.visible_to(actor).filter(person=person).select_related("letter").order_by("-pk")[:3]
    transfers = list(moving)
    came = [one for one in came_from(actor, person) if one.transfer not in transfers]
    away = Floating.objects.visible_to(actor).filter(person=person, until__isnull=True).first()
    plan = (
        ContactPlan.objects.visible_to(actor).filter(person=person, until__isnull=True).select_related("keeper").first()
    )
    twofold = list(queries.listed_twofold(actor).filter(person=person, until__isnull=True))
    links = _beginnings(actor, person, transfers, away)
    if not (transfers or came or away or plan or twofold or links):
        return None
    state = plan.standing(localdate()) if plan else ("", "")
    context = {
        "transfers": transfers,
        "came": came,
        "away": away,
        "plan": plan,
        "plan_state": state,
        "twofold": twofold,
    }
    return panels.Panel("组织关系接转和联系", "transfers/_of_person.html", context, tuple(links))


def came_from(actor: Actor, person: Person) -> list[Arrival]:
    """Return how a person came to branches within reach, the latest first: the transfer itself is kept where they came from."""
    rows = Arrival.objects.visible_to(actor).filter(transfer__person=person, answer=Answer.ACCEPTED)
    return list(rows.select_related("transfer__organization", "letter").order_by("-answered_on", "-pk")[:3])


def member_panel(request: HttpRequest, member: Member) -> panels.Panel | None:
    """Return the same on the page of a member; what may be begun stands at its head already."""
    found = person_panel(request, member.person)
    return replace(found, links=()) if found is not None else None


def _beginnings(
    actor: Actor, person: Person, transfers: list[Transfer], away: Floating | None
) -> list[tuple[str, str]]:
    member = membership.member_of(person.pk)
    if member is None or not member.in_party:
        return []
    path, found = member.organization.path, []
    if actor.may(ASK, path) and not any(one.state in OPEN for one in transfers):
        found.append(("转出组织关系", reverse("action-on", args=["transfers.transfer.ask", member.uid])))
    if actor.may(FLOATING, path) and away is None:
        found.append(("登记流动党员", reverse("action-on", args=["transfers.floating.register", member.uid])))
    return found


@record.timeline
def on_the_timeline(actor: Actor, person: Person) -> list[Happening]:
    """When somebody was transferred or was away, as far as the viewer reaches."""
    if not actor.may(VIEW):
        return []
    found = []
    for one in Transfer.objects.visible_to(actor).filter(person=person).order_by("-pk")[:10]:
        when = one.ended_on or one.asked_on
        found.append(
            Happening(f"组织关系接转：{one.get_state_display()}", when, one.target_name, url=one.get_absolute_url())
        )
    seen = {happening.url for happening in found}
    for came in came_from(actor, person):
        if came.transfer.get_absolute_url() not in seen:
            found.append(
                Happening(
                    "组织关系转入", came.answered_on, f"由{came.transfer.source_name}转来", url=came.get_absolute_url()
                )
            )
    for away in Floating.objects.visible_to(actor).filter(person=person).order_by("-pk")[:10]:
        found.append(Happening("登记流动党员", away.since, away.place, url=away.get_absolute_url()))
        if away.until is not None:
            found.append(Happening("结束流动", away.until, away.ended_why, url=away.get_absolute_url()))
    for one in queries.listed_twofold(actor).filter(person=person).order_by("-pk")[:10]:
        found.append(Happening("登记双重组织生活", one.since, one.host.name, url=one.get_absolute_url()))
    return found


@own.panel(15)
def own_relation(request: HttpRequest, person: Person) -> own.Panel | None:
    """One's own branch: where the formal relation is, what becomes of a transfer, where one takes part, who keeps in touch."""
    member = membership.member_of(person.pk)
    transfers = queries.own_transfers(person)
    if member is None or (not member.in_party and not transfers):
        return None
    context = {
        "member": member if member.in_party else None, "transfers": transfers, "going": any(one.state in OPEN for one in transfers),
        "away": queries.own_floating(person), "plan": queries.own_plan(person), "twofold": queries.own_twofold(person),
    }  # fmt: skip
    return own.Panel("transfers/_own.html", context)


def office_card(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """Return the figures of the first page for whoever sees transfers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    found = queries.figures(actor)
    if not found.any:
        return None
    links = (
        [("联系名单", reverse("contact-list"))] if actor.may(CONTACT) else [("接转统计", reverse("transfer-figures"))]
    )
    return bench.Panel("组织关系", "transfers/_bench.html", {"figures": found}, tuple(links))


def at_the_desk(person: Person, actor: Actor, today: date) -> DeskPanel | None:
    """Return what the desk should know: somebody is being transferred, is away, or is a guest here."""
    if not actor.may(VIEW):
        return None
    tags, facts = [], []
    moving = Transfer.objects.visible_to(actor).filter(person=person, state__in=OPEN).first()
    if moving is not None:
        tags.append((f"组织关系接转{moving.state_words}", "info"))
    away = Floating.objects.visible_to(actor).filter(person=person, until__isnull=True).first()
    if away is not None:
        facts.append(Fact("流动党员", away.where, url=away.get_absolute_url()))
    guest = Guest.objects.visible_to(actor).filter(floating__person=person, until__isnull=True).first()
    if guest is not None:
        facts.append(Fact("流入党员", guest.standing[0], url=guest.get_absolute_url()))
    return DeskPanel(tuple(facts), tuple(tags), ()) if tags or facts else None


panels.register(13, person_panel)
register_member(15, member_panel)
bench.register_office(35, office_card)
register_desk(40, at_the_desk)
