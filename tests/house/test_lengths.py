"""Every text that may be typed has a length the server looks at: the browser is told none, and PostgreSQL takes no more."""

from collections.abc import Iterator
from typing import Any

from django import forms

from zhibu.kernel import actions


def declared(base: type[Any] = forms.BaseForm) -> Iterator[type[Any]]:
    for form in base.__subclasses__():
        yield form
        yield from declared(form)


def test_every_text_field_says_how_long_it_may_be() -> None:
    loaded = [action.form_class() for action in actions.all_actions() if action.form]  # the forms are loaded with them
    ours = {form for form in declared() if form.__module__.startswith("zhibu.apps.")}
    assert len(ours) > len(set(loaded)) / 2
    without = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
        if field.max_length is None and not isinstance(field.widget, forms.HiddenInput)
    ]
    assert without == []
