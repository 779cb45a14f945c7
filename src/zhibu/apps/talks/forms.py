"""Who talked with whom; nothing is asked of what was said."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.people.models import Person
from zhibu.apps.talks import queries
from zhibu.apps.talks.models import Way
from zhibu.apps.talks.services.recording import Talked
from zhibu.kernel.actions import ActionForm, Why


class TalkForm(ActionForm):
    """A talk, or several of one person on one day."""

    on = forms.DateField(label="日期", widget=forms.DateInput())
    way = forms.ChoiceField(label="方式", choices=Way.choices, initial=Way.FACE)
    first = forms.ChoiceField(label="谈话人")
    seconds = forms.MultipleChoiceField(
        label="和谁谈", widget=forms.CheckboxSelectMultiple, help_text="同一天和几个人谈的，一起勾选，各登记一次。"
    )

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        inside = [one.person_id for one in queries.members(self.obj, localdate())]
        rows = Person.objects.system("members of a branch in hand").filter(pk__in=inside).order_by("name", "pk")
        self.people = {str(person.uid): person for person in rows}
        offered = [(key, person.name) for key, person in self.people.items()]
        own = next((key for key, person in self.people.items() if person.pk == self.actor.person_id), "")
        first: Any = self.fields["first"]
        first.choices = [("", "请选择"), *offered]
        self.fields["seconds"].choices = offered  # type: ignore[attr-defined]
        self.initial.setdefault("first", own)

    def to_input(self) -> Talked:
        data = self.cleaned_data
        return Talked(
            data["on"], data["way"], self.people[data["first"]], [self.people[key] for key in data["seconds"]]
        )


class WithdrawForm(ActionForm):
    """Why it was a mistake."""

    input = Why
    reason = forms.CharField(label="撤回原因", max_length=200, help_text="例如“日期登记错了”，不要写谈话内容。")
