"""Forms of signing in by a code sent to one's phone."""

from django import forms

from zhibu.kernel.messages import sms


class MobileForm(forms.Form):
    """The number a code is sent to."""

    mobile = forms.CharField(
        label="手机号",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "请填写手机号"},
    )

    def clean_mobile(self) -> str:
        """Return the number as the records have it."""
        try:
            return sms.normal_number(self.cleaned_data["mobile"])
        except sms.SmsBadNumber as wrong:
            raise forms.ValidationError("请填写 11 位手机号") from wrong


class SmsCodeForm(forms.Form):
    """The six digits of the SMS."""

    code = forms.CharField(
        label="短信里的 6 位验证码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "请填写短信里的 6 位数字"},
    )
