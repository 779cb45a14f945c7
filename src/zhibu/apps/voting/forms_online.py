"""Forms of a secret ballot on line. What they are given is forgotten once it is sealed: it is never shown again and never stored."""

from typing import Any

from django import forms

from zhibu.apps.voting import sealed
from zhibu.apps.voting.curve import write
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.services import online
from zhibu.kernel.actions import ActionForm


class BallotForm(ActionForm):
    """The ballot: a choice for every question. It is sealed here, before the transaction; what goes on is a ciphertext."""

    page_template = "voting/ballot.html"

    def prepare(self) -> None:
        for n, title in enumerate(self.obj.motion.questions):
            self.fields[f"q{n}"] = forms.ChoiceField(
                label=title, choices=Choice.choices, widget=forms.RadioSelect, error_messages={"required": "请选一项"}
            )

    def clean(self) -> dict[str, Any]:
        most = self.obj.motion.choose
        approved = sum(value == "yes" for value in self.cleaned_data.values())
        if most is not None and approved > most:
            self.add_error(None, f"最多赞成 {most} 人，您选了 {approved} 人；多选的票是无效票，请改一改")
        return self.cleaned_data

    def to_input(self) -> online.Sealed:
        motion = self.obj.motion
        if not motion.key:
            return online.Sealed("")  # not open yet: the act refuses
        choices = [self.cleaned_data[f"q{n}"] for n in range(len(motion.questions))]
        return online.Sealed(sealed.seal(online.frame(motion), str(self.obj.uid), choices))


class Forgetful(forms.TextInput):
    """A box that never shows again what was typed into it."""

    def format_value(self, value: Any) -> None:
        return None


class OpenSumsForm(ActionForm):
    """A scrutineer's code. What it opens is computed here, before the transaction."""

    typed = forms.CharField(
        label="开票码", max_length=60, help_text="24 个字母和数字，横线和空格可以不输。",
        widget=Forgetful(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_typed(self) -> str:
        """Read the code: the cleaned value is empty, the secret stays in this form until the request ends."""
        try:
            self.secret = online.secret_of(self.obj, self.cleaned_data["typed"])
        except sealed.BadCode as error:
            raise forms.ValidationError(str(error)) from None
        if write(sealed.public_of(self.secret)) != self.obj.public:
            raise forms.ValidationError("这不是您为这次投票领取的开票码，请核对纸条")
        return ""

    def clean(self) -> dict[str, Any]:
        motion = self.obj.motion
        self.shares: list[dict[str, Any]] = []
        if not self.errors and motion.state == "counting":  # before that the act refuses
            try:
                sums, _ = online.sums_of(motion)
            except sealed.BadEvidence as error:
                self.add_error(None, f"{error}，不能开票。请不要再输入开票码，由主持人核查后作废重投")
                return self.cleaned_data
            self.shares = sealed.open_share(online.frame(motion), self.secret, sums)
        return self.cleaned_data

    def to_input(self) -> online.Opened:
        return online.Opened(self.shares)
