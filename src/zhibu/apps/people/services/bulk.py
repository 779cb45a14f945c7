"""Writing people by the thousand for imports: past the ORM for new ones, one by one for known ones, and back again."""

import base64
import copy
import os
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils.timezone import localdate, now

from zhibu.apps.people import search
from zhibu.apps.people.events import PartyFactsChanged
from zhibu.apps.people.groups import BY_CODE
from zhibu.apps.people.models import Affiliation, Person, SearchKey
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.apps.people.services.affiliations import SINGLE
from zhibu.apps.people.services.persons import SEARCHED, save_unique
from zhibu.kernel.actions import Act
from zhibu.kernel.audit import AuditLine, Change, record_many
from zhibu.kernel.bulk import allocate_ids, insert_plain
from zhibu.kernel.crypto import Sealed, seal
from zhibu.kernel.events import publish
from zhibu.kernel.imports.spec import Effect

New = tuple[int, dict[str, Any], bytes | None, dict[str, Any], dict[str, date]]

#: columns on which a membership rests
PARTY = frozenset(BY_CODE["party"].fields)
_PERSON_COLUMNS = list(Person._meta.concrete_fields)
_AFFILIATION_COLUMNS = ("id", "uid", "person_id", "organization_id", "kind", "since", "note", "rev", "recorded_at")


#: models whose rows appear by themselves with a person -> which of their rows nobody touched
_FOLLOWING: dict[type[Any], Q] = {}


def follows(model: type[Any], untouched: Q) -> None:
    """Let untouched rows of a model not keep an import from being undone: what makes them also withdraws them."""
    _FOLLOWING[model] = untouched


def create(act: Act, new: Sequence[New], *, at: datetime | None = None) -> list[Effect]:
    """Insert people with their first affiliations, search keys and audit lines: six statements, whatever the number.

    new: (row number, values, hash of the document number, kind -> organisation, kind -> first day); at: when the records
    were made (now by default; the demonstration has a past).
    """
    if not new:
        return []
    adapt = connection.ops
    moment = adapt.adapt_datetimefield_value(at or now())
    uids = fresh_uids(len(new) + sum(len(where) for _, _, _, where, _ in new))
    as_day = lru_cache(maxsize=None)(adapt.adapt_datefield_value)  # the same days come again and again
    blank, place_of = blank_row(moment)
    people, places, named, lines, effects = [], [], [], [], []
    for pk, (number, values, blind, where, since) in zip(allocate_ids(Person, len(new)), new, strict=True):
        uid, name = next(uids), values["name"]
        row = blank.copy()
        for key, value in values.items():
            row[place_of[key]] = as_day(value) if value.__class__ is date else value
        row[place_of["id"]], row[place_of["uid"]], row[place_of["identity_blind"]] = pk, uid, blind
        plain = values.get("identity_number") or ""
        if plain:
            sealed = seal(plain, table="people_person", column="identity_number", uid=dashed(uid))
            row[place_of["identity_number"]] = sealed
        people.append(row)
        for kind, organization in where.items():
            places.append((kind, organization.id, pk, as_day(since[kind])))
        former, staff = values.get("former_names", ""), values.get("staff_number", "")
        named.append((pk, name, former, staff, plain, values.get("mobile", "")))
        home = where["home"].id
        lines.append(AuditLine(act.actor, act.code, f"导入建档：{name}", "people.Person", str(pk), home, at=at))
        effects.append(Effect(number, pk, True, 1))
    insert_plain(Person, list(place_of), people)
    _insert_places(places, uids, moment)
    # in the order of the index: a third of the time of a random order
    insert_plain(SearchKey, ("key", "person_id"), sorted(search.keys_of_many(named), key=itemgetter(0)))
    record_many(lines)
    act.logged += len(lines)
    publish(PartyFactsChanged(tuple(pk for kind, _, pk, _ in places if kind == Kind.PARTY), act.actor))
    return effects


def _insert_places(places: Sequence[tuple[str, int, int, Any]], uids: Iterator[str], moment: Any) -> None:
    ids = allocate_ids(Affiliation, len(places))
    insert_plain(
        Affiliation, _AFFILIATION_COLUMNS,
        [(i, next(uids), pk, org, kind, since, "", 1, moment) for i, (kind, org, pk, since) in zip(ids, places, strict=True)],
    )  # fmt: skip


def fresh_uids(number: int) -> Iterator[str]:
    """Yield uids (RFC 9562, version 7) as 32 hex digits, as both databases take them.

    Those made together lie side by side in their index: random ones would touch every page of it for each chunk.
    """
    moment = f"{int(time.time() * 1000):012x}"
    digits = os.urandom(10 * number).hex()
    for start in range(0, 20 * number, 20):
        # the thirteenth digit is the version, the two high bits of the seventeenth say which kind of uid it is
        variant = "89ab"[int(digits[start], 16) & 3]
        yield f"{moment}7{digits[start + 1 : start + 4]}{variant}{digits[start + 4 : start + 19]}"


def dashed(uid: str) -> str:
    """Return 32 hex digits as a uid is written, which is what sealed values are bound to."""
    return f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"


def blank_row(moment: Any) -> tuple[list[Any], dict[str, int]]:
    """Return an empty person as the table's row, and column name -> its place there."""
    empty = Person()
    known = {"identity_number": None, "created_at": moment, "changed_at": moment}
    row = [known.get(column.name, getattr(empty, column.attname)) for column in _PERSON_COLUMNS]
    return row, {str(column.column): place for place, column in enumerate(_PERSON_COLUMNS)}


def update(act: Act, judged: Any) -> Effect:
    """Write what a row changes about a known person, remembering the values before."""
    person = judged.person
    before = copy.copy(person)
    changed = {change.field for change in judged.changes}
    for name in changed & set(judged.values):
        setattr(person, name, judged.values[name])
    if "identity_number" in changed:
        person.identity_blind = judged.blind
    ended, begun = _move(person, judged.places)
    person.rev += 1
    save_unique(person)
    if changed & SEARCHED:
        search.rewrite_keys([person])
    kept = {name: _written(getattr(before, name)) for name in changed & set(judged.values) if name != "identity_number"}
    if "identity_number" in changed:
        kept["identity_number"] = _sealed(before)
    kept["_ended"], kept["_begun"] = ended, begun
    lines = [
        AuditLine(
            act.actor,
            act.code,
            f"导入更新：{person.name}",
            "people.Person",
            str(person.pk),
            _home(person),
            tuple(judged.changes),
        )
    ]
    record_many(lines)
    act.logged += 1
    if changed & PARTY or Kind.PARTY in judged.places:
        publish(PartyFactsChanged((person.pk,), act.actor))
    return Effect(judged.row.number, person.pk, created=False, rev_after=person.rev, before=kept)


def _move(person: Person, places: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Begin new affiliations today; single ones end their predecessor today. Return (ended, begun) ids."""
    today = localdate()
    ended: list[int] = []
    begun: list[int] = []
    for kind, organization in places.items():
        rows = Affiliation.objects.system("places of an imported person").filter(
            person=person, kind=kind, until__isnull=True
        )
        if Kind(kind) in SINGLE:
            for row in rows:
                row.until, row.rev = max(today, row.since), row.rev + 1
                row.save(update_fields=["until", "rev"])
                ended.append(row.pk)
        made = Affiliation.objects.create(person=person, organization=organization, kind=kind, since=today)
        begun.append(made.pk)
    return ended, begun


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sealed(person: Person) -> str | None:
    raw = person.__dict__.get("identity_number")
    if raw is None:
        return None
    if not isinstance(raw, Sealed):
        raw = Sealed(seal(str(raw), table="people_person", column="identity_number", uid=person.uid))
    return base64.b64encode(raw.raw).decode()


def _home(person: Person) -> int | None:
    rows = Affiliation.objects.system("home of an imported person").filter(
        person=person, kind="home", until__isnull=True
    )
    found: int | None = rows.values_list("organization_id", flat=True).first()
    return found


def undo(act: Act, effects: Sequence[Any]) -> list[int]:
    """Take back effects on people nobody touched since: new ones are withdrawn, changed ones get their values back.

    Returns the rows left alone. New people cost a constant number of queries, changed ones a few each.
    """
    rows = Person.objects.system("undo of an import").select_for_update(of=("self",))
    people = {p.pk: p for p in rows.filter(pk__in=[e.object_id for e in effects])}
    used = _used([e.object_id for e in effects if e.created])
    homes = _homes(list(people))
    left, lines, withdrawn = [], [], []
    for effect in effects:
        person = people[effect.object_id]
        if person.rev != effect.rev_after or person.state != State.LIVE or person.pk in used:
            left.append(effect.row)
            continue
        changes: list[Change] = []
        if effect.created:
            withdrawn.append(person)
        else:
            changes = _restore(person, effect.before)
        summary = f"撤销导入：{person.name}"
        lines.append(
            AuditLine(
                act.actor, act.code, summary, "people.Person", str(person.pk), homes.get(person.pk), tuple(changes)
            )
        )
    _withdraw(withdrawn)
    record_many(lines)
    act.logged += len(lines)
    kept = set(left)
    if undone := tuple(effect.object_id for effect in effects if effect.row not in kept):
        publish(PartyFactsChanged(undone, act.actor))
    return left


def _homes(people: Sequence[int]) -> dict[int, int]:
    rows = Affiliation.objects.system("homes of imported people").filter(
        person__in=people, kind="home", until__isnull=True
    )
    return dict(rows.values_list("person_id", "organization_id"))


def _used(people: Sequence[int]) -> set[int]:
    """Return those of these new people on whom anything but the import's own affiliations has come to hang."""
    from zhibu.apps.people.services.merge import references

    found: set[int] = set()
    for relation in references() if people else ():
        manager = relation.related_model._base_manager
        rows = manager.system("undo of an import") if hasattr(manager, "system") else manager
        if relation.related_model in _FOLLOWING:
            rows = rows.exclude(_FOLLOWING[relation.related_model])
        column = relation.field.attname
        found.update(rows.filter(**{f"{relation.field.name}__in": people}).values_list(column, flat=True))
    return found


def _withdraw(people: Sequence[Person]) -> None:
    """End what was begun, on the day it began where that lies ahead, and let nobody find the records any more."""
    if not people:
        return
    today = localdate()
    pks = [person.pk for person in people]
    rows = Affiliation.objects.system("undo of an import").filter(person__in=pks, until__isnull=True)
    rows.filter(since__gt=today).update(until=F("since"), rev=F("rev") + 1)
    rows.update(until=today, rev=F("rev") + 1)
    Person.objects.system("undo of an import").filter(pk__in=pks).update(
        state=State.WITHDRAWN, rev=F("rev") + 1, changed_at=now()
    )
    SearchKey.objects.system("undo of an import", allow_delete=True).filter(person__in=pks).delete()


def _restore(person: Person, before: dict[str, Any]) -> list[Change]:
    from zhibu.kernel.actions import diff
    from zhibu.kernel.crypto import mask_identity

    old = copy.copy(person)
    names = [name for name in before if not name.startswith("_") and name != "identity_number"]
    for name in names:
        setattr(person, name, Person._meta.get_field(name).to_python(before[name]))  # type: ignore[union-attr]
    changes = diff(old, person, names)
    if "identity_number" in before:
        shown = old.masked_identity
        raw = before["identity_number"]
        text = (
            Sealed(base64.b64decode(raw)).open(table="people_person", column="identity_number", uid=person.uid)
            if raw
            else None
        )
        person.identity_number = text
        from zhibu.apps.people.services.persons import identity_hash

        person.identity_blind = identity_hash(text) if text else None
        changes.append(Change("identity_number", "证件号码", shown, mask_identity(text or "")))
    rows = Affiliation.objects.system("undo of an import")
    for row in rows.filter(pk__in=before["_begun"]):
        row.until, row.rev = row.since, row.rev + 1
        row.save(update_fields=["until", "rev"])
    for row in rows.filter(pk__in=before["_ended"]):
        row.until, row.rev = None, row.rev + 1
        row.save(update_fields=["until", "rev"])
    person.rev += 1
    save_unique(person)
    search.rewrite_keys([person])
    return changes
