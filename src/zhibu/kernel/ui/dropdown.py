"""Drop-downs drawn in Python: Django draws every option by a template of its own, which hundreds of options make felt."""

from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def draws(widget: forms.Widget) -> bool:
    """Tell whether the widget is a plain drop-down; others draw their options in their own way."""
    return type(widget) is forms.Select


def draw(widget: Any, name: str, value: Any, attrs: dict[str, Any]) -> SafeString:
    """Return what the widget's own `render` returns, but for line breaks."""
    chosen = set(widget.format_value(value))
    parts = [f'<select name="{escape(name)}"{flatatt(widget.build_attrs(widget.attrs, attrs))}>']
    for option, label in widget.choices:
        if isinstance(label, (list, tuple)):
            parts.append(f'<optgroup label="{_text(option)}">')
            parts += [_option(inner, words, chosen) for inner, words in label]
            parts.append("</optgroup>")
        else:
            parts.append(_option(option, label, chosen))
    parts.append("</select>")
    return mark_safe("".join(parts))  # every piece is escaped above


def _option(value: Any, label: Any, chosen: set[str]) -> str:
    text = "" if value is None else str(value)
    if text not in chosen:
        return _plain(text, label)
    chosen.discard(text)  # one of a drop-down can be selected
    return f'<option value="{escape(text)}" selected>{_text(label)}</option>'


@lru_cache(maxsize=8192, typed=True)  # words that are safe as they are equal those that must be escaped
def _plain(text: str, label: Any) -> str:
    """Return an option that is not chosen: the same hundreds of places on every list."""
    return f'<option value="{escape(text)}">{_text(label)}</option>'


def _text(label: Any) -> str:
    return escape(label) if label.__class__ is str else str(conditional_escape(label))
