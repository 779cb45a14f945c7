"""Forms of what is done beside the steps."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.forms_steps import day
from zhibu.apps.development.models import Move, Proposal, Setting
from zhibu.apps.development.params import papers, path
from zhibu.apps.development.permissions import PLAN
from zhibu.apps.development.rules import STANDINGS
from zhibu.apps.development.services import balloting, opening, others, probation, steps
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.queries import by_code
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScanField, UploadForm


class ReasonForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)


class CallForm(ActionForm):
    """At which meeting, and for a probationary member what is proposed."""

    meeting: Any = forms.ModelChoiceField(
        label="支部大会",
        queryset=None,
        empty_label="请选择",
        help_text="已经通知开会的支部党员大会，应到名册随通知冻结。",
    )
    proposal = forms.ChoiceField(label="提请讨论", choices=Proposal.choices, required=False)
    months = forms.IntegerField(label="延长几个月", min_value=0, max_value=24, required=False)

    def prepare(self) -> None:
        self.fields["meeting"].queryset = balloting.meetings_of(self.obj)  # type: ignore[attr-defined]
        self.fields["meeting"].label_from_instance = lambda m: f"{m.on.isoformat()} {m.title}"  # type: ignore[attr-defined]
        if self.obj.stage != "probationary":
            del self.fields["proposal"], self.fields["months"]

    def to_input(self) -> Any:
        data = self.cleaned_data
        return balloting.Call(data["meeting"], data.get("proposal", ""), data.get("months") or 0)


class HalfYearForm(UploadForm):
    """A half-yearly review."""

    on = day("考察日期")
    words = forms.CharField(
        label="考察意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="与《入党积极分子培养考察登记表》上写的一致。",
    )
    scan = ScanField(label="登记表签字页")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> Any:
        return others.NewReview(**self.cleaned_data)


class ReportForm(UploadForm):
    """A 思想汇报 of one's own."""

    on = day("日期")
    scan = ScanField(label="思想汇报", required=True, help_text="拍照或 PDF，20 MB 以内。")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> Any:
        return others.NewReview(self.cleaned_data["on"], "", self.cleaned_data["scan"])


class EditForm(ActionForm):
    """What is known of the person's circumstances."""

    input = opening.Edit
    floating = forms.BooleanField(label="流动人员", required=False)
    origin = forms.CharField(label="流出地", max_length=100, required=False)
    host = forms.CharField(label="流入地", max_length=100, required=False)
    leaves_on = forms.DateField(
        label="预计离开日期",
        widget=forms.DateInput(),
        required=False,
        help_text="未来三个月内离开的，一般不办理接收手续（第十八条）。",
    )
    volume = forms.CharField(label="志愿书编号", max_length=40, required=False)
    reason = forms.CharField(label="修改原因", max_length=200, required=False)

    def prepare(self) -> None:
        for name in opening.EDITABLE:
            self.initial.setdefault(name, getattr(self.obj, name))


class PaperForm(UploadForm):
    """A signed paper for the file."""

    code = forms.ChoiceField(label="材料")
    on = forms.DateField(label="材料日期", widget=forms.DateInput(), required=False)
    title = forms.CharField(label="名称", max_length=100, required=False, help_text="不填就用材料的名称。")
    scan = ScanField(label="文件", required=True)

    def prepare(self) -> None:
        self.fields["code"].choices = [(one.code, one.label) for one in papers().values()]  # type: ignore[attr-defined]

    def to_input(self) -> Any:
        return steps.AddPaper(**self.cleaned_data)


class UndoForm(ActionForm):
    """Which step, and why."""

    input = steps.Undo
    code = forms.ChoiceField(label="步骤")
    reason = forms.CharField(label="原因", max_length=200)

    def prepare(self) -> None:
        done = [step for step in queries.steps_of(self.obj) if step.stands]
        self.fields["code"].choices = [(one.code, str(one)) for one in reversed(done)]  # type: ignore[attr-defined]


class OverrideForm(UploadForm):
    """Which step on which day, who allowed it, why, on which paper."""

    step = forms.ChoiceField(label="步骤")
    on = day("办理日期", help_text="准备在哪一天办这一步。")
    superior = forms.CharField(label="批准的上级组织", max_length=100)
    approved_by = forms.CharField(label="批准人", max_length=50)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    scan = ScanField(label="批件", required=True)

    def prepare(self) -> None:
        labels = path().labels
        codes = [code for code in self.obj.ready.strip(",").split(",") if code]
        self.fields["step"].choices = [(code, labels[code]) for code in codes]  # type: ignore[attr-defined]
        self.initial.setdefault("on", localdate())

    def to_input(self) -> Any:
        return steps.Allow(**self.cleaned_data)


class StopForm(UploadForm):
    """Why it ends, and when."""

    on = day("日期")
    reason = forms.CharField(label="原因", max_length=200)
    scan = ScanField(label="有关材料")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> Any:
        return opening.Stop(**self.cleaned_data)


class RestartForm(ActionForm):
    """Why it goes on."""

    input = opening.Restart
    on = day("恢复日期")
    reason = forms.CharField(label="原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class MoveForm(UploadForm):
    """To which branch, with which papers: one within reach by the list, another by its code."""

    organization = OrganizationField(label="转入的党支部", required=False, empty_label="（不在下面，写组织编码）")
    code = forms.CharField(
        label="组织编码",
        max_length=40,
        required=False,
        help_text="不在您管理范围内的支部，写它的组织编码，可以向对方或组织部问到。",
    )
    on = day("转接日期")
    reason = forms.CharField(label="原因", max_length=200)
    handed = forms.MultipleChoiceField(label="转交的材料", widget=forms.CheckboxSelectMultiple)
    scan = ScanField(label="材料转接清单")

    def prepare(self) -> None:
        rows = Organization.objects.visible_to(self.actor).filter(kind="branch", dissolved_on__isnull=True)
        self.fields["organization"].queryset = rows.exclude(pk=self.obj.organization_id).order_by("path")  # type: ignore[attr-defined]
        kinds = [one for one in papers().values() if one.step and one.step in path().order]
        self.fields["handed"].choices = [(one.code, one.label) for one in kinds]  # type: ignore[attr-defined]
        self.initial.setdefault("on", localdate())

    def clean(self) -> Any:
        data = super().clean() or {}
        if data.get("organization") is None and not self.errors:
            found = by_code(data.get("code") or "")
            if found is None or found.kind != "branch" or found.dissolved_on is not None:
                self.add_error("code", "请选择转入的党支部，或写对它的组织编码")
            data["organization"] = found
        return data

    def to_input(self) -> Any:
        data = self.cleaned_data
        given = (steps.Given("transfer_paper", data["scan"], data["on"]),) if data["scan"] is not None else ()
        return others.MoveTo(data["organization"], data["on"], data["reason"], tuple(data["handed"]), given)


class ReceiveForm(UploadForm):
    """What came of looking through the papers."""

    outcome = forms.ChoiceField(label="审查结果", choices=list(Move.OUTCOMES.items()))
    words = forms.CharField(label="审查意见", max_length=300)
    scan = ScanField(label="有关材料", help_text="不予承认的，请上传县级以上党委组织部门的批件。")

    def clean(self) -> Any:
        data = super().clean() or {}
        if data.get("outcome") == "denied" and not data.get("scan"):
            self.add_error("scan", "不予承认的，须报县级以上党委组织部门批准，请上传批件（第三十四条）")
        return data

    def to_input(self) -> Any:
        return others.Receive(**self.cleaned_data)


class DeferForm(UploadForm):
    """Until when, and the decision."""

    until = day("推迟到", help_text="从预备期满之日起不超过六个月。")
    reason = forms.CharField(label="理由", max_length=200)
    scan = ScanField(label="推迟讨论的决定", required=True)

    def to_input(self) -> Any:
        data = self.cleaned_data
        return probation.Defer(
            data["until"], data["reason"], (steps.Given("deferral_paper", data["scan"], localdate()),)
        )


class PlanForm(ActionForm):
    """How many a branch may receive in a year."""

    input = others.SetPlan
    organization = OrganizationField(label="党支部")
    year = forms.IntegerField(label="年度", min_value=2014, max_value=2100)
    number = forms.IntegerField(label="计划人数", min_value=0, max_value=1000)
    note = forms.CharField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        rows = Organization.objects.visible_to(self.actor, PLAN).filter(kind="branch", dissolved_on__isnull=True)
        self.fields["organization"].queryset = rows.order_by("path")  # type: ignore[attr-defined]
        self.initial.setdefault("year", localdate().year)


class SettingForm(ActionForm):
    """The standing of an organisation and its local pack."""

    standing = forms.ChoiceField(label="审批权限", required=False)
    reports = forms.TypedChoiceField(
        label="思想汇报",
        coerce=int,
        choices=[(0, "不要求"), (3, "每季度一次"), (6, "每半年一次")],
        help_text="细则没有这一项，只有本地规定要求的才选。",
    )
    source = forms.CharField(
        label="本地规定", max_length=200, required=False, help_text="要求思想汇报或另外公示的，写明规定的名称和文号。"
    )

    def prepare(self) -> None:
        self.fields["standing"].choices = [("", "按组织类别"), *STANDINGS.items()]  # type: ignore[attr-defined]
        known = Setting.objects.system("settings of an organisation in hand").filter(organization=self.obj).first()
        for code, label in Setting.EXTRA_STEPS.items():
            self.fields[f"notice_{code}"] = forms.IntegerField(
                label=f"另外公示：{label}（工作日）",
                min_value=0,
                max_value=30,
                required=False,
                help_text="0 或空着是不要求。",
            )
            self.initial.setdefault(f"notice_{code}", (known.notices.get(code) if known else None) or None)
        if known is not None:
            self.initial.setdefault("standing", known.standing)
            self.initial.setdefault("reports", known.reports)
            self.initial.setdefault("source", known.source)

    def to_input(self) -> Any:
        data = self.cleaned_data
        notices = {code: days for code in Setting.EXTRA_STEPS if (days := data.get(f"notice_{code}"))}
        return others.SetSetting(data["standing"], data["reports"], notices, data["source"])
