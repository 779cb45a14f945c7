"""Forms of the second step and of one's own second factors."""

from typing import Any

from django import forms

from zhibu.apps.accounts.services import resets
from zhibu.kernel.actions import ActionForm

SIX_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12"}


def _code(**more: Any) -> forms.CharField:
    return forms.CharField(
        label="6 位动态码",
        max_length=20,
        widget=forms.TextInput(attrs=SIX_DIGITS),
        error_messages={"required": "请填写验证器里显示的 6 位数字"},
        **more,
    )


class CodeForm(forms.Form):
    """The six digits an authenticator app shows now."""

    code = _code(help_text="打开手机上的验证器，输入“知部”现在显示的数字。")


class RecoveryForm(forms.Form):
    """One of the ten codes on paper."""

    code = forms.CharField(
        label="恢复码",
        max_length=40,
        help_text="设置第二验证时打印或抄下的十个码中的一个，用过的作废。短横线可以不输。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "请填写一个恢复码"},
    )


class TotpForm(forms.Form):
    """The first code of a new authenticator, and a name for it."""

    code = _code(help_text="扫码或输入密钥以后，验证器显示的数字。")
    name = forms.CharField(
        label="名称", max_length=30, required=False, help_text="自己认得出就行，例如“我的手机”。可以不填。"
    )


class NameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label="名称", max_length=40)


class PasskeyForm(forms.Form):
    """What the browser answered, and a name for it."""

    name = forms.CharField(
        label="名称", max_length=30, required=False, help_text="自己认得出就行，例如“办公电脑”。可以不填。"
    )
    credential = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class ProveForm(forms.Form):
    """The password, or a code for whoever has a second factor."""

    password = forms.CharField(
        label="现在的密码",
        max_length=128,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label="或者：动态码、恢复码",
        max_length=40,
        required=False,
        help_text="填了密码就不用填这一项。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]
            self.fields["password"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "code" in self.fields and not data.get("password") and not data.get("code"):
            self.add_error("password", "请填写密码，或者填写动态码")
        return data


class ResetForm(ActionForm):
    """Why, and how one knows that it is really them."""

    input = resets.ResetReason
    reason = forms.CharField(
        label="事由", max_length=200, help_text="写明怎样丢失、怎样核实是本人，例如“手机遗失，本人持工作证到场”。"
    )


class ConsentForm(ActionForm):
    """A remark."""

    input = resets.Answer
    reason = forms.CharField(label="说明", max_length=200, required=False)


class RefuseForm(ActionForm):
    """Why not."""

    input = resets.Answer
    reason = forms.CharField(label="不同意的理由", max_length=200)
