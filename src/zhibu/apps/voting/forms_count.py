"""Forms of counting: a show of hands, a count sheet, its scan."""

from typing import Any

from django import forms

from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries
from zhibu.apps.voting.fields import NumberField
from zhibu.apps.voting.models import Motion
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.motions import Hands
from zhibu.apps.voting.services.paper import Count, Named, Sheet
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm


class FiguresForm(ActionForm):
    """Numbers of votes, three a question."""

    @property
    def motion(self) -> Motion:
        """Return the vote that is counted."""
        found: Motion = self.obj
        return found

    def add_questions(self) -> None:
        """Add the fields of every question."""
        for n, title in enumerate(self.motion.questions):
            for choice, label in Choice.choices:
                self.fields[f"{choice}{n}"] = NumberField(
                    label=f"{title}：{label}" if len(self.motion.questions) > 1 else label
                )

    @property
    def grid(self) -> list[tuple[str, list[Any]]]:
        """Return a row a question: its title and its three fields."""
        return [(title, [self[f"{c}{n}"] for c in Choice.values]) for n, title in enumerate(self.motion.questions)]

    def figures(self) -> list[Figures]:
        """Return the numbers, a question each."""
        data = self.cleaned_data
        return [Figures(*(data[f"{choice}{n}"] for choice in Choice.values)) for n in range(len(self.motion.questions))]


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
        if self.motion.choose is not None:
            self.fields["others"] = forms.CharField(
                label="另选他人", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                help_text="每行一人：姓名、空格、票数。例如“王五 2”。",
            )  # fmt: skip

    def clean_others(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, line in enumerate(str(self.cleaned_data["others"]).splitlines(), 1):
            if not line.strip():
                continue
            name, _, votes = " ".join(line.split()).rpartition(" ")  # whatever blank it was typed with
            if not name.strip() or not votes.isdecimal() or len(votes) > 6:
                raise forms.ValidationError(f"第 {number} 行请写成“姓名 票数”")
            if name.strip() in found or name.strip() in self.motion.questions:
                raise forms.ValidationError(f"第 {number} 行：{name.strip()}已经写过，或是候选人")
            found[name.strip()] = int(votes)
        return found

    def to_input(self) -> Count:
        data = self.cleaned_data
        return Count(
            data["issued"], data["collected"], data["valid"], data["invalid"], self.figures(), data.get("others") or {}
        )


class OwnCountForm(CountForm):
    """The same for somebody named to count."""

    @property
    def motion(self) -> Motion:
        found: Motion = self.obj.motion
        return found


class TellersForm(ActionForm):
    """Who counts: those on the roll who can sign in."""

    people = forms.MultipleChoiceField(
        label="计票人", widget=forms.CheckboxSelectMultiple,
        help_text="至少两人，候选人不能担任。他们不需要别的权限，在自己的待办里录入。名册上有账号的人才列出。",
    )  # fmt: skip

    def prepare(self) -> None:
        entries = queries.with_accounts(queries.entries(self.obj.roll))
        field: Any = self.fields["people"]
        field.choices = [(str(entry.uid), entry.name) for entry in entries]
        self.chosen = {str(entry.uid): entry.person_id for entry in entries}
        named = {one.person_id for one in queries.tellers(self.obj)}
        self.initial.setdefault("people", [uid for uid, pk in self.chosen.items() if pk in named])

    def to_input(self) -> Named:
        keys = [self.chosen[uid] for uid in self.cleaned_data["people"]]
        return Named(list(Person.objects.system("tellers named on the roll").filter(pk__in=keys).order_by("pk")))


class SheetForm(UploadForm):
    """The signed count sheet."""

    scan = ScanField(label="计票单扫描件", required=True)

    def to_input(self) -> Sheet:
        return Sheet(Evidence.of("计票单", self.cleaned_data["scan"]))
