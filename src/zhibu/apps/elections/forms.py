"""Forms of the plan and of the papers to the superior."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.elections import queries, rules
from zhibu.apps.elections.models import Kind
from zhibu.apps.elections.permissions import APPOINT, MANAGE
from zhibu.apps.elections.services import approving, planning
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.queries import choices
from zhibu.apps.people.models.affiliation import PostKind
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.apps.petitions.queries import superiors
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import ScansField, UploadForm

AREA = forms.Textarea(attrs={"rows": 4})
POSTS = [(code, PostKind(code).label) for code in ("secretary", "deputy_secretary", "organization", "publicity",
         "discipline", "united_front", "youth", "member")]  # fmt: skip


class PlanForm(ActionForm):
    """What is elected, how many, when. Said beside the fields: what the rules ask for here."""

    seats = forms.IntegerField(label="应选人数", min_value=1, max_value=30)
    deputy = forms.BooleanField(label="设副书记", required=False)
    planned_on = forms.DateField(label="拟召开大会的日期", widget=forms.DateInput())
    words = forms.CharField(
        label="情况说明", max_length=2000, required=False, widget=AREA,
        help_text="提前、延期换届和补选的，写明理由；按期换届的可以不写。",
    )  # fmt: skip

    def prepare(self) -> None:
        self.fit(self.place(), "renewal")

    def place(self) -> Any:
        """Return the organisation that elects, None before it is chosen."""
        return None

    def fit(self, organization: Any, kind: str) -> None:
        """Propose what is usual there."""
        if organization is None:
            return
        held = rules.in_force(localdate())
        count = queries.full_members(organization, localdate())
        what = rules.body(held, organization.kind, count)
        if what == "posts":
            hint = f"正式党员 {count} 人，不足 {held.committee_from.value} 人，不设委员会：选书记 1 名填 1，书记、副书记各 1 名填 2。"
            self.initial.setdefault("seats", 1)
            self.fields.pop("deputy", None)
        else:
            size = held.sizes[organization.kind]
            hint = f"正式党员 {count} 人，设委员会：一般 {size.least} 至 {size.usual} 名委员，最多 {size.most} 名。候选人要多出 20% 以上。"
            self.initial.setdefault("seats", size.least)
        self.fields["seats"].help_text = hint
        term = queries.running_term(organization)
        soon = localdate() + timedelta(days=30)
        self.initial.setdefault("planned_on", max(term.until, soon) if term else soon)

    def to_input(self) -> planning.Plan:
        data = self.cleaned_data
        return planning.Plan(
            self.place(),
            self.kind(),
            data["seats"],
            data["planned_on"],
            data.get("deputy", False),
            data["words"].strip(),
        )

    def kind(self) -> str:
        """Return the kind of election."""
        return str(Kind.RENEWAL)


class BeginForm(PlanForm):
    """The election that follows a term."""

    def place(self) -> Any:
        return self.obj.organization


class EditForm(PlanForm):
    """A plan that was not sent, or came back."""

    def prepare(self) -> None:
        for name in ("seats", "deputy", "planned_on", "words"):
            self.initial.setdefault(name, getattr(self.obj, name))
        super().prepare()

    def place(self) -> Any:
        return self.obj.organization

    def kind(self) -> str:
        return str(self.obj.kind)


class CreateForm(PlanForm):
    """By-elections and first elections, and renewals whose organisation is chosen here."""

    organization = OrganizationField(label="党组织")
    sort = forms.ChoiceField(label="种类", choices=[(k.value, k.label) for k in (Kind.RENEWAL, Kind.FIRST, Kind.BY)])
    field_order = ("organization", "sort", "seats", "deputy", "planned_on", "words")

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = choices(self.actor, MANAGE, kinds=planning.ELECTING)
        if field.queryset.count() == 1:
            self.initial.setdefault("organization", field.queryset.get().uid)
        self.initial.setdefault("planned_on", localdate() + timedelta(days=30))
        self.fields[
            "seats"
        ].help_text = "正式党员 7 人以上的支部选委员 3 至 5 名，最多 7 名；不足 7 人的，选书记填 1，书记、副书记各 1 名填 2。补选的填缺额。"

    def place(self) -> Any:
        return self.cleaned_data.get("organization")

    def kind(self) -> str:
        return str(self.cleaned_data["sort"])


class PaperForm(UploadForm):
    """A paper to the superior, its words proposed from the data."""

    title = forms.CharField(label="标题", max_length=100)
    words = forms.CharField(label="正文", max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))
    outside = forms.CharField(
        label="平台以外的上级", max_length=100, required=False, help_text="上级不在本平台，写它的名称。"
    )
    attachments = ScansField(label="附件")

    def prepare(self) -> None:
        if superiors(self.obj.organization):
            del self.fields["outside"]
        proposed = self.proposed()
        self.initial.setdefault("title", proposed.title)
        self.initial.setdefault("words", proposed.words)

    def proposed(self) -> planning.Paper:
        """Return what the data say."""
        return planning.default_paper(self.obj)

    def to_input(self) -> Any:
        data = self.cleaned_data
        return planning.Paper(data["title"], data["words"], data["attachments"], data.get("outside", ""))


class ReportForm(PaperForm):
    """The report of the result."""

    def proposed(self) -> planning.Paper:
        return approving.result_paper(self.obj)


class ReasonForm(ActionForm):
    """Why something is stopped, taken back or held anew."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)


class AppointForm(UploadForm):
    """An appointment by the superior."""

    organization = OrganizationField(label="党组织")
    person = PersonField(label="被任命的人")
    post = forms.ChoiceField(label="职务", choices=POSTS)
    on = forms.DateField(label="任命日期", widget=forms.DateInput())
    document = forms.CharField(label="任命文号", max_length=80)
    scans = ScansField(label="任命文件扫描件", required=True)
    words = forms.CharField(label="说明", max_length=500, required=False, widget=AREA)

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = choices(self.actor, APPOINT, kinds=planning.ELECTING)
        self.initial.setdefault("on", localdate())

    def clean_person(self) -> Any:
        """Return the person meant, within reach."""
        return resolve_person(self, "person", "people.view")

    def to_input(self) -> approving.Appointment:
        return approving.Appointment(**self.cleaned_data)
