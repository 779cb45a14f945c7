"""Life events of a person: employment, dates, relations and posts change together, from a day on."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people import events, life
from zhibu.apps.people.models import Affiliation, LifeEvent, Person, Post
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.life import standing
from zhibu.apps.people.services.affiliations import fits
from zhibu.apps.people.services.persons import check_consistent
from zhibu.kernel.actions import Act, Refused, diff, naming
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish
from zhibu.kernel.scope import OutsideScope

#: columns of a person that a life event may write
COLUMNS = ("employment", "position", "joined_unit_on", "left_post_on", "retired_on")
PLACES = (life.HOME, life.ADMINISTRATIVE, life.SERVICE)
AFFILIATE, WORK = "people.affiliate", "people.edit.work"


@dataclass(frozen=True)
class LifeInput:
    """Input of every life event: the first day on which it holds, why, and what its kind asks (`life.Step.fields`)."""

    on: date
    reason: str = ""
    home: Any = None
    administrative: Any = None
    service: Any = None
    position: str = ""
    employment: str = ""


@dataclass(frozen=True)
class Ending:
    """A relation or post that ends, and its end before."""

    row: Any
    was: date | None


@dataclass
class Plan:
    """What a life event would do: rows that end, relations that begin, values of the person."""

    step: life.Step
    home: Affiliation
    cut: list[Ending] = field(default_factory=list)
    begin: dict[str, Any] = field(default_factory=dict)
    posts: list[Ending] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)


def permission_of(step: life.Step) -> str:
    """Return the permission an event takes, held at the person's home."""
    return AFFILIATE if step.code == "transfer" else WORK


def home_of(person: Person) -> Affiliation | None:
    """Return the open home of a person."""
    rows = Affiliation.objects.system("home of a person in hand").filter(person=person, kind=Kind.HOME, until=None)
    found: Affiliation | None = rows.select_related("organization").first()
    return found


def last_event(person: Person) -> LifeEvent | None:
    """Return the latest event that stands."""
    rows = LifeEvent.objects.system("events of a person in hand").filter(standing(), person=person)
    found: LifeEvent | None = rows.order_by("-pk").first()
    return found


def enter(act: Act, person: Person, data: LifeInput) -> LifeEvent:
    """Do the life event that the action names (`people.life.<code of the step>`), whole or not at all."""
    step = life.STEPS[act.code.rpartition(".")[2]]
    made = plan(act.actor, person, step, data)
    before = copy.copy(person)
    changes = [*_write_person(person, made.values, before), *_write_relations(person, made, data.on)]
    event = _record(act, person, made, data, before)
    new_home = made.begin.get(life.HOME)
    publish(
        events.OF_STEP[step.code](
            person_id=person.pk, event_id=event.pk, on=data.on, before=before.employment, after=person.employment,
            home_before=made.home.organization_id, home_after=new_home.pk if new_home else made.home.organization_id,
            actor=act.actor,
        )
    )  # fmt: skip
    if made.posts:
        publish(events.PostsChanged(tuple({ending.row.organization_id for ending in made.posts})))
    publish(events.PartyFactsChanged((person.pk,), act.actor))
    act.log(
        person,
        changes=[effect(event), *changes],
        organization_id=made.home.organization_id,
        summary=f"{step.label}：{person.name}",
    )
    if not Person.objects.visible_to(act.actor).filter(pk=person.pk).exists():
        event.landing = reverse("people")
    return event


def plan(actor: Actor, person: Person, step: life.Step, data: LifeInput) -> Plan:
    """Return what the event would do, or raise Refused at the field that forbids it. Writes nothing."""
    home = home_of(person)
    must_keep(actor, home, permission_of(step))
    assert home is not None
    if person.employment not in step.leaves:
        raise Refused(f"人员类别为“{person.get_employment_display()}”的，不能办理{step.label}")
    last = last_event(person)
    dates = {name: getattr(person, name) for name in ("birth_date", "work_started_on", "joined_unit_on")}
    for fault in life.check_day(step, data.on, localdate(), dates, last.effective_on if last else None):
        raise Refused(fault.message, field=fault.field, code=fault.code)
    places = {name: getattr(data, name) for name in PLACES if name in step.fields and getattr(data, name)}
    _check_places(actor, step, places, data)
    made = Plan(step, home, values=_values(person, step, data))
    for kind in (kind for kind in Kind.values if kind in {*step.ends, *places}):
        _plan_kind(made, person, kind, places.get(kind), data.on)
    made.posts = _ending_posts(person, step, data.on)
    if step.code == "transfer" and life.HOME not in made.begin:
        raise Refused("主档已经在这个单位", field="home", next_step="只换部门的，请办理岗位变动。")
    if not (made.values or made.cut or made.begin or made.posts):
        raise Refused("没有任何变动", next_step="请填写变动的内容，或返回。", code="unchanged")
    return made


def must_keep(actor: Actor, home: Affiliation | None, permission: str) -> None:
    """Refuse whoever does not hold the permission where the person's record is kept, without saying where that is."""
    if home is None or not actor.may(permission, home.organization.path):
        raise Refused("此人的主档由另一单位保管", next_step="请联系其归属单位办理。", code="not_keeper")


def effect(event: LifeEvent, *, back: bool = False) -> Change:
    """Return the line's note of the event and its day; `record.as_of` reads it to know since when the rest holds."""
    day = event.effective_on.isoformat()
    return Change(f"life:{event.uid}", "生效日期", day if back else "", "" if back else day)


def _values(person: Person, step: life.Step, data: LifeInput) -> dict[str, Any]:
    """Return the columns that change: kind of employment, dates, position."""
    wanted: dict[str, Any] = dict.fromkeys(step.clears)
    if step.stamps:
        wanted[step.stamps] = data.on
    if step.code == "leave_care" and data.employment not in life.AFTER_CARE:
        raise Refused("请选择托养托管结束后的人员类别", field="employment")
    if entered := step.enters or data.employment:
        wanted["employment"] = entered
    if "position" in step.fields and data.position:
        wanted["position"] = data.position
    return {name: value for name, value in wanted.items() if getattr(person, name) != value}


def _check_places(actor: Actor, step: life.Step, places: Mapping[str, Any], data: LifeInput) -> None:
    for name in step.needs:
        if name in PLACES and name not in places:
            raise Refused("请选择组织", field=name)
    for name, organization in places.items():
        permission = "organizations.view" if step.code == "transfer" else permission_of(step)
        if not actor.may(permission, organization.path):
            raise OutsideScope
        if (why := fits(name, organization)) is not None:
            raise Refused(why, field=name)
        if not organization.is_open(data.on) or not organization.is_open(localdate()):
            raise Refused("该组织在这一天尚未成立或已经撤销", field=name)


def _plan_kind(made: Plan, person: Person, kind: str, place: Any, on: date) -> None:
    rows = Affiliation.objects.system("affiliations of a person in hand").filter(person=person, kind=kind)
    by_pk = {row.pk: row for row in rows.select_for_update(of=("self",)).select_related("organization")}
    found = life.rewrite(periods(by_pk.values()), on, place.pk if place is not None else None)
    if found.later:
        _refuse_later(Kind(kind).label, found.later)
    made.cut += [Ending(by_pk[period.pk], period.until) for period in found.cut]
    if found.kept:
        made.kept.append(found.kept.pk)
    if found.begin:
        made.begin[kind] = place


def _ending_posts(person: Person, step: life.Step, on: date) -> list[Ending]:
    if step.posts == "none":
        return []
    rows = Post.objects.system("posts of a person in hand").filter(person=person)
    if step.posts == "administrative":
        rows = rows.exclude(organization__kind__in=PARTY_KINDS)
    by_pk = {row.pk: row for row in rows.select_for_update(of=("self",)).select_related("organization")}
    found = life.rewrite(periods(by_pk.values()), on)
    if found.later:
        _refuse_later("任职", found.later)
    return [Ending(by_pk[period.pk], period.until) for period in found.cut]


def periods(rows: Any) -> list[life.Period]:
    """Return affiliations or posts as the rules take them."""
    return [life.Period(row.pk, row.organization_id, row.since, row.until) for row in rows]


def _refuse_later(label: str, later: tuple[life.Period, ...]) -> None:
    first = min(period.since for period in later)
    raise Refused(
        f"此人从 {first.isoformat()} 起另有{label}，晚于生效日期",
        field="on",
        next_step="请核对生效日期，或先更正后来的关系。",
        code="later_facts",
    )


def _write_person(person: Person, values: Mapping[str, Any], before: Person) -> list[Change]:
    for name, value in values.items():
        setattr(person, name, value)
    check_consistent(person)
    person.rev += 1
    person.save(update_fields=[*values, "rev", "changed_at"])
    return diff(before, person, COLUMNS)


def _write_relations(person: Person, made: Plan, on: date) -> list[Change]:
    changes = []
    for row in (ending.row for ending in [*made.cut, *made.posts]):
        row.until, row.rev = on, row.rev + 1
        row.save(update_fields=["until", "rev"])
        stem = "post" if isinstance(row, Post) else "affiliation"
        label = f"{row.get_kind_display()}（止）"
        changes.append(Change(naming(stem, row.organization), label, str(row.organization), on.isoformat()))
    for kind, organization in made.begin.items():
        Affiliation.objects.create(person=person, organization=organization, kind=kind, since=on)
        label, words = str(Kind(kind).label), f"{organization}（{on.isoformat()}起）"
        changes.append(Change(naming("affiliation", organization), label, "", words))
    return changes


def _record(act: Act, person: Person, made: Plan, data: LifeInput, before: Person) -> LifeEvent:
    """Write the event with all it takes to take it back."""
    begun = Affiliation.objects.system("relations just begun").filter(person=person, kind__in=made.begin, until=None)
    event: LifeEvent = LifeEvent.objects.create(
        person=person,
        kind=made.step.code,
        effective_on=data.on,
        reason=data.reason,
        by_account_id=act.actor.account_id,
        by_name=act.actor.name[:100],
        data={
            "before": {name: stored(getattr(before, name)) for name in made.values},
            "after": {name: stored(value) for name, value in made.values.items()},
            "kinds": sorted({ending.row.kind for ending in made.cut} | set(made.begin)),
            "kept": made.kept,
            "cut": [_ended(ending) for ending in made.cut],
            "made": [[pk, rev] for pk, rev in begun.values_list("pk", "rev")],
            "posts": [_ended(ending) for ending in made.posts],
        },
    )
    return event


def _ended(ending: Ending) -> list[Any]:
    return [ending.row.pk, stored(ending.was), ending.row.rev]


def stored(value: Any) -> Any:
    """Return a value as it stands in `LifeEvent.data`: dates in ISO."""
    return value.isoformat() if isinstance(value, date) else value
