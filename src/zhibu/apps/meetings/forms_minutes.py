"""Forms of minutes and papers."""

from django import forms

from zhibu.apps.meetings.models import Meeting, Minutes, PaperKind, State
from zhibu.apps.meetings.params import headings
from zhibu.apps.meetings.services import writing
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScansField, stored

#: files of one upload, characters of one part
MOST_FILES, LONGEST = 20, 20_000


class _Parts(ActionForm):
    """A box for each part of the minutes of that kind."""

    page_template = "meetings/minutes_form.html"
    obj: Meeting

    def prepare(self) -> None:
        last = (
            Minutes.objects.system("minutes of a meeting in hand").filter(meeting=self.obj).order_by("-number").first()
        )
        template = headings().get(self.obj.kind, headings()[""])
        hints = dict(template)
        parts = last.parts if last is not None else [[heading, self.draft(heading)] for heading, _ in template]
        self.headings = [heading for heading, _ in parts]
        for number, (heading, text) in enumerate(parts):
            self.fields[f"part_{number}"] = forms.CharField(
                label=heading, required=False, max_length=LONGEST, initial=text, help_text=hints.get(heading, ""),
                widget=forms.Textarea(attrs={"rows": 6}), strip=False,
            )  # fmt: skip
        self.order_fields([*(f"part_{n}" for n in range(len(parts))), *self.last_fields()])

    def last_fields(self) -> list[str]:
        """Return the names of the fields that stand behind the parts."""
        return []

    def draft(self, heading: str) -> str:
        """Return what a part begins with: the first one with the agenda."""
        template = headings().get(self.obj.kind, headings()[""])
        if heading != template[0][0]:
            return ""
        items = self.obj.agenda.system("agenda of a meeting in hand").filter(withdrawn=False).order_by("place", "pk")
        return "\n".join(
            f"{n}. {one.title}{f'（{one.reporter}）' if one.reporter else ''}" for n, one in enumerate(items, 1)
        )

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return (heading, text) of each part."""
        return tuple((heading, self.cleaned_data[f"part_{n}"]) for n, heading in enumerate(self.headings))


class WriteForm(_Parts):
    """The minutes while they are written."""

    complete = forms.BooleanField(
        label="记录已经写好，定稿", required=False, help_text="不勾选就是暂存，以后接着写。定稿以后只能更正。"
    )

    def prepare(self) -> None:
        super().prepare()
        if self.obj.state != State.HELD:
            self.fields["complete"].disabled = True
            self.fields["complete"].help_text = "散会以后才能定稿；现在保存的是草稿，以后接着写。"

    def last_fields(self) -> list[str]:
        return ["complete"]

    def to_input(self) -> writing.Write:
        return writing.Write(self.parts(), self.cleaned_data["complete"])


class AmendForm(_Parts):
    """Another version of minutes that stand."""

    reason = forms.CharField(label="更正原因", max_length=200)

    def last_fields(self) -> list[str]:
        return ["reason"]

    def to_input(self) -> writing.Amend:
        return writing.Amend(self.parts(), self.cleaned_data["reason"])


class PapersForm(ActionForm):
    """Papers of one kind."""

    kind = forms.ChoiceField(
        label="用途", choices=PaperKind.choices, widget=forms.RadioSelect, initial=PaperKind.MATERIAL
    )
    scans = ScansField(label="文件", most=MOST_FILES, required=True)
    words = forms.CharField(label="说明", max_length=100, required=False, help_text="留空的，用文件名。")

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        policy = files.PHOTO if self.cleaned_data["kind"] == PaperKind.PICTURE else files.DOCUMENT
        try:
            self.cleaned_data["scans"] = tuple(stored(one, policy) for one in self.cleaned_data["scans"])
        except forms.ValidationError as refused:
            self.add_error("scans", refused)

    def to_input(self) -> writing.Upload:
        data = self.cleaned_data
        return writing.Upload(data["kind"], data["scans"], data["words"])
