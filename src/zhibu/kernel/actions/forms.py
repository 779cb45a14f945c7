"""The form side of an action: one adapter from a request to the service's input."""

from typing import Any, ClassVar

from django import forms

from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import bind


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

    def prepare(self) -> None:
        """Narrow choices and set initial values from the record; the default does nothing."""

    def to_input(self) -> Any:
        """Return the service's input from the cleaned data."""
        return self.input(**self.cleaned_data) if self.input else None
