"""What the record of a person gives to the desk: who it is and where they belong."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from zhibu.apps.cards.panels import Button, Panel, register
from zhibu.apps.cards.permissions import ASSIST
from zhibu.apps.people import record
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.affiliation import belonging as held_by
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

#: Party members, probationary ones too (codes of political_status)
MEMBERS = ("01", "02")


def identity(person: Person, actor: Actor, today: date) -> Panel:
    """Birth date and masked number to those who see the identity group; kind of employment to all."""
    paths = person.scope_paths()
    facts, tags = [], []
    if record.allowed(actor, paths, "people.see.identity"):
        facts += [Fact("出生日期", person.birth_date), Fact(person.get_document_type_display(), person.masked_identity)]
    facts.append(Fact("人员类别", person.get_employment_display()))
    if record.allowed(actor, paths, "people.see.work"):
        facts.append(Fact("职务", person.position))
    if person.employment == "deceased":
        tags.append(("已去世", "late"))
    if person.political_status in MEMBERS and record.allowed(actor, paths, "people.see.party"):
        tags.append((person.get_political_status_display(), "info"))
    return Panel(tuple(facts), tuple(tags))


def belonging(person: Person, actor: Actor, today: date) -> Panel:
    """Where the person belongs now, as far as the actor reaches."""
    places = {kind: name for kind, path, name in held_by(person.pk) if actor.may(Affiliation.scope_permission, path)}
    labels = {Kind.PARTY: "党组织", Kind.SERVICE: "工作站", Kind.HOME: "归属单位", Kind.ADMINISTRATIVE: "部门"}
    named: dict[str, str] = {}
    for kind, label in labels.items():
        if kind in places and places[kind] not in named.values():
            named[label] = places[kind]
    return Panel(tuple(Fact(label, name) for label, name in named.items()))


def doing(person: Person, actor: Actor, today: date) -> Panel:
    """The large page, the record itself, and the telephone number, which changes most often."""
    paths = person.scope_paths()
    buttons = []
    if record.allowed(actor, paths, ASSIST) and person.state == "live" and actor.person_id != person.pk:
        url = reverse("action-on", args=["cards.assist.begin", person.uid])
        buttons.append(Button("大字服务", url, "eye"))
    if record.allowed(actor, paths, "people.edit.contact") and person.state == "live":
        url = reverse("action-on", args=["people.person.edit.contact", person.uid])
        buttons.append(Button("改联系方式", f"{url}?{urlencode({'next': reverse('desk')})}", "phone"))
    if record.allowed(actor, paths, "people.view"):
        buttons.append(Button("人员主档", person.get_absolute_url(), "user"))
    return Panel(buttons=tuple(buttons))


register(10, identity)
register(20, belonging)
register(90, doing)
