"""Keeping the lights current: one organisation after each meeting, all of them every night and on demand."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate

from zhibu.apps.compliance import queries, rules
from zhibu.apps.compliance.models import Light
from zhibu.apps.compliance.params import duties
from zhibu.apps.people.services.bulk import fresh_uids
from zhibu.kernel.bulk import insert_rows, no_cycles, parts
from zhibu.kernel.calendar.dated import in_force

#: columns that follow from the facts, and their types in PostgreSQL
COLUMNS = ("last_on", "clear_until", "due_until")
MOST = 20_000


class Wanted(NamedTuple):
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
    with no_cycles():
        known = queries.stored(organization_ids)
        made, changed, seen = [], [], set()
        for wanted in _wanted(organization_ids, today or localdate(), known):
            key = wanted[:2]
            seen.add(key)
            row = known.get(key)
            if row is None:
                made.append(wanted)
            elif row[1:5] != (*wanted[2:], True):
                changed.append((row.pk, wanted))
        gone = [row.pk for key, row in known.items() if row.asked and key not in seen]
        with transaction.atomic():
            _insert(made)
            _update(changed)
            Light.objects.system("duties asked for no longer").filter(pk__in=gone).update(asked=False)
    return len(made) + len(changed) + len(gone)


def _wanted(
    organization_ids: Collection[int] | None, day: date, known: dict[tuple[int, str], queries.Stored]
) -> Iterator[Wanted]:
    table = tuple(in_force(duties(), day).values())
    facts = queries.facts(organization_ids)
    for place in queries.places(organization_ids, day):
        for duty in table:
            if not place.owes(duty):
                continue
            last = facts.last(place, duty)
            row = known.get((place.pk, duty.code))
            begins = place.counted_from(duty)
            clear, due = rules.standing(duty.every, duty.opens, last, begins)
            if row is not None and row.excused_until is not None and row.excused_until > begins:
                excused = rules.standing(duty.every, duty.opens, None, row.excused_until)
                clear, due = max(clear, excused[0]), max(due, excused[1])
            yield Wanted(place.pk, duty.code, last, clear, due)


def _insert(made: list[Wanted]) -> None:
    """Write new lights, past the ORM as well."""
    columns, days = ("uid", "organization_id", "duty", *COLUMNS, "excused_why", "asked", "rev"), _Days()
    rows = (
        (uid, one.organization_id, one.duty, days[one.last_on], days[one.clear_until], days[one.due_until], "", 1, 1)
        for uid, one in zip(fresh_uids(len(made)), made, strict=True)
    )
    if made:
        insert_rows(Light, columns, rows)


class _Days(dict[date | None, str | None]):
    """A day -> its text, which both databases read: many rows have the same few."""

    def __missing__(self, day: date | None) -> str | None:
        self[day] = None if day is None else day.isoformat()
        return self[day]


def _update(changed: list[tuple[int, Wanted]]) -> None:
    """Write the changed days, past the ORM: its statement for thousands of rows takes longer to word than to run."""
    table, days = connection.ops.quote_name(Light._meta.db_table), _Days()
    values = [(days[one.last_on], days[one.clear_until], days[one.due_until], pk) for pk, one in changed]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for part in parts(values, MOST):
                cursor.execute(
                    f"UPDATE {table} SET last_on = v.a, clear_until = v.b, due_until = v.c, asked = TRUE "
                    "FROM unnest(%s::date[], %s::date[], %s::date[], %s::bigint[]) AS v (a, b, c, pk) "
                    f"WHERE {table}.id = v.pk",
                    [f"{{{','.join(str(one or 'NULL') for one in column)}}}" for column in zip(*part, strict=True)],
                )
        elif values:
            cursor.executemany(
                f"UPDATE {table} SET last_on = %s, clear_until = %s, due_until = %s, asked = 1 WHERE id = %s", values
            )
