"""Taking back a life event that was entered by mistake, by a record of its own."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.people import life
from zhibu.apps.people.events import PartyFactsChanged, PersonChangeReversed, PostsChanged
from zhibu.apps.people.models import Affiliation, LifeEvent, Person, Post
from zhibu.apps.people.services.life import COLUMNS, effect, home_of, last_event, must_keep, permission_of, stored
from zhibu.apps.people.services.persons import check_consistent
from zhibu.kernel.actions import Act, Refused, diff, naming
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish

TOUCHED = "此后这些内容又有修改，不能直接撤销"
MEND = "请改为按现在的情况登记新的变动，或先更正后来的修改。"


@dataclass(frozen=True)
class Reversal:
    """Why a life event is taken back."""

    reason: str


def reverse_event(act: Act, event: LifeEvent, data: Reversal) -> LifeEvent:
    """Restore employment, dates, relations and posts as before the event, if nobody touched them since.

    Only the latest event that stands can be taken back. Accounts that a death closed stay closed: opening them is
    their administrator's.
    """
    person: Person = (
        Person.objects.system("person of an event in hand").select_for_update(of=("self",)).get(pk=event.person_id)
    )
    step = life.STEPS[event.kind]
    home = home_of(person)
    must_keep(act.actor, home, permission_of(step))
    assert home is not None
    last = last_event(person)
    if last is None or last.pk != event.pk:
        raise Refused("只能撤销最近一次变动", next_step="请先撤销后来的变动。", code="not_last")
    before = copy.copy(person)
    changes = _restore_relations(person, event)
    changes = [*_restore_person(person, event, before), *changes]
    back = LifeEvent.objects.create(
        person=person,
        kind=life.REVERSAL,
        effective_on=event.effective_on,
        reason=data.reason,
        by_account_id=act.actor.account_id,
        by_name=act.actor.name[:100],
        data={"of": str(event.uid)},
    )
    event.reversed_by, event.rev = back, event.rev + 1
    event.save(update_fields=["reversed_by", "rev"])
    publish(PersonChangeReversed(person.pk, event.pk, event.kind, event.effective_on, act.actor))
    if where := _where_posts_stand_again(event):
        publish(PostsChanged(where))
    publish(PartyFactsChanged((person.pk,), act.actor))
    summary = f"撤销{step.label}：{person.name}"
    act.log(person, changes=[effect(event, back=True), *changes], organization_id=home.organization_id, summary=summary)
    event.person = person
    if not Person.objects.visible_to(act.actor).filter(pk=person.pk).exists():
        event.landing = reverse("people")
    return event


def _where_posts_stand_again(event: LifeEvent) -> tuple[int, ...]:
    rows = Post.objects.system("posts opened again").filter(pk__in=[pk for pk, *_ in event.data["posts"]])
    return tuple(rows.order_by().values_list("organization_id", flat=True).distinct())


def _restore_person(person: Person, event: LifeEvent, before: Person) -> list[Change]:
    for name, value in event.data["after"].items():
        if stored(getattr(person, name)) != value:
            raise Refused(TOUCHED, next_step=MEND, code="touched")
    for name, value in event.data["before"].items():
        is_day = name.endswith("_on") and value
        setattr(person, name, date.fromisoformat(value) if is_day else value)
    check_consistent(person)
    person.rev += 1
    person.save(update_fields=[*event.data["before"], "rev", "changed_at"])
    return diff(before, person, COLUMNS)


def _restore_relations(person: Person, event: LifeEvent) -> list[Change]:
    """End what the event began on the day it began, then open again what it had ended."""
    rows = Affiliation.objects.system("relations of an event in hand").filter(person=person)
    posts = Post.objects.system("posts of an event in hand").filter(person=person)
    data, changes = event.data, []
    ours = [*data["kept"], *(pk for pk, *_ in [*data["cut"], *data["made"]])]
    strangers = rows.filter(Q(until__isnull=True) | Q(until__gt=event.effective_on), kind__in=data["kinds"])
    if strangers.exclude(pk__in=ours).exists():
        raise Refused(TOUCHED, next_step=MEND, code="touched")
    for pk, rev in data["made"]:
        row = _untouched(rows, pk, rev)
        row.until, row.rev = row.since, row.rev + 1
        row.save(update_fields=["until", "rev"])
        changes.append(_change(row, "affiliation", str(row.organization), "（作废）"))
    for source, entries, stem in ((rows, data["cut"], "affiliation"), (posts, data["posts"], "post")):
        for pk, until, rev in entries:
            row = _untouched(source, pk, rev)
            row.until, row.rev = date.fromisoformat(until) if until else None, row.rev + 1
            if row.until is None and not row.organization.is_open(localdate()):
                raise Refused("原来所在的组织已经撤销", next_step=MEND, code="gone")
            row.save(update_fields=["until", "rev"])
            changes.append(_change(row, stem, "", f"{row.organization}（恢复）"))
    return changes


def _untouched(rows: Any, pk: int, rev: int) -> Any:
    row = rows.select_for_update(of=("self",)).select_related("organization").filter(pk=pk, rev=rev).first()
    if row is None:
        raise Refused(TOUCHED, next_step=MEND, code="touched")
    return row


def _change(row: Any, stem: str, old: str, new: str) -> Change:
    return Change(naming(stem, row.organization), str(row.get_kind_display()), old, new)
