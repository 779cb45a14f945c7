"""Keeping the lights current: one organisation after each meeting, all of them every night and on demand."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.timezone import localdate

from zhibu.apps.compliance import queries, rules
from zhibu.apps.compliance.models import Light
from zhibu.apps.compliance.params import duties
from zhibu.kernel.bulk import insert_rows
from zhibu.kernel.calendar.dated import in_force

#: columns that follow from the facts, and their types in PostgreSQL
COLUMNS = ("last_on", "clear_until", "due_until")
MOST = 20_000


@dataclass(frozen=True)
class Wanted:
    """What the light of an organisation and a duty is to show."""

    organization_id: int
    duty: str
    last_on: date | None
    clear_until: date
    due_until: date


def refresh(organization_ids: Collection[int] | None = None, today: date | None = None) -> int:
    """Bring the lights of these organisations (None: of all) in line with the facts; return how many changed.

    Lights of duties that are asked for no longer (no committee, no groups, dissolved) stay and are left out of every list.
    """
    day = today or localdate()
    known = queries.stored(organization_ids)
    made, changed = [], []
    for wanted in _wanted(organization_ids, day, known):
        row = known.get((wanted.organization_id, wanted.duty))
        if row is None:
            made.append(wanted)
        elif (row.last_on, row.clear_until, row.due_until, row.asked) != (
            wanted.last_on, wanted.clear_until, wanted.due_until, True,
        ):  # fmt: skip
            changed.append((row.pk, wanted))
    gone = [row.pk for row in known.values() if row.asked and not row.wanted]
    with transaction.atomic():
        _insert(made)
        _update(changed)
        Light.objects.system("duties asked for no longer").filter(pk__in=gone).update(asked=False)
    return len(made) + len(changed) + len(gone)


def _wanted(
    organization_ids: Collection[int] | None, day: date, known: dict[tuple[int, str], queries.Stored]
) -> Iterator[Wanted]:
    table = in_force(duties(), day)
    facts = queries.facts(organization_ids)
    for place in queries.places(organization_ids, day):
        for duty in table.values():
            if not place.owes(duty):
                continue
            last = facts.last(place, duty)
            row = known.get((place.pk, duty.code))
            begins = counted = place.counted_from(duty)
            if row is not None:
                row.wanted = True
                counted = max(counted, row.excused_until or counted)
            clear, due = rules.standing(duty.every, duty.opens, last, begins)
            if counted > begins:
                excused = rules.standing(duty.every, duty.opens, None, counted)
                clear, due = max(clear, excused[0]), max(due, excused[1])
            yield Wanted(place.pk, duty.code, last, clear, due)


def _insert(made: list[Wanted]) -> None:
    """Write new lights, past the ORM as well."""
    day = connection.ops.adapt_datefield_value
    uid = (lambda: uuid4().hex) if connection.vendor == "sqlite" else uuid4
    columns = ("uid", "organization_id", "duty", *COLUMNS, "excused_why", "asked", "rev")
    rows = (
        (uid(), one.organization_id, one.duty, day(one.last_on), day(one.clear_until), day(one.due_until), "", True, 1)
        for one in made
    )
    if made:
        insert_rows(Light, columns, rows)


def _update(changed: list[tuple[int, Wanted]]) -> None:
    """Write the changed days, past the ORM: its statement for thousands of rows takes longer to word than to run."""
    table = connection.ops.quote_name(Light._meta.db_table)
    values = [(one.last_on, one.clear_until, one.due_until, pk) for pk, one in changed]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for part in _parts(values):
                cursor.execute(
                    f"UPDATE {table} SET last_on = v.a, clear_until = v.b, due_until = v.c, asked = TRUE "
                    "FROM unnest(%s::date[], %s::date[], %s::date[], %s::bigint[]) AS v (a, b, c, pk) "
                    f"WHERE {table}.id = v.pk",
                    [list(column) for column in zip(*part, strict=True)],
                )
        elif values:
            cursor.executemany(
                f"UPDATE {table} SET last_on = %s, clear_until = %s, due_until = %s, asked = 1 WHERE id = %s", values
            )


def _parts(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + MOST] for start in range(0, len(values), MOST))
