"""Forms of rolls: a new one, somebody left out with the superior's consent, reasons."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.voting import queries, registries, rules
from zhibu.apps.voting.models import RollKind
from zhibu.apps.voting.permissions import MANAGE
from zhibu.apps.voting.services.exclusions import Exclude
from zhibu.apps.voting.services.papers import Evidence
from zhibu.apps.voting.services.rolls import NewRoll
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScanField, UploadForm

#: kinds of organisation that have members and vote
VOTING = ("branch", "general_branch", "committee")
BY_HAND = "hand"
ELSEWHERE = "不在上面，填写文号并上传批复"


class FreezeForm(ActionForm):
    """Whose roll, as of which day, what for."""

    organization = OrganizationField(label="党组织")
    on = forms.DateField(label="哪一天", widget=forms.DateInput(), help_text="按这一天在册的人建立，一般就是开会那天。")
    rule = forms.ChoiceField(label="用于", choices=RollKind.choices)
    title = forms.CharField(label="名称", max_length=60, help_text="例如“2026 年 11 月支部党员大会”。")

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        rows = Organization.objects.visible_to(self.actor, MANAGE).filter(dissolved_on__isnull=True, kind__in=VOTING)
        field.queryset = rows
        first = list(rows.order_by("path")[:2])
        if len(first) == 1:
            self.initial.setdefault("organization", first[0].uid)
        self.initial.setdefault("on", localdate())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if {"organization", "on", "rule"} <= data.keys():
            self.rows = registries.roster(data["organization"], data["on"], data["rule"])
            if not self.rows:
                self.add_error("organization", "这个组织这一天没有在册的党员（委员），请先核对党员名册或班子任职")
        return data

    def to_input(self) -> NewRoll:
        data = self.cleaned_data
        return NewRoll(data["organization"], data["on"], data["rule"], data["title"], self.rows)


class ConsentForm(UploadForm):
    """What the superior agreed in: one of the petitions that were agreed to, or a paper with its number and scan."""

    petition = forms.ChoiceField(label="上级已同意的请示", required=False, widget=forms.RadioSelect)
    number = forms.CharField(
        label="批复文号和日期", max_length=100, required=False, help_text="例如“东党复〔2026〕7 号，2026-11-02”。"
    )
    scan = ScanField(label="批复扫描件", help_text="填写文号的必须上传；PDF 或照片，20 MB 以内。")
    #: kind of the petitions that are offered
    asks = "exclusion"

    def organization(self) -> Any:
        """Return whose petitions are offered."""
        return self.obj.organization

    def prepare(self) -> None:
        found = registries.approvals(self.actor, self.organization(), self.asks)
        self.agreed = {one.key: one for one in found}
        field: Any = self.fields["petition"]
        field.choices = [*((one.key, one.words) for one in found), (BY_HAND, ELSEWHERE)]
        self.initial.setdefault("petition", found[0].key if found else BY_HAND)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("petition") in self.agreed:
            if data.get("number") or data.get("scan"):
                self.add_error(
                    "petition", f"既选了同意的请示，又填了文号或上传了扫描件。用另一份批复的，请选“{ELSEWHERE}”"
                )
            return data
        if not (data.get("number") or "").strip():
            self.add_error("number", "请填写批复文号和日期")
        if not data.get("scan"):
            self.add_error("scan", "请上传批复的扫描件或照片")
        return data

    def consent(self) -> Evidence:
        """Return what the superior agreed in."""
        one = self.agreed.get(self.cleaned_data.get("petition", ""))
        if one is not None:
            return Evidence(one.words[:120], url=one.url)
        return Evidence.of(self.cleaned_data["number"], self.cleaned_data["scan"])


class ExcludeForm(ConsentForm):
    """The ground, the circumstances, the superior's consent."""

    ground = forms.ChoiceField(label="理由", widget=forms.RadioSelect)
    words = forms.CharField(
        label="具体情况", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如“2023 年起瘫痪在床，由家人照料”。不要写诊断和病历。",
    )  # fmt: skip
    others = forms.MultipleChoiceField(
        label="同样情况的还有", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="理由和批复都相同的，一起勾选，各提出一次；情况不同的请另外提出。",
    )  # fmt: skip
    field_order = ("ground", "words", "others", "petition", "number", "scan")

    def organization(self) -> Any:
        return self.obj.roll.organization

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["ground"]
        field.choices = [(row.code, row.words) for row in rules.grounds().values()]
        rows = (
            queries.entries(self.obj.roll)
            .filter(queries.proposable(localdate()))
            .exclude(pk=self.obj.pk)
            .order_by("place")
        )
        self.candidates = {str(entry.uid): entry for entry in rows}
        others: Any = self.fields["others"]
        others.choices = [(uid, entry.name) for uid, entry in self.candidates.items()]
        if not self.candidates:
            del self.fields["others"]

    def to_input(self) -> Exclude:
        data = self.cleaned_data
        others = [self.candidates[uid] for uid in data.get("others", ())]
        return Exclude(data["ground"], data["words"], self.consent(), others)


class ReasonForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)
