"""Forms of requests and answers."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.queries import choices
from zhibu.apps.petitions import queries, rules
from zhibu.apps.petitions.models import Outcome
from zhibu.apps.petitions.params import kinds
from zhibu.apps.petitions.permissions import ASK
from zhibu.apps.petitions.services.answering import Answer
from zhibu.apps.petitions.services.asking import Draft
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScansField, UploadForm

WORDS = forms.Textarea(attrs={"rows": 10})


class DraftForm(UploadForm):
    """A request written by hand."""

    organization = OrganizationField(label="请示的组织")
    kind = forms.ChoiceField(label="类别")
    outside = forms.CharField(
        label="平台以外的上级", max_length=100, required=False,
        help_text="一般不填：系统按组织关系找最近的上级党委或党总支。上级不在本平台的，才写它的名称。",
    )  # fmt: skip
    title = forms.CharField(label="标题", max_length=100, help_text="例如“关于开展“七一”主题党日活动的请示”。")
    words = forms.CharField(
        label="正文", max_length=4000, widget=WORDS, help_text="写清楚请示什么、理由和依据。一份请示只写一件事。"
    )
    attachments = ScansField(label="附件")
    when = forms.ChoiceField(
        label="写好以后",
        choices=[("send", "马上发出"), ("keep", "先存为草稿")],
        widget=forms.RadioSelect,
        initial="send",
    )

    def prepare(self) -> None:
        offered = [(code, one.label) for code, one in kinds().items() if one.by_hand]
        self.fields["kind"].choices = [("", "请选择"), *offered]  # type: ignore[attr-defined]
        if "organization" in self.fields:
            field: Any = self.fields["organization"]
            field.queryset = choices(self.actor, ASK, kinds=sorted(rules.ASKING))
            if field.queryset.count() == 1:
                self.initial.setdefault("organization", field.queryset.get().uid)

    def organization_meant(self) -> Any:
        """Return who asks."""
        return self.cleaned_data.get("organization")

    def clean(self) -> dict[str, Any]:
        data, organization = self.cleaned_data, self.organization_meant()
        self.superior = None
        if organization is not None and data.get("kind") and not data.get("outside"):
            self.superior = next(iter(queries.superiors(organization, kinds()[data["kind"]].to)), None)
            if self.superior is None:
                self.add_error("outside", "没有找到可以批复的上级组织；上级不在本平台的，请写明它的名称")
        elif organization is not None and data.get("outside") and queries.superiors(organization):
            self.add_error("outside", "上级组织就在本平台，请把这一栏留空")
        return data

    def to_input(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            self.organization_meant(), data["kind"], data["title"], data["words"], self.superior, data["outside"],
            data["attachments"], send=data["when"] == "send",
        )  # fmt: skip


class EditForm(DraftForm):
    """A draft, or a request that was returned to be completed."""

    organization = None  # type: ignore[assignment]  # that is how a form leaves a field out
    dropped = forms.MultipleChoiceField(
        label="去掉附件", required=False, widget=forms.CheckboxSelectMultiple, help_text="勾选不再要的附件。"
    )
    field_order = ("kind", "outside", "title", "words", "dropped", "attachments", "when")

    def prepare(self) -> None:
        super().prepare()
        known = dict(self.fields["kind"].choices)  # type: ignore[attr-defined]
        if self.obj.kind not in known:  # written by the work it belongs to: the kind stays
            self.fields["kind"].choices = [(self.obj.kind, self.obj.kind_label)]  # type: ignore[attr-defined]
        for name in ("kind", "outside", "title", "words"):
            self.initial.setdefault(name, getattr(self.obj, name))
        kept = [(str(one.uid), one.name) for one in queries.attachments(self.obj)]
        self.fields["dropped"].choices = kept  # type: ignore[attr-defined]
        if not kept:
            del self.fields["dropped"]
        self.order_fields(self.field_order)

    def organization_meant(self) -> Any:
        return self.obj.organization

    def to_input(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            self.obj.organization, data["kind"], data["title"], data["words"], self.superior, data["outside"],
            data["attachments"], frozenset(data.get("dropped") or ()), data["when"] == "send",
        )  # fmt: skip


class WithdrawForm(ActionForm):
    """Why a request is taken back."""

    input = Why
    reason = forms.CharField(label="撤回原因", max_length=200)


class AnswerForm(UploadForm):
    """The superior's answer; for a superior outside, the paper that came."""

    page_template = "petitions/answer_form.html"
    outcome = forms.ChoiceField(
        label="批复结果", widget=forms.RadioSelect,
        choices=[(o.value, o.label) for o in (Outcome.AGREED, Outcome.REFUSED, Outcome.RETURNED)],
    )  # fmt: skip
    number = forms.CharField(label="批复文号", max_length=80, required=False, help_text="照来文填写。")
    on = forms.DateField(label="批复日期", widget=forms.DateInput(), required=False, help_text="来文上的日期。")
    words = forms.CharField(
        label="批复内容", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="同意的可以不写；不同意或退回的，写明理由和要补充什么。",
    )  # fmt: skip
    scans = ScansField(label="批复扫描件")

    def prepare(self) -> None:
        if self.obj.external:
            self.initial.setdefault("on", localdate())
            self.fields["scans"].required = True
            return
        del self.fields["number"]
        del self.fields["on"]

    def to_input(self) -> Answer:
        data = self.cleaned_data
        return Answer(data["outcome"], data["words"].strip(), data.get("number", ""), data.get("on"), data["scans"])
