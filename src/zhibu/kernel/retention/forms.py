"""Which kinds are erased, confirmed by typing the sentence."""

from typing import Any

from django import forms

from zhibu.kernel.actions import ActionForm
from zhibu.kernel.retention.services import MOST, Erasing, table

SENTENCE = "确认清除"


class RunForm(ActionForm):
    """What is due, counted; the sentence makes sure that nobody erases by a slip."""

    kinds = forms.MultipleChoiceField(label="到期的数据", widget=forms.CheckboxSelectMultiple)
    sentence = forms.CharField(label="确认", max_length=10, help_text=f"清除后不能恢复。请输入“{SENTENCE}”四个字。")
    reason = forms.CharField(
        label="依据", max_length=200, required=False, help_text="例如批准的文号；不填就写保留期限表的依据。"
    )

    def prepare(self) -> None:
        due = [one for one in table() if one.by_act and one.count]
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (
                one.kind.code,
                f"{one.kind.label}：{one.count:,} 条{f'（每次最多 {MOST:,} 条）' if one.count > MOST else ''}",
            )
            for one in due
        ]
        if not due:
            self.fields["kinds"].help_text = "现在没有到期、需要确认清除的数据。"

    def clean_sentence(self) -> str:
        """Refuse anything but the sentence."""
        written = str(self.cleaned_data["sentence"]).strip()
        if written != SENTENCE:
            raise forms.ValidationError(f"请输入“{SENTENCE}”四个字")
        return written

    def to_input(self) -> Any:
        return Erasing(tuple(self.cleaned_data["kinds"]), self.cleaned_data["reason"])
