"""A text column that is stored encrypted and shows nothing by accident."""

from typing import Any, NoReturn

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from zhibu.kernel.crypto.cipher import is_current, seal, unseal

HIDDEN = "******"


class Sealed:
    """An encrypted value as `values()` gives it. It prints as asterisks; only `open` with its record's uid reads it."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def open(self, *, table: str, column: str, uid: Any) -> str:
        """Decrypt. Raises Tampered when table, column or uid are not those it was sealed for."""
        return unseal(self.raw, table=table, column=column, uid=uid)

    def __str__(self) -> str:
        return HIDDEN

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)


class SealedAttribute(DeferredAttribute):
    """Gives the text, decrypted at its first reading and kept with the instance; takes text, None or a Sealed."""

    field: Any

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        stored = super().__get__(instance, owner)
        if not isinstance(stored, Sealed):
            return stored
        # kept together with what it was read from: a copy of the instance never shows a text that was replaced since
        source, text = instance.__dict__.get(self._cache, (None, ""))
        if source is not stored:
            text = stored.open(**self.field.bound_to(instance))
            instance.__dict__[self._cache] = (stored, text)
        return text

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
        instance.__dict__.pop(self._cache, None)

    @property
    def _cache(self) -> str:
        return f"_unsealed_{self.field.attname}"


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs only
    """Text at rest as SM4-GCM, bound to table, column and the record's immutable `uid`.

    The model needs a `uid` field with a default. None is stored as NULL; "" is sealed like any other text. Comparing is
    refused: look up through a blind index column (`zhibu.kernel.crypto.blind`). For raw inserts use `seal()`.
    """

    descriptor_class = SealedAttribute
    description = "Encrypted text"

    def bound_to(self, instance: Any) -> dict[str, Any]:
        """Return table, column and uid of the instance: what its value is sealed for."""
        uid = getattr(instance, "uid", None)
        if not uid:
            raise ValueError(f"{instance._meta.label} has no uid, so {self.name} cannot be sealed or opened")
        return {"table": instance._meta.db_table, "column": self.column, "uid": uid}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return Sealed(bytes(value)) if isinstance(value, bytes | memoryview) else value

    def pre_save(self, model_instance: Any, add: bool) -> Sealed | None:
        """Seal text; close again what a former key had closed; leave the rest as it came from the database."""
        stored = model_instance.__dict__.get(self.attname)
        if stored is None or (isinstance(stored, Sealed) and is_current(stored.raw)):
            return stored
        text = stored.open(**self.bound_to(model_instance)) if isinstance(stored, Sealed) else stored
        if not isinstance(text, str):
            raise TypeError(f"{self.name} takes text, not {type(text).__name__}")
        sealed = Sealed(seal(text, **self.bound_to(model_instance)))
        setattr(model_instance, self.attname, sealed)
        return sealed

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            # update() and bulk_update() know no record to bind the text to: better an error than plain text on disk
            raise TypeError(f"{self.name} is sealed on save(): update() and bulk_update() cannot write it")
        return connection.Database.Binary(value.raw)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be compared: look up its blind index column")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> NoReturn:
        raise TypeError(f"{self.name} is encrypted and is not dumped: use the backup")
