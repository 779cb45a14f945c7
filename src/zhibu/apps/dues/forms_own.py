"""The form with which a member pays by scanning a code."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Charge
from zhibu.apps.dues.params import defaults
from zhibu.apps.dues.services import ordering
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.money.amounts import format_amount


class OrderForm(ActionForm):
    """One's own unpaid months to tick, and how many months ahead."""

    charges = forms.MultipleChoiceField(
        label="未交的月份",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "这个月份已经不能交了，请刷新页面"},
    )
    ahead = forms.TypedChoiceField(label="再预交几个月", coerce=int, required=False, empty_value=None)

    def prepare(self) -> None:
        now = months.first(localdate())
        rows = Charge.objects.system("one's own months").filter(person=self.obj, stands=True, settled=False)
        oldest = months.later(now, -defaults().back)
        self.unpaid = {str(one.uid): one for one in rows.filter(month__gte=oldest).order_by("month")}
        field: Any = self.fields["charges"]
        field.choices = [
            (uid, f"{one.month.year} 年 {one.month.month} 月　{format_amount(one.amount)} 元")
            for uid, one in self.unpaid.items()
        ]
        older = [one.month for one in rows.filter(month__lt=oldest).order_by("month")]
        if older:
            last: Any = self.fields["charges" if self.unpaid else "ahead"]
            last.help_text = f"{months.words(older)}已超过 {defaults().back} 个月，不能扫码补交，请联系支部。"
        if not self.unpaid:
            field.widget = forms.MultipleHiddenInput()
        self.initial.setdefault("charges", [uid for uid, one in self.unpaid.items() if one.month <= now])
        more: Any = self.fields["ahead"]
        more.choices = [
            (0, "不预交"),
            *((n, f"预交到 {months.words([months.later(now, n)])}") for n in range(1, defaults().ahead + 1)),
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not data.get("charges") and not data.get("ahead"):
            self.add_error("charges" if self.unpaid else "ahead", "请选择要交的月份")
        return data

    def to_input(self) -> ordering.NewOrder:
        data = self.cleaned_data
        chosen = [self.unpaid[uid] for uid in data["charges"]]
        return ordering.NewOrder(chosen, data["ahead"] or 0)
