"""Form fields of this app."""

from collections.abc import Iterable

from django import forms

from zhibu.kernel.messages import kinds


def channels_field(kind: kinds.Kind, chosen: Iterable[str]) -> forms.MultipleChoiceField:
    """Return the field in which the channels of a kind of message are ticked."""
    return forms.MultipleChoiceField(
        label=kind.label,
        required=False,
        choices=list(kinds.CHANNELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=kind.hint,
        initial=list(chosen),
    )
