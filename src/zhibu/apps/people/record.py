"""The page of a person: groups of facts, parts, relations, posts, timeline; only what the viewer may see there."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.people import life as steps
from zhibu.apps.people import panels, queries
from zhibu.apps.people.groups import GROUP_OF_FIELD, GROUP_OF_PART, GROUPS, Group
from zhibu.apps.people.models import Part, Person
from zhibu.apps.people.rules import age
from zhibu.apps.people.services.life import home_of, permission_of
from zhibu.apps.people.services.parts import PARTS, editable
from zhibu.kernel import audit
from zhibu.kernel.actions.act import shown
from zhibu.kernel.actions.history import redactor
from zhibu.kernel.actor import Actor
from zhibu.kernel.crypto import SealedTextField, mask_bank
from zhibu.kernel.ui.parts import Fact, Happening

Provider = Callable[[Actor, Person], list[Happening]]
_TIMELINE: list[Provider] = []


def timeline(provider: Provider) -> Provider:
    """Register a source of the timeline: what a subsystem knows of a person, as far as the actor may see it."""
    _TIMELINE.append(provider)
    return provider


@dataclass(frozen=True)
class PartRow:
    """An entry of a part table as shown, with whether it may be edited."""

    obj: Part
    facts: list[Fact]
    editable: bool


@dataclass(frozen=True)
class PartBlock:
    """A part table of a person."""

    name: str
    label: str
    rows: list[PartRow]
    may_add: bool
    add_url: str


@dataclass(frozen=True)
class GroupBlock:
    """A field group of a person."""

    group: Group
    facts: list[Fact]
    parts: list[PartBlock]
    edit_url: str
    #: where the person asks for a correction, on their own record
    ask_url: str = ""


def allowed(actor: Actor, paths: list[str], permission: str) -> bool:
    """Tell whether the permission is held at one of the person's organisations."""
    return actor.is_system or any(actor.may(permission, path) for path in paths)


def context(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the context of the record page. The number of queries does not depend on the data."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    paths = person.scope_paths()

    def may(permission: str) -> bool:
        return allowed(actor, paths, permission)

    relations = queries.affiliations(person, actor)
    happenings = [event for provider in _TIMELINE for event in provider(actor, person)]
    happenings.sort(key=lambda h: str(h.when or ""), reverse=True)
    return {
        "age": age(person.birth_date, localdate()) if person.birth_date else None,
        "blocks": [block(actor, person, group, may) for group in GROUPS if may(group.see)],
        "hidden_groups": [group.label for group in GROUPS if not may(group.see)],
        "affiliations": relations,
        # home and department are often one: named once
        "places": dict.fromkeys(str(row.organization) for row in relations if row.until is None),
        "posts": queries.posts_of(person, actor),
        "may_affiliate": may("people.affiliate"),
        "may_posts": may("people.posts"),
        "timeline": happenings,
        "life": life(actor, person),
        "panels": panels.panels(request, person),
        "photo_url": reverse("people-photo", args=[person.uid]) if person.photo_id else "",
    }


def block(actor: Actor, person: Person, group: Group, may: Callable[[str], bool]) -> GroupBlock:
    """Return one field group as shown."""
    edit = reverse("action-on", args=[f"people.person.edit.{group.code}", person.uid])
    facts = [fact(person, name, may) for name in group.fields]
    parts = [part_block(person, name, may(group.edit)) for name in group.parts]
    may_edit = may(group.edit) and bool(group.fields) and person.state == "live"
    return GroupBlock(group, facts, parts, edit if may_edit else "")


def fact(person: Person, name: str, may: Callable[[str], bool]) -> Fact:
    """Return one field; the document number masked, with a reveal button for those who may."""
    label = str(Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    if name == "identity_number":
        url = reverse("people-reveal", args=[person.uid]) if person.identity_number and may("people.reveal") else ""
        return Fact(label, person.masked_identity, reveal_url=url)
    return Fact(label, shown(person, name), wide=name.startswith("address") or name == "skills")


def part_block(person: Person, name: str, may_edit: bool) -> PartBlock:
    """Return the entries of a part table that have not been withdrawn."""
    model: Any = PARTS[name]
    rows = model.objects.system("parts of a person whose group the viewer may see")
    found = []
    for row in rows.filter(person=person, withdrawn_at__isnull=True):
        facts = [Fact(str(model._meta.get_field(n).verbose_name), part_value(row, n)) for n in editable(model)]
        found.append(PartRow(row, [f for f in facts if not f.absent], may_edit))
    add = reverse("action-on", args=[f"people.{name}.add", person.uid])
    return PartBlock(name, str(model._meta.verbose_name), found, may_edit and person.state == "live", add)


def part_value(row: Any, name: str) -> str:
    """Return a cell of a part: a bank account shows its last four digits only."""
    if isinstance(row._meta.get_field(name), SealedTextField):
        text = getattr(row, name) or ""
        return mask_bank(text) if name == "account" else text
    return shown(row, name)


@redactor("people.Person")
def visible_changes(actor: Actor, person: Person, changes: Sequence[audit.Change]) -> list[audit.Change]:
    """Return the changes whose field group the actor may see."""
    paths = person.scope_paths()
    kept = []
    for change in changes:
        name = change.field.split(".")[0]  # bank.account: of a part; staff_number.merged: of a record that was merged
        group = GROUP_OF_FIELD.get(name) or GROUP_OF_PART.get(name)
        if group is None or allowed(actor, paths, group.see):
            kept.append(change)
    return kept


@timeline
def _own_facts(actor: Actor, person: Person) -> list[Happening]:
    """The events of the working life, and dates of the record itself as far as their group may be seen."""
    paths = person.scope_paths()
    dated = {
        "birth_date": "出生", "work_started_on": "参加工作", "joined_unit_on": "进入本单位", "joined_party_on": "加入党组织",
        "full_member_on": "转为正式党员", "left_post_on": "离岗", "retired_on": "退休",
    }  # fmt: skip
    events = [event for event in queries.life_events(person, actor) if event.kind in steps.STEPS]
    # a date that a life event set is told by the event
    told = {(steps.STEPS[e.kind].stamps, e.effective_on) for e in events if not e.reversed_by_id}
    found = [
        Happening(event.get_kind_display(), event.effective_on, "已撤销" if event.reversed_by_id else "")
        for event in events
    ]
    for name, title in dated.items():
        day: date | None = getattr(person, name)
        if (name, day) in told:
            continue
        if day and allowed(actor, paths, GROUP_OF_FIELD[name].see):
            found.append(Happening(title, day))
    return found


@timeline
def _relations(actor: Actor, person: Person) -> list[Happening]:
    found = []
    for row in queries.affiliations(person, actor):
        found.append(Happening(f"{row.get_kind_display()}：{row.organization}", row.since, row.note))
        if row.until:
            found.append(Happening(f"结束{row.get_kind_display()}：{row.organization}", row.until))
    for post in queries.posts_of(person, actor):
        found.append(Happening(f"任{post.organization}{post.get_kind_display()}", post.since, post.note))
        if post.until:
            found.append(Happening(f"不再任{post.organization}{post.get_kind_display()}", post.until))
    return found


def life(actor: Actor, person: Person) -> dict[str, Any]:
    """Return the events of a person's working life, the steps that may be entered now, and the event to take back."""
    events = queries.life_events(person, actor)
    home = home_of(person)
    path = home.organization.path if home else ""
    offered = [
        (step, reverse("action-on", args=[f"people.life.{step.code}", person.uid]))
        for step in steps.possible(person.employment)
        if path and person.state == "live" and actor.person_id != person.pk and actor.may(permission_of(step), path)
    ]
    last = next((event for event in events if event.kind != steps.REVERSAL and not event.reversed_by_id), None)
    undo = bool(last) and actor.person_id != person.pk and actor.may("people.edit.work", path or None)
    return {"events": events, "offered": offered, "last": last if undo else None}


def as_of(person: Person, day: date) -> tuple[Person, bool]:
    """Return the record as it stood at the end of a past day, and whether it existed then.

    Later changes are taken back one by one, newest first; sensitive fields stay as masked texts, since the trail keeps
    no full values. A life event counts from its effective day, not from the day it was entered: where it holds already,
    earlier changes of the same fields are not taken back; one that was taken back counts for nothing. Relations are
    effective-dated and need no taking back.
    """
    past = copy.copy(person)
    values = {name: shown(person, name) for name in GROUP_OF_FIELD if name != "identity_number"}
    values["identity_number"] = person.masked_identity
    past.as_of_values = values  # type: ignore[attr-defined]
    if localdate(person.created_at) > day:
        return past, False
    events = {f"life:{event.uid}": event for event in person.life_events.system("the record as of a day").all()}
    settled: set[str] = set()
    for line in audit.history(person._meta.label, str(person.pk), limit=10_000):
        if localdate(line.at) <= day:
            break
        event = next((events[change.field] for change in line.changes if change.field in events), None)
        if event is not None and event.reversed_by_id:
            continue
        if event is not None and event.effective_on <= day:
            settled |= {change.field for change in line.changes}
            continue
        for change in line.changes:
            if change.field in values and change.field not in settled:
                values[change.field] = change.old
    return past, True
