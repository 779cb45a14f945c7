"""Forms of what stands beside the ordinary path: received directly, recognised after death, the yearly analysis."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.development import queries, queries_activists
from zhibu.apps.development.fields import MeetingField
from zhibu.apps.development.forms_steps import SIGNED, day
from zhibu.apps.development.models import SpecialAdmission
from zhibu.apps.development.permissions import APPROVE
from zhibu.apps.development.services import asking, special, telling
from zhibu.apps.development.services.steps import Given
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, ScansField, UploadForm

LINES = forms.Textarea(attrs={"rows": 4})


class AdmissionForm(UploadForm):
    """Who was received by the organ above, and its document."""

    kind = forms.ChoiceField(
        label="方式", choices=[("direct", "直接接收（本人在世）"), ("posthumous", "追认（本人已经去世）")], widget=forms.RadioSelect
    )  # fmt: skip
    person = PersonField(label="姓名")
    organization = OrganizationField(
        label="党组织", help_text="直接接收的，选编入的党支部；追认的，选提出追认的党组织。"
    )
    organ = forms.CharField(
        label="批准机关", max_length=100, help_text="直接接收：党中央或省、自治区、直辖市党委；追认：省一级党委。"
    )
    number = forms.CharField(label="文号", max_length=60, required=False)
    on = day("批准日期", help_text="以批准文件上写的日期为准。")
    became = forms.ChoiceField(
        label="接收为", required=False, choices=[("", "（追认的不选）"), *SpecialAdmission.BECAME.items()],
        help_text="直接接收的，按批准文件选择。",
    )  # fmt: skip
    words = forms.CharField(
        label="事由", max_length=1000, widget=LINES, help_text="事迹；追认的写明生前提出过入党要求。"
    )
    scan = ScanField(label="批准文件", required=True, help_text="PDF 或照片，20 MB 以内。")
    wished = forms.BooleanField(label="生前曾向党组织提出过入党要求（追认的须勾选）", required=False)

    def prepare(self) -> None:
        kinds = ("branch", "general_branch", "committee")
        rows = Organization.objects.visible_to(self.actor, APPROVE).filter(dissolved_on__isnull=True, kind__in=kinds)
        self.fields["organization"].queryset = rows.order_by("path")  # type: ignore[attr-defined]

    def clean_person(self) -> Any:
        return resolve_person(self, "person")

    def clean(self) -> Any:
        data = super().clean() or {}
        place = data.get("organization")
        if data.get("kind") == "direct":
            if not data.get("became"):
                self.add_error("became", "请按批准文件选择接收为预备党员还是正式党员")
            if place is not None and place.kind != "branch":
                self.add_error("organization", "直接接收的党员应当编入一个党支部")
        if data.get("kind") == "posthumous" and not data.get("wished"):
            article = queries.current_edition().cited(queries.current_edition().limits["posthumous"].article)
            self.add_error("wished", f"追认的，须是生前曾向党组织提出过入党要求的人（{article}）")
        return data

    def to_input(self) -> Any:
        return special.Admission(**{name: value for name, value in self.cleaned_data.items() if name != "wished"})


class AskForm(UploadForm):
    """A request to the committee above, proposed from what is known of the case."""

    title = forms.CharField(label="标题", max_length=100)
    words = forms.CharField(label="正文", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    scans = ScansField(label="附件", help_text="可以一次选几个；PDF 或照片，每个 20 MB 以内。")

    def prepare(self) -> None:
        title, words = asking.proposed(self.obj)
        self.initial.setdefault("title", title)
        self.initial.setdefault("words", words)

    def to_input(self) -> Any:
        return asking.Asked(**self.cleaned_data)


class TellForm(UploadForm):
    """How the decision reached the person, and at which assembly it was announced."""

    on = day("告知本人的日期")
    by = forms.CharField(label="谁通知的本人", max_length=50)
    meeting = MeetingField(
        label="在哪次支部党员大会上宣布", help_text="选了本平台的会议，宣布日期就是开会那天。",
        empty_label="（没有在本平台开，凭签字的会议记录登记）",
    )  # fmt: skip
    announced_on = day("宣布日期", required=False)
    minutes = ScanField(label="签字的会议记录", help_text=SIGNED)
    words = forms.CharField(label="说明", max_length=300, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        step = queries.untold(self.obj)
        if step is not None and step.code == "full_approved":
            self.fields["by"].label = "同本人谈话的支部书记"
        if step is not None and not telling.to_announce(step):
            for name in ("meeting", "announced_on", "minutes"):
                del self.fields[name]
            return
        self.fields["meeting"].open_for(self.obj.organization, ("assembly",))  # type: ignore[attr-defined]

    def to_input(self) -> Any:
        data = self.cleaned_data
        scan, meeting = data.get("minutes"), data.get("meeting")
        on = meeting.on if meeting is not None else data.get("announced_on")
        papers = (Given("announcement", scan, on),) if scan is not None else ()
        return telling.Tell(data["on"], data["by"], data.get("announced_on"), meeting, papers, data["words"])


class AnalysisForm(ActionForm):
    """The analysis of a year, beside the figures of the day."""

    input = special.Analyse
    organization = OrganizationField(label="党委")
    year = forms.IntegerField(label="年度", min_value=2014, max_value=2100)
    on = day("分析日期")
    problems = forms.CharField(label="存在的问题", max_length=1000, widget=LINES)
    measures = forms.CharField(label="改进措施", max_length=1000, widget=LINES)

    def prepare(self) -> None:
        rows = queries.deciders(self.actor, APPROVE).filter(kind="committee")
        self.fields["organization"].queryset = rows  # type: ignore[attr-defined]
        self.initial.setdefault("organization", getattr(rows.first(), "uid", None))
        self.initial.setdefault("year", localdate().year)
        self.initial.setdefault("on", localdate())
        first = rows.first()
        if first is not None:
            told = "；".join(f"{label} {text}" for label, text in queries_activists.figures(first, localdate()))
            self.fields["problems"].help_text = f"{first}现在：{told}。所选党委的数据在提交时一并记下。"
