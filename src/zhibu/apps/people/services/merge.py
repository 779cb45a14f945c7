"""Two records of one person become one: every reference moves, and the record of the merge says which."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.timezone import localdate

from zhibu.apps.people import search
from zhibu.apps.people.events import PartyFactsChanged, PersonMerging
from zhibu.apps.people.models import Affiliation, Distinct, Merge, Person, Reveal, SearchKey
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.apps.people.services.persons import FIELDS, check_consistent, home_id, sealed_change
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change
from zhibu.kernel.crypto import mask_identity
from zhibu.kernel.events import publish

#: references that say what happened to a record itself and therefore stay where they are
STAY = (Merge, Reveal, Distinct, SearchKey, Affiliation, Person)


@dataclass(frozen=True)
class MergeInto:
    """The record to give up, the fields to take from it, and why."""

    dropped: Person
    take: tuple[str, ...] = ()
    reason: str = field(default="")


def references(model: type[models.Model] = Person) -> list[Any]:
    """Return every relation that points at a person, from any subsystem, whoever declared it."""
    return [r for r in model._meta.related_objects if not r.many_to_many and r.related_model not in STAY]


def moving(dropped: Person) -> list[tuple[str, int]]:
    """Return (what, how many) of the references a merge would move."""
    found = []
    for relation in [*references(), Affiliation._meta.get_field("person").remote_field]:
        manager = relation.related_model._base_manager
        rows = manager.system("preview of a merge") if hasattr(manager, "system") else manager
        count = rows.filter(**{relation.field.name: dropped}).count()
        if count:
            found.append((str(relation.related_model._meta.verbose_name), count))
    return found


def merge(act: Act, kept: Person, data: MergeInto) -> Person:
    """Make `dropped` part of `kept`. Chosen and empty fields are taken over, every reference moves, nothing is deleted."""
    dropped = _to_be_dropped(act, kept, data)
    before = copy.copy(kept)
    publish(PersonMerging(kept.pk, dropped.pk, act.actor))
    moved = {**_move_references(kept, dropped), **_move_affiliations(kept, dropped)}
    filled = _fill(kept, dropped, data.take)
    dropped.state, dropped.merged_into = State.MERGED, kept
    dropped.rev += 1
    dropped.save()
    kept.rev += 1
    check_consistent(kept)
    kept.save()
    search.rewrite_keys([kept, dropped])
    Merge.objects.create(
        kept=kept, dropped=dropped, moved=moved, filled=filled, reason=data.reason, by_account_id=act.actor.account_id
    )
    publish(PartyFactsChanged((kept.pk, dropped.pk), act.actor))
    count = sum(len(pks) for pks in moved.values())
    where = home_id(kept)
    act.log(
        kept,
        changes=[*_changes(before, kept), *_left_behind(kept, dropped)],
        organization_id=where,
        summary=f"合并主档：{dropped.name} 并入 {kept.name}，移动 {count} 条引用",
    )
    act.log(dropped, organization_id=where, summary=f"已并入 {kept.name} 的主档")
    return kept


def _changes(before: Person, kept: Person) -> list[Change]:
    """Return what the kept record took over."""
    return diff(before, kept, [n for n in FIELDS if n != "identity_number"]) + sealed_change(before, kept)


def _left_behind(kept: Person, dropped: Person) -> list[Change]:
    """Return what the other record said otherwise and nobody took: the history of the one that remains still tells it.

    Under names of their own (see record.visible_changes): they are no change of the kept record's fields.
    """
    told = [change for change in _changes(dropped, kept) if change.old]
    return [Change(f"{one.field}.merged", f"对方的{one.label}", one.old, one.new) for one in told]


def _to_be_dropped(act: Act, kept: Person, data: MergeInto) -> Person:
    """Return the other record, locked; raises Refused where the two must not become one."""
    dropped: Person = (
        Person.objects.visible_to(act.actor, "people.merge").select_for_update(of=("self",)).get(pk=data.dropped.pk)
    )
    if dropped.pk == kept.pk:
        raise Refused("不能与自身合并", field="dropped")
    if dropped.state != State.LIVE or kept.state != State.LIVE:
        raise Refused("其中一份主档已经合并或撤回", field="dropped")
    both = kept.identity_number and dropped.identity_number and kept.document_type == dropped.document_type
    if both and kept.identity_number != dropped.identity_number and "identity_number" not in data.take:
        raise Refused(
            "两份主档的证件号码不同",
            field="dropped",
            next_step="请先核实并更正证件号码；确为两人的，请标记为“不是同一人”。",
        )
    return dropped


def _move_references(kept: Person, dropped: Person) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for relation in references():
        manager = relation.related_model._base_manager
        name = relation.field.name
        rows = manager.system("merge") if hasattr(manager, "system") else manager
        pks = list(rows.filter(**{name: dropped}).order_by("pk").values_list("pk", flat=True))
        if not pks:
            continue
        label = f"{relation.related_model._meta.label}.{name}"
        try:
            with transaction.atomic():
                rows.filter(pk__in=pks).update(**{name: kept})
        except IntegrityError as error:
            word = relation.related_model._meta.verbose_name
            raise Refused(
                f"两份主档都有“{word}”，不能自动合并", next_step=f"请先处理其中一份的{word}，再合并。"
            ) from error
        moved[label] = pks
    return moved


def _move_affiliations(kept: Person, dropped: Person) -> dict[str, list[int]]:
    """Move the periods that the kept record lacks; what would stand twice ends today on the dropped record."""
    rows = Affiliation.objects.system("merge")
    mine = list(rows.filter(person=kept))
    single = {Kind.HOME, Kind.PARTY, Kind.ADMINISTRATIVE}
    open_kinds = {r.kind for r in mine if r.until is None}
    open_places = {(r.kind, r.organization_id) for r in mine if r.until is None}
    moved = []
    for row in rows.filter(person=dropped).select_for_update(of=("self",)):
        clash = (row.kind in single and row.kind in open_kinds) or (row.kind, row.organization_id) in open_places
        if row.until is None and clash:
            row.until = max(localdate(), row.since)
        row.person = kept
        row.rev += 1
        row.save()
        moved.append(row.pk)
    return {"people.Affiliation.person": moved} if moved else {}


def _fill(kept: Person, dropped: Person, take: tuple[str, ...]) -> dict[str, str]:
    filled = {}
    for name in FIELDS:
        theirs, ours = getattr(dropped, name), getattr(kept, name)
        if theirs in (None, "") or (ours not in (None, "") and name not in take) or theirs == ours:
            continue
        if name == "sex" and theirs not in {"1", "2"}:
            continue
        setattr(kept, name, theirs)
        if name == "identity_number":
            kept.identity_blind, kept.document_type = dropped.identity_blind, dropped.document_type
        filled[name] = mask_identity(str(theirs)) if name == "identity_number" else str(theirs)
    if kept.photo_id is None and dropped.photo_id is not None:
        kept.photo_id = dropped.photo_id
        filled["photo"] = "照片"
    return filled


@dataclass(frozen=True)
class NotSame:
    """The other record of a pair that are two people."""

    other: Person
    reason: str = ""


def mark_distinct(act: Act, person: Person, data: NotSame) -> Person:
    """Record that two similar records are two people, so that the pair is not offered again."""
    first, second = sorted((person.pk, data.other.pk))
    if first == second:
        raise Refused("请选择另一份主档", field="other")
    pairs = Distinct.objects.system("pair in hand")
    if not pairs.filter(first_id=first, second_id=second).exists():
        Distinct.objects.create(first_id=first, second_id=second, by_account_id=act.actor.account_id)
    summary = f"核实为两人：{person.name}、{data.other.name}"
    act.log(person, organization_id=home_id(person), summary=summary)
    return person
