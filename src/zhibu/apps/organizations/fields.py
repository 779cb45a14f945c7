"""The drop-down of organisations, for every form of the platform."""

from typing import Any

from django import forms

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.ui.places import InTree


class OrganizationField(InTree, forms.ModelChoiceField):  # type: ignore[type-arg,misc]
    """One open organisation; closed until the form binds or opens it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.all())
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(**kwargs)
