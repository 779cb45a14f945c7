"""Form fields of this app: numbers of people and slips."""

from typing import Any

from django import forms


class NumberField(forms.IntegerField):
    """A number of people or slips."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=0, max_value=100_000, widget=widget, **kwargs)
