"""Form fields of this app."""

from typing import Any

from django import forms

from zhibu.apps.cards.models import ReaderProfile


class ReaderField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """How the reader in front of the clerk writes; closed until the form opens it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", ReaderProfile.objects.all())
        kwargs.setdefault("to_field_name", "uid")
        kwargs.setdefault("empty_label", "请选择")
        kwargs.setdefault("label", "读卡器")
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.get_form_display()}）"


class CardInput(forms.TextInput):
    """A box a reader types into: no word completion, a number keyboard on a phone."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
