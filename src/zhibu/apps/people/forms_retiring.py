"""The form of many retirements: who, from when, why; then what each changes, before it is entered."""

import uuid
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.people import retiring
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.foreseeing import foresee
from zhibu.apps.people.services.life import LifeInput
from zhibu.apps.people.services.retiring import RetireMany
from zhibu.kernel.actions import ActionForm, Refused
from zhibu.kernel.scope import OutsideScope

#: people whose changes are told one by one
TOLD = 40
AHEAD = 12


class RetireManyForm(ActionForm):
    """Those due, ticked; the second submission enters what the first one showed."""

    page_template = "people/retire_many.html"
    people = forms.MultipleChoiceField(label="办理退休的人", widget=forms.CheckboxSelectMultiple)
    on = forms.DateField(label="生效日期", widget=forms.DateInput(), help_text="退休的第一天，所选的人同一天。")
    reason = forms.CharField(label="事由", max_length=200, help_text="例如批文文号；写进每个人的历史记录。")
    preview: list[tuple[Person, list[str], str]] | None = None

    def prepare(self) -> None:
        self.due = retiring.due(self.actor, localdate(), AHEAD)
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (one.person.uid.hex, f"{one.person.name}（{one.home}，{one.words}）") for one in self.due
        ]
        self.initial.setdefault("on", localdate())

    def clean(self) -> dict[str, Any]:
        """Show what each retirement changes first; refusals are told at once."""
        data = self.cleaned_data
        if self.errors or data["on"] > localdate():
            return data
        chosen = [one.person for one in self.due if one.person.uid.hex in data["people"]]
        mark = f"{data['on'].isoformat()} {len(chosen)}"
        if self.data.get("foreseen") == mark:
            return data
        self.preview, self.mark = [], mark
        for person in chosen[:TOLD]:
            try:
                told = foresee(self.actor, person, retiring.STEP, LifeInput(on=data["on"], reason=data["reason"]))
                self.preview.append((person, told, ""))
            except (Refused, OutsideScope) as why:
                self.preview.append((person, [], str(why) if isinstance(why, Refused) else "不在您的管理范围内"))
        self.add_error(None, "请先看清下面每个人的变动，确认无误后再提交一次。")
        return data

    def to_input(self) -> RetireMany:
        data = self.cleaned_data
        return RetireMany(tuple(uuid.UUID(uid) for uid in data["people"]), data["on"], data["reason"])
