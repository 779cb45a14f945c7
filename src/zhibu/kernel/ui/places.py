"""Organisations in a drop-down or as a list of boxes, in the words and the order of the tree."""

from collections.abc import Iterator
from typing import Any

from django.forms.models import ModelChoiceIterator

from zhibu.kernel.tree import indented, indented_words


class Places(ModelChoiceIterator):  # type: ignore[type-arg]
    """Organisations as values and labels; an office has hundreds, and making a record of each takes longer."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        kinds = dict(self.queryset.model._meta.get_field("kind").choices)
        key = self.field.to_field_name or "pk"
        for value, path, name, kind in self.queryset.values_list(key, "path", "name", "kind"):
            yield value, indented_words(path, name, kinds.get(kind, kind))


class InTree:
    """Mixin of choice fields on organisations. The value is the uid: numbers of rows stay inside the house."""

    iterator = Places

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "uid")
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name as it stands in the tree."""
        return indented(obj)
