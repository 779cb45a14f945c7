"""What the identify desk shows of somebody in care, and what the clerk may do for them."""

from datetime import date

from django.urls import reverse

from zhibu.apps.cards.panels import Button, Panel, register
from zhibu.apps.custody import queries
from zhibu.apps.custody.permissions import VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact


def care(person: Person, actor: Actor, today: date) -> Panel | None:
    """Category, clerk and last visit; an overdue visit, follow-ups and an agreement that ends; the button to record a service."""
    if not actor.may(VIEW):
        return None
    found = queries.open_care(person, actor)
    if found is None:
        return None
    facts = [
        Fact("托养托管", found.category_label or "类别待补", url=found.get_absolute_url()),
        Fact("负责人", str(found.clerk) if found.clerk is not None else None),
        Fact("最近走访", found.last_visit_on),
    ]
    tags = []
    if found.is_overdue(today) and found.next_visit_on is not None:
        tags.append((f"走访逾期 {(today - found.next_visit_on).days} 天", "late"))
    follow_ups = queries.listed_services(actor).filter(queries.to_follow(today), care=found).count()
    if follow_ups:
        tags.append((f"待跟进 {follow_ups} 项", "due"))
    ending = queries.listed_agreements(actor).filter(queries.ending_agreements(today), care=found).first()
    if ending is not None:
        words, kind = ending.state(today)
        tags.append((f"协议{words}", kind))
    buttons = []
    if queries.may_serve(actor, found):
        url = reverse("action-on", args=["custody.service.record", found.uid])
        buttons.append(Button("登记服务", url, "pencil-square", "go"))
    return Panel(tuple(facts), tuple(tags), tuple(buttons))


register(30, care)
