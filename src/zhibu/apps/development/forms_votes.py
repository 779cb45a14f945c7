"""Forms from the assembly to the filing: ballots, the committee's approvals, oath, filing."""

from typing import Any, ClassVar

from django import forms

from zhibu.apps.development import queries
from zhibu.apps.development.forms_steps import Deciding, StepForm
from zhibu.apps.development.models import Proposal
from zhibu.apps.development.services import admitting, probation


class BallotForm(StepForm):
    """The figures of a secret ballot as the signed minutes give them."""

    entitled = forms.IntegerField(label="应到会有表决权的党员", min_value=1, max_value=100000)
    present = forms.IntegerField(label="实到会有表决权的党员", min_value=0, max_value=100000)
    yes = forms.IntegerField(label="到会赞成票", min_value=0, max_value=100000)
    no = forms.IntegerField(label="到会不赞成票", min_value=0, max_value=100000, initial=0)
    abstained = forms.IntegerField(label="弃权或无效票", min_value=0, max_value=100000, initial=0)
    written_yes = forms.IntegerField(
        label="书面赞成", min_value=0, max_value=100000, initial=0, help_text="因故不能到会、会前正式提出的。"
    )
    written_no = forms.IntegerField(label="书面不赞成", min_value=0, max_value=100000, initial=0)
    one_by_one = forms.BooleanField(label="无记名投票，逐个讨论和表决")
    FIGURES: ClassVar = ("entitled", "present", "yes", "no", "abstained", "written_yes", "written_no")

    def votes(self) -> admitting.Votes:
        """Return the figures."""
        return admitting.Votes(**{name: self.cleaned_data[name] for name in self.FIGURES})


class AssemblyForm(BallotForm):
    """接收预备党员."""

    code = "assembly"

    def to_input(self) -> Any:
        return admitting.Assembly(
            self.cleaned_data["on"], self.votes(), self.papers(), one_by_one=self.cleaned_data["one_by_one"]
        )


class FullAssemblyForm(BallotForm):
    """转正, 延长 or 取消."""

    code = "full_assembly"
    early: ClassVar[bool] = False
    proposal = forms.ChoiceField(label="大会决议", choices=Proposal.choices)
    months = forms.IntegerField(
        label="延长几个月",
        min_value=0,
        max_value=24,
        required=False,
        help_text="延长一次，不少于半年，最长不超过一年。",
    )
    field_order = ("on", "proposal", "months")

    def to_input(self) -> Any:
        data = self.cleaned_data
        return probation.FullAssembly(
            data["on"], self.votes(), data["proposal"], data["months"] or 0, self.early, data["words"], self.papers(),
            one_by_one=data["one_by_one"],
        )  # fmt: skip


class EarlyForm(FullAssemblyForm):
    """Before the end, for a breach of discipline."""

    early = True

    def prepare(self) -> None:
        super().prepare()
        self.fields["words"].required = True
        self.fields["words"].label = "违犯党纪的情况"
        self.fields["proposal"].choices = [one for one in Proposal.choices if one[0] != Proposal.FULL]  # type: ignore[attr-defined]


class ApprovalTalkForm(StepForm):
    """Who talked, as what, and the opinion."""

    code = "approval_talk"
    talker = forms.CharField(label="谈话人", max_length=50)
    capacity = forms.ChoiceField(label="身份", choices=[("党委委员", "党委委员"), ("组织员", "组织员")])
    opinion = forms.ChoiceField(label="意见", choices=[(one, one) for one in (admitting.AGREED, "暂缓", "不同意")])

    def to_input(self) -> Any:
        data = self.cleaned_data
        return admitting.Talk(data["on"], data["talker"], data["capacity"], data["opinion"], self.papers())


class ApprovalForm(Deciding):
    """A collective decision of the committee that may approve."""

    entitled = forms.IntegerField(label="党委应到委员", min_value=1, max_value=1000)
    present = forms.IntegerField(label="实到委员", min_value=0, max_value=1000)
    yes = forms.IntegerField(label="赞成", min_value=0, max_value=1000)
    approved = forms.TypedChoiceField(
        label="审批结果", choices=[("yes", "批准"), ("no", "不批准")], coerce=lambda v: v == "yes", initial="yes"
    )
    one_by_one = forms.BooleanField(label="集体讨论，逐个审议和表决")
    words = forms.CharField(
        label="理由", max_length=300, required=False,
        help_text="不批准的，超过三个月才审批的，或审批前谈话没有同意而仍然批准的，请写明。",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        talk = queries.talk_of(self.obj)
        if talk is not None:
            self.fields[
                "approved"
            ].help_text = f"审批前谈话的意见：{talk.facts.get('意见', '')}（{talk.facts.get('谈话人', '')}）。"

    def step(self) -> str:
        """Return which approval the case waits for."""
        return "full_approved" if ",full_approved," in self.obj.ready else "approved"

    def to_input(self) -> Any:
        data = self.cleaned_data
        return admitting.Approve(
            data["on"], data["committee"], data["entitled"], data["present"], data["yes"], data["approved"], self.papers(),
            data["number"], data["words"], data["one_by_one"],
        )  # fmt: skip


class OathForm(StepForm):
    """Where, and who held it."""

    code = "oath"
    place = forms.CharField(label="地点", max_length=100, required=False)
    held_by = forms.CharField(label="组织的党组织", max_length=100, required=False)

    def to_input(self) -> Any:
        data = self.cleaned_data
        return admitting.Oath(data["on"], data["place"], data["held_by"], self.papers())


class FilingForm(StepForm):
    """Where the file went."""

    code = "filed"
    place = forms.ChoiceField(
        label="存放",
        choices=[
            (one, one) for one in ("本人人事档案", "党员档案（所在党委保存）", "党员档案（县级党委组织部门保存）")
        ],
    )
    receiver = forms.CharField(label="接收人", max_length=50)

    def to_input(self) -> Any:
        data = self.cleaned_data
        return probation.FileAway(data["on"], data["place"], data["receiver"], self.papers())
