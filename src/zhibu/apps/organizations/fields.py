"""The drop-down of organisations, for every form of the platform."""

from typing import Any

from django import forms

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.tree import indented


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One open organisation, indented as it stands in the tree; closed until the form binds or opens it.

    The value is the uid: numbers of rows stay inside the house.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.all())
        kwargs.setdefault("to_field_name", "uid")
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name as it stands in the tree."""
        return indented(obj)
