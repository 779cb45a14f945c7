"""What a life event with a day in the past would have changed since, told before it is entered."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.events import PersonChangeForeseen
from zhibu.apps.people.life import Step
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.life import Ending, LifeInput, plan
from zhibu.kernel.actions.history import visible_history
from zhibu.kernel.actor import Actor
from zhibu.kernel.events import publish

#: later entries of the history that are told one by one
LINES = 8


def foresee(actor: Actor, person: Person, step: Step, data: LifeInput) -> list[str]:
    """Return sentences on what the event would change since its day, as far as the actor may see it.

    Raises Refused as the event itself would. Writes nothing.
    """
    with transaction.atomic():
        made = plan(actor, person, step, data)
        question = PersonChangeForeseen(person.pk, step.code, data.on, actor)
        publish(question)
    day = data.on.isoformat()
    found = [f"{label}“{place}”从 {day} 起不再有效。" for label, place in _shown(actor, made.cut)]
    found += [f"{place}{label}从 {day} 起不再任。" for label, place in _shown(actor, made.posts)]
    hidden = len(made.cut) + len(made.posts) - len(found)
    if hidden:
        found.append(f"另有 {hidden} 条您看不到的关系或任职，也在这一天结束。")
    return [*found, *_entered_since(actor, person, data), *question.answers]


def _shown(actor: Actor, endings: Iterable[Ending]) -> list[tuple[str, str]]:
    rows = [ending.row for ending in endings]
    places = {row.organization_id for row in rows}
    seen = set(Organization.objects.visible_to(actor).filter(pk__in=places).values_list("pk", flat=True))
    return [(str(row.get_kind_display()), str(row.organization)) for row in rows if row.organization_id in seen]


def _entered_since(actor: Actor, person: Person, data: LifeInput) -> list[str]:
    lines = [line for line in visible_history(actor, person) if localdate(line.at) >= data.on]
    if not lines:
        return []
    told = [f"{localdate(line.at).isoformat()} {line.actor_name}：{line.summary}" for line in lines[:LINES]]
    more = [f"……另有 {len(lines) - LINES} 处更早的修改"] if len(lines) > LINES else []
    return [f"从这一天以来，主档有 {len(lines)} 处登记，不会改动，请核对是否仍然合适：", *told, *more]
