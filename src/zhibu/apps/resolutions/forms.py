"""Forms of resolutions."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.apps.resolutions import queries
from zhibu.apps.resolutions.permissions import MANAGE
from zhibu.apps.resolutions.services.adopting import Recorded, Text
from zhibu.apps.resolutions.services.following import Assign, Report
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm

KINDS = ("branch", "general_branch", "committee")


class TextForm(ActionForm):
    """What was decided, and who carries it out."""

    title = forms.CharField(label="标题", max_length=120, help_text="例如“关于每月慰问独居老党员的决议”。")
    text = forms.CharField(
        label="决议内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="登记后不能改写，只能由后来的决议取代。",
    )
    responsible = PersonField(label="负责人", required=False)
    due_on = forms.DateField(label="落实期限", required=False, widget=forms.DateInput())
    replaces: Any = forms.ModelChoiceField(label="取代哪一份决议", queryset=None, required=False, empty_label="不取代")
    tell = forms.BooleanField(label="现在就公布给本支部的党员", required=False, initial=True)

    def organization_id(self) -> int | None:
        """Return whose resolutions may be replaced; None while it is not known."""
        return int(self.obj.organization_id)

    def prepare(self) -> None:
        field: Any = self.fields["replaces"]
        where = self.organization_id()
        field.queryset = queries.replaceable(where, self.actor, MANAGE) if where else queries.listed(self.actor).none()
        field.label_from_instance = lambda one: f"{one.number_text}《{one}》"

    def clean_responsible(self) -> Any:
        written = self.cleaned_data["responsible"]
        return resolve_person(self, "responsible") if written.strip() else None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("due_on") and not data.get("responsible") and "responsible" not in self.errors:
            self.add_error("responsible", "定了期限的，要有负责人")
        return data

    def what(self) -> Text:
        """Return what was decided."""
        data = self.cleaned_data
        replaced = [data["replaces"]] if data["replaces"] else []
        return Text(data["title"], data["text"], data["responsible"], data["due_on"], replaced, data["tell"])


class AdoptForm(TextForm):
    """Of a vote that passed."""

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("title", self.obj.title)
        self.initial.setdefault("text", self.obj.words)

    def to_input(self) -> Text:
        return self.what()


class RecordForm(TextForm):
    """Of a meeting without a vote of its own, or made otherwise."""

    organization = OrganizationField(label="党组织")
    meeting: Any = forms.ModelChoiceField(label="哪次会议", queryset=None, required=False, empty_label="不在下面")
    decided_on = forms.DateField(
        label="通过日期", required=False, widget=forms.DateInput(), help_text="选了会议的不用填。"
    )
    basis = forms.CharField(
        label="形成经过",
        max_length=300,
        required=False,
        help_text="没有选会议的，写明在什么会上、怎样通过，例如“支部委员会 5 人到会，一致通过”。",
    )
    field_order = (
        "organization", "meeting", "decided_on", "basis", "title", "text", "responsible", "due_on", "replaces", "tell",
    )  # fmt: skip

    def organization_id(self) -> int | None:
        where = self.places().filter(uid=self.data.get("organization")).first() if self._named() else None
        return where.pk if where is not None else None

    def _named(self) -> bool:
        return self.is_bound and len(str(self.data.get("organization") or "")) == 36

    def places(self) -> Any:
        """Return the organisations that the actor keeps resolutions of."""
        return Organization.objects.visible_to(self.actor, MANAGE).filter(dissolved_on__isnull=True, kind__in=KINDS)

    def prepare(self) -> None:
        place: Any = self.fields["organization"]
        place.queryset = self.places()
        only = list(self.places().order_by("path")[:2])
        if len(only) == 1:
            self.initial.setdefault("organization", only[0].uid)
        super().prepare()
        where = queries.listed(self.actor).none()
        field: Any = self.fields["replaces"]
        if not self.is_bound:
            field.queryset = where if len(only) != 1 else queries.replaceable(only[0].pk, self.actor, MANAGE)
        meeting: Any = self.fields["meeting"]
        meeting.queryset = queries.recent_meetings(self.actor, MANAGE)
        meeting.label_from_instance = lambda one: f"{one.on.isoformat()} {one.organization} {one}"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        meeting = data.get("meeting")
        if meeting is not None and data.get("organization") not in (None, meeting.organization):
            self.add_error("meeting", "这次会议不是这个组织开的")
        if meeting is None and not data.get("decided_on"):
            self.add_error("decided_on", "没有选会议的，请填通过日期")
        if meeting is None and not (data.get("basis") or "").strip():
            self.add_error("basis", "请选择会议，或写明决议是怎样形成的")
        return data

    def to_input(self) -> Recorded:
        data = self.cleaned_data
        on = data["meeting"].on if data["meeting"] else data["decided_on"]
        return Recorded(data["organization"], on, self.what(), data["meeting"], data["basis"])


class ReportForm(UploadForm):
    """What the one responsible did."""

    on = forms.DateField(label="日期", widget=forms.DateInput())
    words = forms.CharField(label="落实情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    scan = ScanField(label="照片或材料")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())

    def to_input(self) -> Report:
        data = self.cleaned_data
        return Report(data["on"], data["words"], bool(data.get("done")), Evidence.of("落实材料", data["scan"]))


class FollowForm(ReportForm):
    """What was done, and whether that was all."""

    done = forms.BooleanField(label="已经全部落实，办结", required=False)
    field_order = ("on", "words", "done", "scan")


class AssignForm(ActionForm):
    """Who carries it out, by when."""

    responsible = PersonField(label="负责人")
    due_on = forms.DateField(label="落实期限", required=False, widget=forms.DateInput())
    reason = forms.CharField(label="原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("due_on", self.obj.due_on)

    def clean_responsible(self) -> Any:
        return resolve_person(self, "responsible")

    def to_input(self) -> Assign:
        data = self.cleaned_data
        return Assign(data["responsible"], data["due_on"], data["reason"])
