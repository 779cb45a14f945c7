"""The statements behind the search box, worded by hand: the ORM takes longer to word them than a database to answer.

Two ways lead to the same answer. From the keys: walk the keys in order and keep whose person is in the scope. From the
scope: take everyone in it and look at their keys. The first is quick while matches are few or mostly inside, the second
while the scope is small; `person_ids` chooses. Both are one walk on one index: (key, person), or (person, key).
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.utils.timezone import localdate

from zhibu.kernel.plans import one_of, planned_once
from zhibu.kernel.tree import disjoint, successor

#: scopes up to TINY people are always searched from the scope; up to SMALL when the query matches more than GATHERED keys
#: for each of the scope's people, and people are so thin in the scope that the first of those keys will not do
TINY, SMALL = 300, 15_000
#: keys that are always looked at from the keys: most queries match no more
FEW = 100
#: up to so many keys for each person of a small scope are compared with the scope's people gathered in memory: to look a
#: person's keys up takes as long as ten comparisons on PostgreSQL, four on SQLite
GATHERED = 10
#: bytes of a query that matches more than a few: a surname, two or three initials
BROAD = 3
#: how long the size of a scope is believed; it only chooses the way
BELIEVED_SECONDS = 300

_KEYS = "people_searchkey"
# CROSS JOIN holds SQLite to the order that is written: from a person to the places, or from the places to the people
_PLACES_OF_PERSON = "people_affiliation a CROSS JOIN organizations_organization o"
_PEOPLE_OF_PLACES = "organizations_organization o CROSS JOIN people_affiliation a"
_RANGE = "k.key >= %s AND k.key < %s"
_ORDER = "ORDER BY k.key, k.person_id LIMIT %s"

Condition = tuple[str, list[Any]]


class Wanted(NamedTuple):
    """What to look for in the keys: whole keys, and ranges [first, behind the last) of them.

    exact, tails: of hashed numbers, which sort before all others; ranges: of texts. One that finds nobody has no ranges.
    """

    exact: Sequence[str] = ()
    tails: Sequence[tuple[str, str]] = ()
    ranges: Sequence[tuple[str, str]] = ()


def within(text: str) -> tuple[str, str]:
    """Return the range of the keys that begin so."""
    return text, text + "\U0010ffff"


def person_ids(wanted: Wanted, paths: Sequence[str] | None, limit: int) -> list[int]:
    """Return up to `limit` people in the order of their best key.

    paths: the tops of the subtrees to look in, None for everywhere.
    """
    found: dict[int, None] = {}
    conditions = [_number(wanted)] if wanted.exact or wanted.tails else []
    conditions += [(_RANGE, list(bounds)) for bounds in wanted.ranges]
    inside = _inside(paths) if paths is not None else None
    for condition in conditions:
        if len(found) < limit:
            _collect(found, condition, inside, paths or (), limit)
    return list(found)[:limit]


def _number(wanted: Wanted) -> Condition:
    """Condition on the keys of hashed numbers: one statement, of which nearly every one finds nobody or a few."""
    parts = [f"({_RANGE})"] * len(wanted.tails)
    if wanted.exact:
        parts.insert(0, f"k.key IN ({', '.join(['%s'] * len(wanted.exact))})")
    return f"({' OR '.join(parts)})", [*wanted.exact, *chain.from_iterable(wanted.tails)]


def _collect(
    found: dict[int, None], condition: Condition, inside: Condition | None, paths: Sequence[str], limit: int
) -> None:
    """Add the people of one condition; somebody may match by several keys, then more rows are read."""
    rows = limit + 10
    from_scope = gathered = False
    if inside is not None:
        size = scope_size(paths)
        from_scope = size <= TINY
        if TINY < size <= SMALL:
            most, gathered = size * GATHERED, True
            # among people like the rest, so many of the scope are to be expected among half of so many keys
            likely = 2 * rows * _everybody() // size
            enough, broad = likely <= most, len(str(condition[1][0]).encode()) <= BROAD
            tries = ([] if enough and broad else [FEW]) + ([likely] if enough else [])
            for keys in tries:
                people, whole = _first(condition, inside, keys, rows)
                found.update(dict.fromkeys(people))
                if (whole and len(people) < rows) or (len(people) >= rows and len(found) >= limit):
                    return
            from_scope = not whole and _more_than(condition, most)
    statement, values = _statement(condition, inside, from_scope, gathered)
    while True:
        answer = _all(statement, [*values, rows])
        found.update(dict.fromkeys(person for (person,) in answer))
        if len(answer) < rows or len(found) >= limit:
            return
        rows *= 8


def _first(condition: Condition, inside: Condition, most: int, rows: int) -> tuple[list[int], bool]:
    """Return those of the first `most` keys whose people are in the scope, up to `rows`, and whether there are no more keys.

    One statement for few keys: most queries mean few people, and a second one takes longer than they do. Whether there are
    more than thousands is only asked when too few people were found among them; enough is enough ("no more" is then not
    said). The keys come in their order and no more of them are looked at than it takes. PostgreSQL knows that they do and is
    told the order again; SQLite would sort them all.
    """
    keys, bounds = condition
    member, places = _member(inside, gathered=most > FEW)
    again = "ORDER BY k.key, k.person_id" if connection.vendor == "postgresql" else ""
    walk = f"SELECT k.key, k.person_id FROM {_KEYS} k WHERE {keys} {_ORDER}"
    matching = (
        f"SELECT m.key, m.person_id FROM (SELECT k.key, k.person_id FROM ({walk}) k WHERE {member} {again} LIMIT %s) m"
    )
    values = [*bounds, most, *places, rows]
    if most > FEW:
        people = [person for _, person in sorted(_all(matching, values))]
        return people, len(people) < rows and not _more_than(condition, most)
    answer = _all(f"{matching} UNION ALL SELECT '', -1 FROM ({walk} OFFSET %s) n", [*values, *bounds, 1, most])
    # no order is promised of a union; by code point, as both databases compare keys
    found = sorted(row for row in answer if row[0])
    return [person for _, person in found], len(found) == len(answer)


def _statement(condition: Condition, inside: Condition | None, from_scope: bool, gathered: bool) -> Condition:
    """Return the statement that takes a number of rows as its last value; gathered: see `_member`."""
    keys, bounds = condition
    if inside is None:
        return f"SELECT k.person_id FROM {_KEYS} k WHERE {keys} {_ORDER}", bounds
    if from_scope:
        here, places = inside
        members = f"SELECT DISTINCT a.person_id FROM {_PEOPLE_OF_PLACES} WHERE {here}"
        mine = f"{_KEYS} k WHERE k.person_id = m.person_id AND {keys}"
        if connection.vendor == "postgresql":
            # it takes a range of keys for two rows and would compare each of thousands with everyone in the scope;
            # OFFSET 0 holds it to the order that is written
            mine = f"LATERAL (SELECT k.key, k.person_id FROM {mine} OFFSET 0) k"
        return f"SELECT k.person_id FROM ({members}) m CROSS JOIN {mine} {_ORDER}", [*places, *bounds]
    member, places = _member(inside, gathered=gathered)
    return f"SELECT k.person_id FROM {_KEYS} k WHERE {keys} AND {member} {_ORDER}", [*bounds, *places]


def _member(inside: Condition, *, gathered: bool = False) -> Condition:
    """Condition on a key: its person has a relation in the scope.

    gathered: the people of the scope are taken once into a table in memory instead of looking at each key's places;
    IS TRUE keeps PostgreSQL from making a join of it, whose order it would guess.
    """
    here, places = inside
    if gathered:
        return f"(k.person_id IN (SELECT a.person_id FROM {_PEOPLE_OF_PLACES} WHERE {here})) IS TRUE", places
    return f"EXISTS (SELECT 1 FROM {_PLACES_OF_PERSON} WHERE a.person_id = k.person_id AND {here})", places


def _more_than(condition: Condition, most: int) -> bool:
    """Tell whether more than so many keys match."""
    keys, bounds = condition
    return bool(_all(f"SELECT 1 FROM {_KEYS} k WHERE {keys} {_ORDER} OFFSET %s", [*bounds, 1, most]))


def _everybody() -> int:
    """Return about how many people there are in all; believed for a while."""
    number: int | None = cache.get("people.number")
    if number is None:
        number = int(_all("SELECT COALESCE(MAX(id), 0) FROM people_person", [])[0][0])
        cache.set("people.number", number, BELIEVED_SECONDS)
    return number


def place_names(people_ids: Sequence[int], paths: Sequence[str] | None) -> list[tuple[int, str, str]]:
    """Return (person, kind of relation, short name of the place) of the relations in force today inside the subtrees.

    paths: None for everywhere. The oldest first.
    """
    here, places = _inside(paths)
    theirs, numbers = one_of(people_ids)
    rows = _all(
        f"SELECT a.person_id, a.kind, o.short_name, o.name FROM {_PLACES_OF_PERSON}"
        f" WHERE a.person_id {theirs} AND {here} ORDER BY a.since, a.id",
        [*numbers, *places],
    )
    return [(person, kind, short or name) for person, kind, short, name in rows]


def scope_size(paths: Sequence[str]) -> int:
    """Return about how many relations lie in the subtrees, counted no further than needed; believed for a while."""
    tops = disjoint(paths)
    name = f"people.scope:{'.'.join(tops)}"[:240]
    size: int | None = cache.get(name)
    if size is None:
        here, places = _inside(tops)
        counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM {_PEOPLE_OF_PLACES} WHERE {here} LIMIT {SMALL + 1}) s"
        size = int(_all(counted, places)[0][0])
        cache.set(name, size, BELIEVED_SECONDS)
    return size


def _inside(paths: Sequence[str] | None) -> Condition:
    """Condition: a relation in force today to an organisation of the subtrees (None: any); see `affiliation.reach`."""
    today = connection.ops.adapt_datefield_value(localdate())
    in_force = "o.id = a.organization_id AND a.since <= %s AND (a.until IS NULL OR a.until > %s)"
    if paths is None:
        return in_force, [today, today]
    tops = disjoint(paths)
    under = " OR ".join(["(o.path >= %s AND o.path < %s)"] * len(tops)) or "1 = 0"
    return f"{in_force} AND ({under})", [today, today, *(v for top in tops for v in (top, successor(top)))]


def _all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with planned_once() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
