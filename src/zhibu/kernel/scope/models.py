"""The two bases of every model."""

from typing import Any, ClassVar

from django.core import checks
from django.db import models
from django.db.models import Q

from zhibu.kernel.scope.checks import check_open, check_scoped
from zhibu.kernel.scope.query import HardDelete, framework, in_framework
from zhibu.kernel.scope.queryset import OpenManager, ScopedManager
from zhibu.kernel.tree import under


class ScopedModel(models.Model):
    """A model whose rows belong to an organisation (or to a person, reached through affiliations).

    `scope_permission` is what it takes to see a row; `scope_via` names the key to the record it hangs on ("care",
    "request__care") and is seen with, where the row has no organisation of its own. `base_manager_name` stays unset: Django's plain base manager is
    what makes saving and forward keys work.
    """

    scope_guarded: ClassVar[bool] = True
    scope_permission: ClassVar[str] = ""
    scope_via: ClassVar[str] = ""

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        """Return the condition for rows in the subtrees topped by `paths` (never empty).

        Override where neither `organization` nor `scope_via` says it. Across a to-many relation use Exists, not a join (it
        would repeat rows), and open the inner query by `.system("scope")`.
        """
        return under("__".join(filter(None, [cls.scope_via, "organization__path"])), paths)

    def scope_paths(self) -> list[str]:
        """Return the paths of the organisations this row belongs to: what `scope_q` asks, of a row in hand.

        Override together with `scope_q`.
        """
        here: Any = self
        for name in filter(None, self.scope_via.split("__")):
            here = getattr(here, name)
        return [here.organization.path]

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *check_scoped(cls)]

    def validate_unique(self, exclude: Any = None) -> None:
        with framework():  # a key is unique over all subtrees
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with framework():
            super().validate_constraints(exclude)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Raise HardDelete: rows are ended, reversed or merged."""
        if not in_framework():
            raise HardDelete(f"{self._meta.label}: rows are ended, not deleted")
        return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]


class OpenModel(models.Model):
    """A model everybody may read (accounts, reference data); the base refuses joins from it into scoped models."""

    objects: ClassVar[Any] = OpenManager()

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *check_open(cls)]
