"""The rows of a list: filtered, searched, ordered, a page at a time, with a capped count and gated cells."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Case, F, Value, When
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import drawing
from zhibu.kernel.console.declare import Column, Screen
from zhibu.kernel.scope import bind

PAGE = 25
#: a list counts and pages no further; beyond it a person narrows the filter
CAP = 10_000
#: a total from this on is believed for a minute: who turns the pages of thousands does not wait for a count at each
MANY, BELIEVED_SECONDS = 1_000, 60


@dataclass(frozen=True)
class Cell:
    """What a list shows of one column of one record; `hidden` when the viewer may not see it there."""

    column: Column
    value: Any
    hidden: bool
    tone: str = ""


class TooManySearches(Exception):
    """Searches of that kind were too many just now; the text is a Chinese sentence for the reader."""

    def __init__(self) -> None:
        super().__init__("按号码查找太频繁了，请一分钟后再试，或改用姓名、拼音。")


@dataclass
class Listing:
    """A page of a list with what its template needs."""

    screen: Screen
    columns: list[Column]
    records: list[tuple[Any, list[Cell]]]
    page: int
    total: int
    capped: bool
    sort: str
    query: str
    filterset: Any
    active: list[tuple[str, str, str]]
    refused: str = ""

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.records else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * PAGE + len(self.records)

    @property
    def body(self) -> SafeString:
        return drawing.body(self.records)

    @property
    def ticked_body(self) -> SafeString:
        return drawing.body(self.records, ticked=True)

    @property
    def has_next(self) -> bool:
        return self.last < min(self.total, CAP)

    @property
    def next_number(self) -> int:
        return self.page + 1

    @property
    def previous_number(self) -> int:
        return self.page - 1


def gate_name(permission: str) -> str:
    """Return the annotation that says whether a gated column may be shown for a row."""
    return "_gate_" + permission.replace(".", "_")


def with_gates(screen: Screen, rows: Any, actor: Actor) -> Any:
    """Annotate every row with the gates the actor holds there; a gate held wherever the rows are needs no query."""
    for permission in {c.gate for c in screen.columns if c.gate}:
        paths, shown = actor.paths(permission), actor.paths(screen.permission)
        if actor.is_system or (shown and all(any(s.startswith(p) for p in paths) for s in shown)):
            flag: Any = Value(True)
        elif paths:
            flag = Case(When(screen.model_class.scope_q(paths), then=True), default=False, output_field=BooleanField())
        else:
            flag = Value(False)
        rows = rows.annotate(**{gate_name(permission): flag})
    return rows


def cell(column: Column, obj: Any) -> Cell:
    """Return the cell of a record; a gated one is hidden unless the row's annotation allows it."""
    if column.gate and not getattr(obj, gate_name(column.gate), False):
        return Cell(column, None, hidden=True)
    return Cell(column, column.of(obj), hidden=False, tone=column.tone(obj) if column.tone else "")


def select(screen: Screen, actor: Actor, params: Any, *, again: bool = False) -> tuple[Any, Any, str, str]:
    """Return (rows, filterset, sort, query): the opened, filtered, searched and ordered queryset.

    again: the same question as a moment ago, e.g. by the job that a request began: it is not counted a second time.
    Raises TooManySearches.
    """
    rows = (screen.listed or screen.rows)(actor)
    filterset = None
    if screen.filterset_class:
        # choices of filters ask who is looking; an export by a job has no request
        filterset = screen.filterset_class(params, queryset=rows, request=SimpleNamespace(actor=actor))
        for name, permission in screen.filter_gates:
            if not actor.may(permission):
                del filterset.filters[name]
            elif params.get(name) and not actor.is_system:
                # what a cell would hide, a filter must not tell: it looks at rows where the column may be seen
                filterset.queryset = filterset.queryset.filter(screen.model_class.scope_q(actor.paths(permission)))
        bind(filterset.form, actor)
        rows = filterset.qs if filterset.form.is_valid() else rows.none()
    query = str(params.get("q", "")).strip()[:100]
    if query and screen.search:
        if screen.counted and not again and not screen.counted(actor, query):
            raise TooManySearches
        rows = screen.search(rows, query, actor)
    sort = str(params.get("sort", "")) or screen.order
    sortable = [c for c in screen.columns if c.sort and (c.gate is None or actor.may(c.gate))]
    allowed = {c.sort for c in sortable} | {screen.order.lstrip("-")}
    if sort.lstrip("-") not in allowed:
        sort = screen.order
    name = sort.lstrip("-")
    ordering = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return rows.order_by(ordering, "pk"), filterset, sort, query


def listing(screen: Screen, actor: Actor, params: Any) -> Listing:
    """Return the page of the list that `params` (a QueryDict) asks for."""
    try:
        rows, filterset, sort, query = select(screen, actor, params)
    except TooManySearches as refused:
        return _refused(screen, str(params.get("q", "")), str(refused))
    asked = str(params.get("page", "1"))
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    page = min(page, CAP // PAGE)
    start = (page - 1) * PAGE
    counted = _Counted(screen, actor, params, rows)
    if query and screen.ranked and sort == screen.order and not _narrowed(filterset):
        # so many that they are also counted by it: a second look at all that matches costs as much as the first
        best = screen.ranked(actor, query, start + PAGE if counted.known else max(start + PAGE, MANY))
        found = _of_keys(screen, actor, best[start : start + PAGE])
        total = counted.total() if counted.known or len(best) >= MANY else len(best)
    elif start:
        # what lies before the page is passed over by its keys: whole records of a thousand rows need not be sorted
        found = _of_keys(screen, actor, list(rows.values_list("pk", flat=True)[start : start + PAGE]))
        total = counted.total(start, found)
    else:
        found = screen.completed(actor, with_gates(screen, rows, actor)[:PAGE])
        total = counted.total(start, found)
    columns = [c for c in screen.columns if c.where != "export"]
    records = [(obj, [cell(c, obj) for c in columns]) for obj in found]
    return Listing(
        screen=screen,
        columns=columns,
        records=records,
        page=page,
        total=min(total, CAP),
        capped=total > CAP,
        sort=sort,
        query=query,
        filterset=filterset,
        active=_active(filterset, params),
    )


def _refused(screen: Screen, query: str, why: str) -> Listing:
    """Return the page that shows nothing but why."""
    return Listing(screen, [], [], 1, 0, False, screen.order, query.strip()[:100], None, [], refused=why)


def _narrowed(filterset: Any) -> bool:
    """Tell whether any filter is in use, or one that cannot be read."""
    if filterset is None:
        return False
    return not filterset.form.is_valid() or any(
        v not in (None, "", [], ()) for v in filterset.form.cleaned_data.values()
    )


def _of_keys(screen: Screen, actor: Actor, wanted: list[int]) -> list[Any]:
    """Return the records of these keys within the actor's reach, in their order."""
    records = with_gates(screen, screen.rows(actor).filter(pk__in=wanted), actor)
    found = {obj.pk: obj for obj in screen.completed(actor, records)}
    return [found[pk] for pk in wanted if pk in found]


class _Counted:
    """How many rows a list has, up to CAP + 1; MANY and more are believed for a while by whoever asks the same again.

    The newest line of the trail is part of the question: after an import of thousands the new number is told.
    """

    def __init__(self, screen: Screen, actor: Actor, params: Any, rows: Any) -> None:
        self.rows = rows
        asked = sorted((key, values) for key, values in params.lists() if key not in ("page", "sort"))
        self.question = (screen.slug, actor.account_id, actor.paths(screen.permission), localdate(), asked)

    @cached_property
    def name(self) -> str:
        words = repr((*self.question, audit.last_id()))
        return f"console.total:{hashlib.sha256(words.encode()).hexdigest()}"

    @cached_property
    def known(self) -> int | None:
        """What is believed; None when it must be counted."""
        return cache.get(self.name)  # type: ignore[no-any-return]

    def total(self, start: int = 0, found: list[Any] | None = None) -> int:
        """Return the number; `found` is the page from `start`, which tells it where it is the last one."""
        if found and len(found) < PAGE:
            return start + len(found)
        if self.known is not None:
            return self.known
        number = int(self.rows.order_by()[: CAP + 1].count())
        if number >= MANY:
            cache.set(self.name, number, BELIEVED_SECONDS)
        return number


def _active(filterset: Any, params: Any) -> list[tuple[str, str, str]]:
    """Return (label, value, query string without it) of every filter that narrows the list."""
    if filterset is None or not filterset.form.is_valid():
        return []
    found = []
    for name, field in filterset.form.fields.items():
        value = filterset.form.cleaned_data.get(name)
        if value in (None, "", [], ()) or (hasattr(value, "exists") and not value):
            continue
        label = dict(getattr(field, "choices", [])).get(value) if hasattr(field, "choices") else None
        rest = params.copy()
        for key in [k for k in rest if k == name or k.startswith(f"{name}_")] + ["page"]:
            rest.pop(key, None)
        shown = label or (f"{value.start or ''}～{value.stop or ''}" if isinstance(value, slice) else value)
        found.append((str(field.label or name), str(shown), rest.urlencode()))
    return found
