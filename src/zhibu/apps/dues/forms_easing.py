"""Forms of relief, payment by the quarter and matters of long arrears."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.fields import MonthField
from zhibu.apps.dues.models import Outcome
from zhibu.apps.dues.services import easing, requesting, roster
from zhibu.apps.petitions.models import Outcome as Answered
from zhibu.apps.petitions.params import kind
from zhibu.apps.petitions.queries import superiors
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import AmountField, ScanField, UploadForm


class ReliefForm(UploadForm):
    """What the branch asks for a member in need."""

    input = easing.AskRelief
    since = MonthField(label="起始月份", back=6, ahead=6)
    until = MonthField(label="截止月份", back=0, ahead=18)
    amount = AmountField(label="减后每月交（元）", help_text="免交的填 0。")
    reason = forms.CharField(label="困难情况", max_length=200)
    studied_on = forms.DateField(
        label="支部研究日期", widget=forms.DateInput(), help_text="先由支部委员会研究，再报上一级党委批准。"
    )
    scan = ScanField(label="支部研究记录或证明")
    outside = forms.CharField(
        label="平台以外的上级党委", max_length=100, required=False, help_text="上一级党委不在本平台，写它的名称。"
    )

    def prepare(self) -> None:
        branch = roster.collector(self.obj.pk, localdate())
        if branch is None or superiors(branch, kind(requesting.KIND).to):
            del self.fields["outside"]
        now = months.first(localdate())
        self.initial.setdefault("since", now)
        self.initial.setdefault("until", months.later(now, 11))
        self.initial.setdefault("amount", "0")


class ReviseForm(ReliefForm):
    """The same of a relief that came back to the branch; its request keeps its number and its addressee."""

    # it may have lain with the superior for months
    since = MonthField(label="起始月份", back=18, ahead=6)
    until = MonthField(label="截止月份", back=12, ahead=18)
    outside = None  # type: ignore[assignment]  # that is how a form leaves a field out

    def prepare(self) -> None:
        for name in ("since", "until", "amount", "reason", "studied_on"):
            self.initial.setdefault(name, getattr(self.obj, name))


class AnswerForm(ActionForm):
    """Agree or refuse, with words."""

    agree = forms.ChoiceField(label="意见", choices=[("yes", "同意"), ("no", "不同意")], widget=forms.RadioSelect)
    words = forms.CharField(label="批复意见", max_length=200, required=False, help_text="不同意的要写明。")

    def agreed(self) -> dict[str, Any]:
        """Return the answer as the services take it."""
        return {"agree": self.cleaned_data["agree"] == "yes", "words": self.cleaned_data["words"]}


class AnswerReliefForm(ActionForm):
    """The committee's answer to a relief: also that the report is to be completed first."""

    agree = forms.ChoiceField(
        label="意见", widget=forms.RadioSelect,
        choices=[(Answered.AGREED, "同意"), (Answered.REFUSED, "不同意"), (Answered.RETURNED, "退回支部补充后再报")],
    )  # fmt: skip
    words = forms.CharField(
        label="批复意见", max_length=200, required=False, help_text="不同意的要写明；退回的写明要补充什么，支部看得到。"
    )

    def to_input(self) -> easing.AnswerRelief:
        return easing.AnswerRelief(Answered(self.cleaned_data["agree"]), self.cleaned_data["words"])


class QuarterlyForm(ActionForm):
    """The branch agrees to payment by the quarter."""

    input = easing.Quarterly
    since = MonthField(label="起始月份", back=3, ahead=3)
    agreed_on = forms.DateField(label="支部同意日期", widget=forms.DateInput())
    reason = forms.CharField(label="特殊情况", max_length=200, help_text="例如“长期在外施工，每季回单位一次”。")

    def prepare(self) -> None:
        self.initial.setdefault("since", months.first(localdate()))
        self.initial.setdefault("agreed_on", localdate())


class DiscussForm(ActionForm):
    """What the branch made of long arrears."""

    input = easing.Discussed
    outcome = forms.ChoiceField(
        label="处理结果", choices=Outcome.choices, widget=forms.RadioSelect,
        help_text="党籍不在这里变动：按自行脱党处理的，须支部大会讨论决定除名，并报上级党组织批准。",
    )  # fmt: skip
    met_on = forms.DateField(label="支部研究日期", widget=forms.DateInput())
    words = forms.CharField(label="情况说明", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        self.initial.setdefault("met_on", localdate())
