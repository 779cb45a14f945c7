"""The clerk's form: each waiting answer old → new, accepted or refused with a reason."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from zhibu.apps.collection.catalogue import PHOTO, Asked, catalogue, groups_asked
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.services.deciding import Decision, Decisions, RevealAnswer, waiting
from zhibu.apps.collection.values import NOTHING, is_sealed, now, words
from zhibu.apps.people.groups import Group
from zhibu.kernel.actions import ActionForm

QUICK = (
    "与证件或证明材料不一致",
    "照片或材料看不清，请重新上传",
    "内容不完整，请补全",
    "请补交证明材料",
    "填写有误，请核对",
)
CHOICES = (("accept", "收下"), ("refuse", "退回"))


@dataclass(frozen=True)
class Row:
    """A waiting answer as the form shows it."""

    answer: Answer
    one: Asked
    old: str
    new: str
    sealed: bool
    choice: Any
    quick: Any
    reason: Any

    @property
    def is_photo(self) -> bool:
        return self.one.code == PHOTO


class DecideForm(ActionForm):
    """Decisions on the waiting answers of a field group; subclasses say which."""

    page_template = "collection/decide.html"
    group: ClassVar[Group]
    obj: Reply

    def prepare(self) -> None:
        self.waiting = waiting(self.obj, self.group.code)
        for answer in self.waiting:
            code, label = answer.field, str(answer)
            self.fields[f"d_{code}"] = forms.ChoiceField(
                label=label, choices=CHOICES, required=False, widget=forms.RadioSelect
            )
            self.fields[f"q_{code}"] = forms.ChoiceField(
                label=f"退回“{label}”的原因",
                required=False,
                choices=[("", "请选择"), *((q, q) for q in QUICK), ("other", "其他")],
            )
            self.fields[f"r_{code}"] = forms.CharField(
                label="补充说明", max_length=150, required=False, help_text="本人会看到。"
            )

    def rows(self) -> list[Row]:
        """Return the waiting answers with what the record holds now."""
        found = []
        for answer in self.waiting:
            one, code = catalogue()[answer.field], answer.field
            new = words(one, answer.content) or NOTHING
            boxes = (self[f"d_{code}"], self[f"q_{code}"], self[f"r_{code}"])
            found.append(Row(answer, one, now(self.obj.person, one), new, is_sealed(one), *boxes))
        return found

    def clean(self) -> dict[str, Any]:
        """Accept all when that button was pressed; a refusal needs its reason."""
        data = self.cleaned_data
        for answer in self.waiting:
            code = answer.field
            if self.data.get("all") == "accept" and not data.get(f"d_{code}"):
                data[f"d_{code}"] = "accept"
            quick = data.get(f"q_{code}", "")
            words_ = "；".join(filter(None, ["" if quick == "other" else quick, data.get(f"r_{code}", "")]))
            data[f"why_{code}"] = words_
            if data.get(f"d_{code}") == "refuse" and not words_:
                self.add_error(f"q_{code}", "请选择或填写退回的原因")
        if not self.errors and not any(data.get(f"d_{answer.field}") for answer in self.waiting):
            self.add_error(None, "还没有选择收下或退回，请逐项选择")
        return data

    def to_input(self) -> Decisions:
        data = self.cleaned_data
        rows = [
            Decision(answer.field, data[f"d_{answer.field}"] == "accept", data[f"why_{answer.field}"])
            for answer in self.waiting
            if data.get(f"d_{answer.field}")
        ]
        return Decisions(tuple(rows))


def decide_form(group: Group) -> type[DecideForm]:
    """Return the form class of a field group."""
    return type(f"Decide{group.code.title()}Form", (DecideForm,), {"group": group, "__module__": __name__})


for _group in groups_asked():
    globals()[f"Decide{_group.code.title()}Form"] = decide_form(_group)


class RevealAnswerForm(ActionForm):
    """Why an answer is looked at in full."""

    input = RevealAnswer
    reason = forms.CharField(label="查看事由", max_length=200, help_text="会写入查看记录，本人可以看到。")
