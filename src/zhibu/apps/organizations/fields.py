"""The drop-down of organisations, for every form of the platform."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from zhibu.apps.organizations.models import Kind, Organization
from zhibu.kernel.tree import indented, indented_words


class OrganizationChoices(ModelChoiceIterator):  # type: ignore[type-arg]
    """The open organisations as values and labels; an office has hundreds, and making a record of each takes longer."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        kinds = dict(Kind.choices)
        key = self.field.to_field_name or "pk"
        for value, path, name, kind in self.queryset.values_list(key, "path", "name", "kind"):
            yield value, indented_words(path, name, kinds.get(kind, kind))


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One open organisation, indented as it stands in the tree; closed until the form binds or opens it.

    The value is the uid: numbers of rows stay inside the house.
    """

    iterator = OrganizationChoices

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.all())
        kwargs.setdefault("to_field_name", "uid")
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name as it stands in the tree."""
        return indented(obj)
