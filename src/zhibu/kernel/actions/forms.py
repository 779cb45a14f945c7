"""The form side of an action: one adapter from a request to the service's input."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import bind

#: years that a date in a form may lie in: the oldest enterprises and their archives, and terms that are reckoned from a
#: day. What lies outside was mistyped, and months could not be added to the last day of the calendar.
YEARS = range(1800, 3000)


def within_years(day: date) -> None:
    """Refuse a day whose year was mistyped."""
    if day.year not in YEARS:
        raise ValidationError(f"年份要在 {YEARS[0]} 到 {YEARS[-1]} 之间，请核对")


class ActionForm(forms.Form):
    """Base of all action forms. Subclasses set `input`, a dataclass whose fields are the form's fields.

    Files are stored in `to_input`, before the transaction, and passed on by their hash.
    """

    input: ClassVar[type[Any] | None] = None

    def __init__(self, *args: Any, actor: Actor, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.obj = obj
        self.prepare()
        bind(self, actor)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(within_years)

    def prepare(self) -> None:
        """Narrow choices and set initial values from the record; the default does nothing."""

    def to_input(self) -> Any:
        """Return the service's input from the cleaned data."""
        return self.input(**self.cleaned_data) if self.input else None
