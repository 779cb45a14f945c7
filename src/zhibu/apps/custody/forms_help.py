"""Forms of help: what is needed, who may take it on, what was done."""

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.custody.models import ServiceKind
from zhibu.apps.custody.services import helping
from zhibu.kernel.actions import ActionForm, Why


class AskForm(ActionForm):
    """What is needed, and by when."""

    input = helping.Ask
    words = forms.CharField(
        label="需要帮什么", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如“请陪我去医院复查”。支部党员会看到这段话，不要写证件号码和病情。",
    )  # fmt: skip
    wanted_on = forms.DateField(label="希望哪天以前", required=False, widget=forms.DateInput())


class InviteForm(ActionForm):
    """Whose members are asked. Branches out of the clerk's reach are not named."""

    input = helping.Invite
    who = forms.ChoiceField(
        label="请谁帮忙", choices=[("own", "本人所在支部的党员"), ("covered", "本站覆盖的支部的党员")],
        widget=forms.RadioSelect, initial="own", help_text="党员看到要帮什么，看不到是谁；认领以后才知道。",
    )  # fmt: skip


class ReportForm(ActionForm):
    """What was done; it becomes a service."""

    input = helping.Report
    kind = forms.ChoiceField(label="服务类别", choices=ServiceKind.choices, initial=ServiceKind.OTHER)
    on = forms.DateField(label="服务日期", widget=forms.DateInput())
    words = forms.CharField(label="情况记录", max_length=1500, widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class ReasonForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)
