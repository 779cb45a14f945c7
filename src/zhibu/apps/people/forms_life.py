"""The forms of life events: the day, what the step asks, why; a day in the past is shown what it would change first."""

from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.people import rules_retirement
from zhibu.apps.people.codes import labels
from zhibu.apps.people.forms import ADMINISTRATIVE_KINDS, organization_field
from zhibu.apps.people.life import AFTER_CARE, STEPS, Step
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.foreseeing import foresee
from zhibu.apps.people.services.life import PLACES, LifeInput, permission_of
from zhibu.apps.people.services.life_reversal import Reversal
from zhibu.kernel.actions import ActionForm, Refused
from zhibu.kernel.scope import OutsideScope

SEEN_FIRST = "生效日期在今天以前。请先看清下面列出的影响，确认无误后再提交一次。"
LABELS = {"home": "新的归属单位", "administrative": "部门", "service": "服务工作站"}


def _field(step: Step, name: str) -> forms.Field:
    """Return the form field of something a step asks."""
    required = name in step.needs
    if name == "position":
        return forms.CharField(label="职务", max_length=60, required=required, help_text="不变的请留空。")
    if name == "employment":
        named = labels("employment")
        return forms.ChoiceField(label="结束后的人员类别", choices=[(code, named[code]) for code in AFTER_CARE])
    kinds = ("workstation",) if name == "service" else ADMINISTRATIVE_KINDS
    return organization_field(LABELS[name], kinds, required=required)


class LifeForm(ActionForm):
    """A life event; the subclasses made below say which (`step`)."""

    step: ClassVar[Step]
    input = LifeInput
    page_template = "people/life_event.html"
    on = forms.DateField(label="生效日期", widget=forms.DateInput(), help_text="从这一天起生效，可以是过去的日期。")
    reason = forms.CharField(label="事由", max_length=200, help_text="例如文号、审批日期；写进历史记录。")
    #: what a day in the past would have changed since; the page shows it and asks to submit again
    preview: list[str] | None = None

    def prepare(self) -> None:
        asked = {name: _field(self.step, name) for name in self.step.fields}
        self.fields = {"on": self.fields["on"], **asked, "reason": self.fields["reason"]}
        if self.step.code != "transfer":  # whoever transfers need not reach the new home
            for name in set(PLACES) & set(asked):
                field: Any = asked[name]
                field.queryset = field.queryset.visible_to(self.actor, permission_of(self.step))
        self.initial.setdefault("on", localdate())
        if self.step.code == "retire":
            self._hint_retirement()

    def _hint_retirement(self) -> None:
        """Tell the statutory month to those who may see the birth date."""
        person: Person = self.obj
        if person.birth_date and any(self.actor.may("people.see.identity", path) for path in person.scope_paths()):
            month = rules_retirement.hint(person.birth_date, person.sex)
            if month:
                self.fields["on"].help_text = f"按出生日期推算的法定退休月份：{month}。弹性提前、延后的按批准日期填写。"

    def clean(self) -> dict[str, Any]:
        """Show what a day in the past would change before it is entered; refusals are told at once."""
        data = self.cleaned_data
        on = data.get("on")
        if self.errors or on is None or on >= localdate():
            return data
        try:
            found = foresee(self.actor, self.obj, self.step, LifeInput(**data))
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))
        except OutsideScope:
            self.add_error(None, "所选的组织不在您的管理范围内，请重新选择")
        else:
            if found and self.data.get("foreseen") != on.isoformat():
                self.preview = found
                self.add_error(None, SEEN_FIRST)
        return data

    @property
    def preview_day(self) -> str:
        """The day whose consequences the page shows, to be sent back with the second submission."""
        return self.cleaned_data["on"].isoformat() if self.preview else ""


def life_form(step: Step) -> type[LifeForm]:
    """Return the form class of a step."""
    return type(step.form_name, (LifeForm,), {"step": step, "__module__": __name__})


JoinForm = life_form(STEPS["join"])
ChangePostForm = life_form(STEPS["change_post"])
OffPostForm = life_form(STEPS["off_post"])
RetireForm = life_form(STEPS["retire"])
DispatchInForm = life_form(STEPS["dispatch_in"])
DispatchOutForm = life_form(STEPS["dispatch_out"])
EnterCareForm = life_form(STEPS["enter_care"])
LeaveCareForm = life_form(STEPS["leave_care"])
TransferForm = life_form(STEPS["transfer"])
LeaveForm = life_form(STEPS["leave"])
DieForm = life_form(STEPS["die"])


class ReversalForm(ActionForm):
    """Why a life event is taken back."""

    input = Reversal
    reason = forms.CharField(label="撤销原因", max_length=200)
