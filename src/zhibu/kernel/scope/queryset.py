"""Querysets and managers over the guarded query. An app's own queryset derives from ScopedQuerySet or OpenQuerySet."""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar, cast

from django.db import models

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope.query import GuardedQuery, Mark, Unscoped
from zhibu.kernel.tree import disjoint

Permission = str | tuple[str, ...]
M = TypeVar("M", bound=models.Model)


class GuardedQuerySet(models.QuerySet[M]):
    """What scoped and open models share: `.system(reason)` and the refusal of what would slip past the query."""

    def __init__(self, model: Any = None, query: Any = None, using: str | None = None, hints: Any = None) -> None:
        if query is None:
            query = GuardedQuery(model)
        elif not isinstance(query, GuardedQuery):
            raise Unscoped(model._meta.label, "a guarded queryset takes no plain query")
        super().__init__(model, query, using, hints)

    @property
    def guard(self) -> GuardedQuery:
        """The query under its real type."""
        return cast(GuardedQuery, self.query)

    @property
    def opened(self) -> bool:
        """Tell whether this queryset may run."""
        return self.guard.mark is not Mark.CLOSED

    def system(self, reason: str, *, allow_delete: bool = False) -> Self:
        """Open for the platform itself: every row, far rows too. `reason` (kept on the query) must not be empty."""
        if not reason.strip():
            raise ValueError("a system query gives its reason")
        opened = self.all()
        opened.guard.mark = Mark.SYSTEM
        opened.guard.reason = reason
        opened.guard.deletable = allow_delete
        return opened

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        self.guard.refuse_unless_system("raw SQL")
        return super().raw(*args, **kwargs)

    def _unsliced(self) -> Self:
        # For `sliced | other` Django starts afresh from _base_manager, where the guard is lost.
        if self.query.can_filter():
            return self
        fresh = type(self)(self.model, using=self.db)
        fresh.guard.mark = self.guard.mark
        return fresh.filter(pk__in=self.values("pk"))

    def __or__(self, other: Any) -> Any:
        return super(GuardedQuerySet, self._unsliced()).__or__(_unsliced(other))

    def __xor__(self, other: Any) -> Any:
        return super(GuardedQuerySet, self._unsliced()).__xor__(_unsliced(other))


def _unsliced(side: Any) -> Any:
    return side._unsliced() if isinstance(side, GuardedQuerySet) else side  # a plain one is refused by combine()


class OpenQuerySet(GuardedQuerySet[M]):
    """Rows anybody may see, e.g. reference data; far scoped rows stay refused."""


class ScopedQuerySet(GuardedQuerySet[M]):
    """Rows that belong to an organisation; closed until `visible_to` or `system`."""

    def visible_to(self, actor: Actor, permission: Permission | None = None) -> Self:
        """Open for `actor`: rows of the subtrees where they hold `permission`, or any one of a tuple of permissions.

        Without `permission` the model's `scope_permission` counts. Nothing where it is held nowhere; all for SYSTEM.
        """
        return self._opened_for(actor, permission, "scope_q")

    def visible_from_within(self, actor: Actor, permission: Permission | None = None) -> Self:
        """Open the same rows by the model's `scope_from_within`, for a model that has one and a scope that is small."""
        return self._opened_for(actor, permission, "scope_from_within")

    def _opened_for(self, actor: Actor, permission: Permission | None, way: str) -> Self:
        model: Any = self.model
        names = model.scope_permission if permission is None else permission
        if permission is None and not names:
            raise Unscoped(model._meta.label, "names no scope_permission")
        if actor.is_system:
            opened = self.all()
        else:
            paths = paths_of(actor, names)
            if not paths:
                return self.none()
            condition = getattr(model, way)(paths)
            if not condition:
                raise Unscoped(model._meta.label, f"{way} gave an empty condition")
            opened = self.filter(condition)
        opened.guard.mark = Mark.SCOPED
        return opened

    def none(self) -> Self:
        """Return an opened queryset without rows: nothing can leak from it."""
        empty = super().none()
        if not empty.opened:
            empty.guard.mark = Mark.SCOPED
        return empty

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("update_conflicts"):
            self.guard.refuse_unless_system("an upsert")  # it may hit a row of another subtree
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> Any:
        self.guard.refuse_closed()
        self.guard.refuse_delete()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _raw_delete(self, using: str | None) -> Any:
        self.guard.refuse_closed()
        self.guard.refuse_delete()
        return super()._raw_delete(using)

    def __repr__(self) -> str:
        return super().__repr__() if self.opened else f"<{type(self).__name__} of {self.guard.label}, closed>"


def paths_of(actor: Actor, permission: Permission) -> tuple[str, ...]:
    """Return the tops of the subtrees where `actor` holds the permission, or any one of several."""
    names: Sequence[str] = (permission,) if isinstance(permission, str) else permission
    return disjoint(path for name in names for path in actor.paths(name))


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of scoped models; for an app's own queryset: `ScopedManager.from_queryset(PeopleQuerySet)()`."""


class OpenManager(models.Manager.from_queryset(OpenQuerySet)):  # type: ignore[misc]
    """The manager of open models."""
