"""Which records wait for an actor, by action, and how many: one statement whatever the number of actions."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.kernel import audit
from zhibu.kernel.actions.declare import Action, all_actions, resolved
from zhibu.kernel.actor import Actor

#: nobody reads further; a count stops here ("200+")
CAP = 200
_MEMO = "_inbox_badge"
#: how long the number in the menu is believed while nothing new stands in the trail
BELIEVED_SECONDS = 60


def waiting(actor: Actor, today: date | None = None) -> Iterator[tuple[Action, Any]]:
    """Yield each action with an inbox and the records on which the actor may perform it today (an opened queryset).

    Through the actor's scope for the action's permission, in the states of `when`, without those that `not_by` closes
    to the actor or to the person acted for. `not_by` of such actions names columns ("account.person_id").
    """
    today = today or localdate()
    acting = {actor.person_id, actor.for_whom} - {None}
    for action in all_actions():
        model: Any = action.model_class()
        if action.inbox is None or model is None or not action.open_to(actor):
            continue
        rows = action.rows(actor).filter(action.condition(today), resolved(action.inbox.only, today))
        for dotted in action.not_by if acting else ():
            rows = rows.exclude(**{f"{dotted.replace('.', '__')}__in": acting})
        yield action, rows


def counts(actor: Actor, today: date | None = None) -> dict[str, int]:
    """Return code of the action -> how many records wait, none left at zero, each counted up to CAP + 1."""
    minute = timezone.now().replace(second=0, microsecond=0)
    codes, sql, params = _statement(actor, actor.for_whom, today or localdate(), minute, CAP, len(all_actions()))
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = dict(cursor.fetchall())
    return {code: found[place] for place, code in enumerate(codes) if found[place]}


@lru_cache(maxsize=512)
def _statement(
    actor: Actor, for_whom: int | None, today: date, minute: datetime, cap: int, actions: int
) -> tuple[tuple[str, ...], str, tuple[Any, ...]]:
    """Return the codes counted, the statement and its parameters.

    Putting it together costs ten times what running it does, and every page asks. It follows from the actor's grants
    and the clock (conditions such as "not yet expired"), so the same person is asked the same for a minute; the
    numbers themselves are never kept.
    """
    parts: list[str] = []
    params: list[Any] = []
    codes: list[str] = []
    for action, rows in waiting(actor, today):
        try:
            sql, values = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {len(codes)} AS place, COUNT(*) AS number FROM ({sql}) AS waiting_{len(codes)}")
        params += values
        codes.append(action.code)
    return tuple(codes), " UNION ALL ".join(parts), tuple(params)


def count(actor: Actor) -> int:
    """Return how many things wait in all, each kind counted up to CAP + 1."""
    return sum(counts(actor).values())


def badge(actor: Actor) -> int:
    """Return `count` for the menu. It is drawn three times a page, so the number stays with the request's actor.

    Every page asks, and a server plans sixty questions longer than it answers them: the number is believed until the
    next line of the trail (whatever changes what waits is an act, and an act is logged), at most for a minute.
    """
    kept = vars(actor)  # as functools.cached_property does on the frozen actor
    if _MEMO not in kept:
        kept[_MEMO] = _believed(actor)
    return int(kept[_MEMO])


def _believed(actor: Actor) -> int:
    asked = repr((actor, actor.for_whom, localdate(), audit.last_id()))
    name = f"inbox.badge:{hashlib.sha256(asked.encode()).hexdigest()}"
    number: int | None = cache.get(name)
    if number is None:
        number = count(actor)
        cache.set(name, number, BELIEVED_SECONDS)
    return number
