"""What the records of this app share."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar, NoReturn

from django.db import models

from zhibu.apps.dues.permissions import VIEW
from zhibu.kernel.money.amounts import round_fen
from zhibu.kernel.scope import ScopedManager, ScopedModel, ScopedQuerySet


def money(label: str, **more: Any) -> "models.DecimalField[Any, Any]":
    """Return a column of an amount in yuan."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **more)


def at(label: str, **more: Any) -> "models.ForeignKey[Any, Any]":
    """Return the column of the organisation a record belongs to."""
    return models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", verbose_name=label, **more)


def member(label: str = "党员", **more: Any) -> "models.ForeignKey[Any, Any]":
    """Return the column of the person a record is about."""
    more.setdefault("related_name", "+")
    return models.ForeignKey("people.Person", models.PROTECT, verbose_name=label, **more)


class Total(models.Sum):
    """A sum to the fen: SQLite adds amounts as binary fractions and leaves something behind the second decimal."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Return the converters, the last of which rounds."""
        return [*super().get_db_converters(connection), self._rounded]

    @staticmethod
    def _rounded(value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else round_fen(Decimal(value))


class OfBranch(ScopedModel):
    """A record of a branch or committee, seen by whoever sees dues there."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Immutable(ScopedQuerySet[Any]):
    """Rows that are only ever added: what was wrong is reversed by another row."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model._meta.label}: rows are never changed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model._meta.label}: rows are never changed")


class OnceWritten(ScopedModel):
    """Base of what is written once."""

    objects: ClassVar[Any] = ScopedManager.from_queryset(Immutable)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{self._meta.label}: rows are never changed")
        super().save(*args, **kwargs)
