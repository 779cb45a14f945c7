"""Forms of counting: a show of hands, a count sheet, its scan."""

from typing import Any

from django import forms

from zhibu.apps.voting import queries
from zhibu.apps.voting.fields import NumberField
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.motions import Hands
from zhibu.apps.voting.services.paper import Count, Sheet
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm


class FiguresForm(ActionForm):
    """Numbers of votes, three a question."""

    def add_questions(self) -> None:
        """Add the fields of every question."""
        for n, title in enumerate(self.obj.questions):
            for choice, label in Choice.choices:
                self.fields[f"{choice}{n}"] = NumberField(
                    label=f"{title}：{label}" if len(self.obj.questions) > 1 else label
                )

    @property
    def grid(self) -> list[tuple[str, list[Any]]]:
        """Return a row a question: its title and its three fields."""
        return [(title, [self[f"{c}{n}"] for c in Choice.values]) for n, title in enumerate(self.obj.questions)]

    def figures(self) -> list[Figures]:
        """Return the numbers, a question each."""
        data = self.cleaned_data
        return [Figures(*(data[f"{choice}{n}"] for choice in Choice.values)) for n in range(len(self.obj.questions))]


class HandsForm(FiguresForm):
    """What was counted; by name where the vote is recorded so."""

    page_template = "voting/hands.html"

    def prepare(self) -> None:
        self.voters = list(queries.voters(self.obj)) if self.obj.named else []
        if not self.obj.named:
            self.add_questions()
        for voter in self.voters:
            self.fields[f"v{voter.entry_id}"] = forms.ChoiceField(
                label=voter.entry.name, choices=Choice.choices, widget=forms.RadioSelect, initial="yes"
            )

    def to_input(self) -> Hands:
        if self.obj.named:
            return Hands(by_name={v.entry_id: self.cleaned_data[f"v{v.entry_id}"] for v in self.voters})
        return Hands(self.figures())


class CountForm(FiguresForm):
    """The count sheet as one counter reads it."""

    page_template = "voting/count.html"
    issued = NumberField(label="发出的票")
    collected = NumberField(label="收回的票")
    valid = NumberField(label="有效票")
    invalid = NumberField(label="无效票")

    def prepare(self) -> None:
        self.add_questions()
        if self.obj.choose is not None:
            self.fields["others"] = forms.CharField(
                label="另选他人", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                help_text="每行一人：姓名、空格、票数。例如“王五 2”。",
            )  # fmt: skip

    def clean_others(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, line in enumerate(str(self.cleaned_data["others"]).splitlines(), 1):
            if not line.strip():
                continue
            name, _, votes = line.strip().rpartition(" ")
            if not name.strip() or not votes.isdecimal() or len(votes) > 6:
                raise forms.ValidationError(f"第 {number} 行请写成“姓名 票数”")
            if name.strip() in found or name.strip() in self.obj.questions:
                raise forms.ValidationError(f"第 {number} 行：{name.strip()}已经写过，或是候选人")
            found[name.strip()] = int(votes)
        return found

    def to_input(self) -> Count:
        data = self.cleaned_data
        return Count(
            data["issued"], data["collected"], data["valid"], data["invalid"], self.figures(), data.get("others") or {}
        )


class SheetForm(UploadForm):
    """The signed count sheet."""

    scan = ScanField(label="计票单扫描件", required=True)

    def to_input(self) -> Sheet:
        return Sheet(Evidence.of("计票单", self.cleaned_data["scan"]))
