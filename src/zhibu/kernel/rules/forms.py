"""The form of a rule, drawn from its declared inputs. The registry alone reads values: page and command agree."""

from datetime import date
from typing import Any

from django import forms

from zhibu.kernel.rules.answers import BadInput
from zhibu.kernel.rules.inputs import MAX_TEXT, TODAY, Input
from zhibu.kernel.rules.registry import MAX_JSON, Rule

_WIDGETS: dict[str, tuple[type[forms.Widget], dict[str, str]]] = {
    "text": (forms.TextInput, {}),
    "date": (forms.DateInput, {}),
    "money": (forms.TextInput, {"inputmode": "decimal", "class": "number"}),
    "integer": (forms.TextInput, {"inputmode": "numeric", "class": "number"}),
    "json": (forms.Textarea, {"rows": "6"}),
}


class TrialForm(forms.Form):
    """One field for each input of a rule."""

    def __init__(self, rule: Rule, today: date, data: Any = None) -> None:
        super().__init__(data)
        for declared in rule.inputs:
            self.fields[declared.name] = _field(declared, today)

    def blame(self, error: BadInput) -> None:
        """Put what the registry refused at the fields; what concerns no field stands above the form."""
        for name, message in error.errors.items():
            field = self.fields.get(name)
            if field is None:
                self.add_error(None, message)
            elif name not in self.errors:  # a missing value has its message already
                # the sentence names the input, as the command line needs it; beside the field that is said twice
                self.add_error(name, message.removeprefix(f"{field.label}（{name}）："))


def _field(declared: Input, today: date) -> forms.Field:
    common: dict[str, Any] = {"label": declared.label_zh, "help_text": declared.help, "required": declared.required}
    if not declared.required:
        common["initial"] = today if declared.default is TODAY else declared.default
    if declared.type == "boolean":
        return forms.BooleanField(**common | {"required": False})
    if declared.type == "choice":
        return forms.ChoiceField(**common, choices=[("", "请选择"), *declared.choices])
    widget, attrs = _WIDGETS[declared.type]
    limit = MAX_JSON if declared.type == "json" else MAX_TEXT
    return forms.CharField(**common, max_length=limit, widget=widget(attrs=attrs))
