"""Forms of taking part in two places."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.transfers.fields import BranchField, resolve_branch, suggestions
from zhibu.apps.transfers.models import TwofoldGround
from zhibu.apps.transfers.services import twofold
from zhibu.kernel.actions import ActionForm


class TwofoldForm(ActionForm):
    """Where else, why, from which day."""

    input = twofold.Joins
    page_template = "transfers/foreseen.html"
    host = BranchField(label="另外参加哪个党组织", help_text="写全称、简称或编码。")
    ground = forms.ChoiceField(label="原因", choices=TwofoldGround.choices)
    since = forms.DateField(label="从哪天起", widget=forms.DateInput())
    words = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("since", localdate())

    def clean_host(self) -> Any:
        """Return the organisation meant."""
        return resolve_branch(self, "host")

    def branches(self) -> list[str]:
        """Return the names that are suggested while typing."""
        return suggestions(self.actor)


class EndTwofoldForm(ActionForm):
    """When it is over, and why."""

    input = twofold.Ends
    on = forms.DateField(label="结束日期", widget=forms.DateInput(), help_text="从这一天起不再列席。")
    reason = forms.CharField(label="原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
