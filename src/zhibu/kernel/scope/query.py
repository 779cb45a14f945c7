"""The guard itself: a `sql.Query` that knows whether it was opened.

It sits in Query and not in QuerySet, because Exists, Subquery, unions, `x__in=qs.query`, explain and async iteration
reach the compiler without passing through the queryset.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models import sql
from django.db.models.constants import LOOKUP_SEP

NO_SCOPE = "say .visible_to(actor) or .system(reason) before the query runs"
FAR_ROWS = "rows behind {lookup!r} may lie outside the scope; say .system(reason) first or use a sub-select"


class Unscoped(Exception):
    """A query ran without a scope, or read further than its scope: a programming error, never the user's."""

    def __init__(self, model_name: str, detail: str = NO_SCOPE) -> None:
        super().__init__(model_name, detail)
        self.model_name = model_name
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.model_name}: {self.detail}"


class HardDelete(Exception):
    """Scoped rows are ended or merged, never deleted, unless `.system(reason, allow_delete=True)` or `framework()`."""


class Mark(Enum):
    """How far a query was opened."""

    CLOSED = "closed"
    SCOPED = "scoped"  # its own rows may be read, not those behind a to-many relation
    SYSTEM = "system"


_framework: ContextVar[bool] = ContextVar("zhibu_scope_framework", default=False)


@contextmanager
def framework() -> Iterator[None]:
    """Let Django's own internals query closed models, e.g. its uniqueness checks. Keep the block narrow."""
    token = _framework.set(True)
    try:
        yield
    finally:
        _framework.reset(token)


def in_framework() -> bool:
    """Tell whether the running code is inside `framework()`."""
    return _framework.get()


def is_scoped(model: type[models.Model] | None) -> bool:
    """Tell whether rows of `model` are guarded; no model counts as guarded."""
    return model is None or bool(getattr(model, "scope_guarded", False))


class GuardedQuery(sql.Query):
    """A query of a ScopedModel (closed at first) or of an OpenModel (open, yet it reads no far scoped rows)."""

    mark = Mark.CLOSED
    reason = ""
    deletable = False

    def __init__(self, model: type[models.Model] | None, alias_cols: bool = True) -> None:
        super().__init__(model, alias_cols)
        self.mark = self._first_mark()

    def _first_mark(self) -> Mark:
        return Mark.CLOSED if is_scoped(self.model) else Mark.SCOPED

    @property
    def label(self) -> str:
        """The model's name for messages."""
        return self.model._meta.label if self.model else "query"

    def refuse_closed(self) -> None:
        """Raise Unscoped unless the query was opened or Django's internals are at work."""
        if self.mark is Mark.CLOSED and not _framework.get():
            raise Unscoped(self.label)

    def refuse_unless_system(self, what: str) -> None:
        """Raise Unscoped unless opened by `.system()`: `what` cannot be kept inside a subtree."""
        if self.mark is not Mark.SYSTEM:
            raise Unscoped(self.label, f"{what} needs .system(reason)")

    def refuse_delete(self) -> None:
        """Raise HardDelete unless deleting was allowed expressly."""
        if not self.deletable and not _framework.get():
            raise HardDelete(f"{self.label}: rows are ended; .system(reason, allow_delete=True) if they must go")

    def refuse_far_rows(self, lookup: str) -> None:
        """Raise Unscoped if `lookup` (e.g. "people__name") reaches a scoped model through a reverse relation."""
        if self.mark is Mark.SYSTEM:
            return
        try:
            path = self.names_to_path(lookup.split(LOOKUP_SEP), self.get_meta())[0]
        except FieldError:
            return  # an annotation, or no field at all: Django's own message, raised by the caller, says it better
        reverse = False
        for hop in path:
            reverse = reverse or hop.m2m or not hop.direct
            if reverse and is_scoped(hop.to_opts.model):
                raise Unscoped(self.label, FAR_ROWS.format(lookup=lookup))

    # Every way to the database

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        self.refuse_closed()
        return super().get_compiler(using, connection, elide_empty)

    def chain(self, klass: Any = None) -> Any:
        if klass is not None and not issubclass(klass, GuardedQuery):
            self.refuse_closed()  # update() turns the query into a plain UpdateQuery
        return super().chain(klass)

    def combine(self, rhs: sql.Query, connector: str) -> None:
        self.refuse_closed()
        if not isinstance(rhs, GuardedQuery):
            raise Unscoped(self.label, "cannot be combined with an unguarded query")
        rhs.refuse_closed()
        super().combine(rhs, connector)
        if Mark.SCOPED in (self.mark, rhs.mark):
            self.mark = Mark.SCOPED
        self.deletable = self.deletable and rhs.deletable

    def split_exclude(self, filter_expr: Any, can_reuse: Any, names_with_path: Any) -> Any:
        # Django makes the NOT EXISTS of an exclude() over to-many by self.__class__(self.model), which would be closed;
        # it is only a condition on the rows of this query, whose own mark decides.
        kind = self.__class__
        self.__class__ = _SystemInnerQuery if self.mark is Mark.SYSTEM else _InnerQuery
        try:
            return super().split_exclude(filter_expr, can_reuse, names_with_path)
        finally:
            self.__class__ = kind

    # Every way to read columns

    def resolve_ref(
        self, name: str, allow_joins: bool = True, reuse: Any = None, summarize: bool = False
    ) -> Any:  # F(), aggregates, annotate, OuterRef
        self.refuse_far_rows(name)
        return super().resolve_ref(name, allow_joins, reuse, summarize)

    def add_fields(self, field_names: Iterable[str], allow_m2m: bool = True) -> None:
        names = list(field_names)
        for name in names:
            self.refuse_far_rows(name)
        super().add_fields(names, allow_m2m)

    def add_ordering(self, *ordering: Any) -> None:
        for item in ordering:
            if isinstance(item, str):
                self.refuse_far_rows(item.removeprefix("-"))
        super().add_ordering(*ordering)

    def add_distinct_fields(self, *field_names: Any) -> None:
        for name in field_names:
            self.refuse_far_rows(name)
        super().add_distinct_fields(*field_names)

    def _add_q(self, q_object: Any, used_aliases: Any, *args: Any, split_subq: bool = True, **kwargs: Any) -> Any:
        # split_subq is false for a Q inside an expression (Count(filter=Q(…)), When(…)), which joins without a
        # sub-query and would count far rows; filter() and exclude() leave it true.
        if not split_subq:
            for child in q_object.children:
                if isinstance(child, tuple):
                    self.refuse_far_rows(child[0])
        return super()._add_q(q_object, used_aliases, *args, split_subq=split_subq, **kwargs)  # type: ignore[misc]


class _InnerQuery(GuardedQuery):
    def _first_mark(self) -> Mark:
        return Mark.SCOPED


class _SystemInnerQuery(GuardedQuery):
    def _first_mark(self) -> Mark:
        return Mark.SYSTEM
