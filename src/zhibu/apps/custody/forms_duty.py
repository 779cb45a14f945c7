"""Forms of yearly checks and of proxies."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.custody.models import Proxy
from zhibu.apps.custody.services import duties
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScanField, UploadForm
from zhibu.kernel.calendar import add_months
from zhibu.kernel.identity import Identity, parse_identity


class CheckForm(UploadForm):
    """What came of the check, with its proof."""

    on = forms.DateField(label="办理日期", widget=forms.DateInput())
    words = forms.CharField(label="办理情况", max_length=200, help_text="例如“视频核验通过”。")
    proof = ScanField(label="证明材料")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> duties.Done:
        return duties.Done(**self.cleaned_data)


class UndoForm(ActionForm):
    """Why it is due again."""

    input = Why
    reason = forms.CharField(label="撤回原因", max_length=200)


class ProxyForm(UploadForm):
    """Who may come for the person."""

    name = forms.CharField(label="代办人", max_length=50)
    relation = forms.CharField(label="与本人关系", max_length=20)
    phone = forms.CharField(label="代办人电话", max_length=40, required=False)
    document = forms.CharField(
        label="代办人证件号码", max_length=30, required=False, help_text="居民身份证号码；加密保存，只显示首尾几位。"
    )
    matters = forms.MultipleChoiceField(
        label="委托事项", choices=list(Proxy.MATTERS.items()), widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label="起始日期", widget=forms.DateInput())
    until = forms.DateField(label="截止日期", widget=forms.DateInput(), help_text="最后有效的一天。")
    note = forms.CharField(label="备注", max_length=200, required=False)
    paper = ScanField(label="委托书")

    def prepare(self) -> None:
        self.initial.setdefault("since", localdate())
        self.initial.setdefault("until", add_months(localdate(), 12) - timedelta(days=1))

    def clean_document(self) -> str:
        written = str(self.cleaned_data["document"]).strip().upper()
        if written and not isinstance(parse_identity(written, localdate()), Identity):
            raise forms.ValidationError("身份证号码不对，请核对；不便提供的可以留空")
        return written

    def to_input(self) -> duties.NewProxy:
        data: dict[str, Any] = {**self.cleaned_data, "matters": tuple(self.cleaned_data["matters"])}
        return duties.NewProxy(**data)


class RevokeForm(ActionForm):
    """Why it ends."""

    input = duties.Revoke
    on = forms.DateField(label="撤销日期", widget=forms.DateInput())
    reason = forms.CharField(label="撤销原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
