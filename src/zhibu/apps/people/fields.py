"""Form fields of the columns of a person and of the part tables: described once, used by every form that asks for them."""

from collections.abc import MutableMapping
from typing import Any

from django import forms
from django.db import models
from django.utils.timezone import localdate

from zhibu.apps.people.services.persons import ENDINGS
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.imports.cells import CellError, Context, person_name, phone, staff_number, text


def model_field(model: type[models.Model], name: str) -> forms.Field:
    """Return the form field of a column; a sealed one is plain text that may stay empty to keep its content."""
    column: Any = model._meta.get_field(name)
    if isinstance(column, SealedTextField):
        return forms.CharField(label=str(column.verbose_name), required=False, max_length=500)
    made: forms.Field = column.formfield()
    if isinstance(made, forms.DateField):
        made.widget = forms.DateInput()
    if isinstance(made, forms.TypedChoiceField):
        made.choices = [("", "未填写") if value in ("", None) else (value, label) for value, label in made.choices]  # type: ignore[misc, union-attr]
    return made


def without_endings(field: Any, now: str = "") -> None:
    """Leave out of the kinds of employment what only life events lead to, unless it is the present one."""
    field.choices = [(value, label) for value, label in field.choices if value == now or value not in ENDINGS]


#: fields written as freely in a form as in a sheet, and read by the same parsers
PARSED = {
    "name": person_name(),
    "former_names": text(100),
    "mobile": phone(),
    "telephone": phone(landline=True),
    "staff_number": staff_number(30),
    "address_living": text(200),
    "address_registered": text(200),
}


def read_parsed(form: forms.Form, data: MutableMapping[str, Any]) -> None:
    """Put right what is written freely (full-width digits, blanks inside names); refuse at its field what cannot be read."""
    context = Context(localdate())
    for name, parse in PARSED.items():
        if data.get(name):
            try:
                data[name] = parse(data[name], context) or ""
            except CellError as error:
                form.add_error(name, str(error))
