"""Forms of the acts on a person. Field forms are derived from the model, so that a column is described once."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.fields import model_field, read_parsed, without_endings
from zhibu.apps.people.groups import BY_CODE, GROUP_OF_FIELD
from zhibu.apps.people.models import Person
from zhibu.apps.people.models.affiliation import Kind, PostKind
from zhibu.apps.people.picking import PersonField, as_uid, resolve_person
from zhibu.apps.people.services.affiliations import Affiliate, Appoint, EndAffiliation, EndPost
from zhibu.apps.people.services.merge import MergeInto, NotSame, moving
from zhibu.apps.people.services.parts import PARTS, PartValues, Withdraw, editable
from zhibu.apps.people.services.persons import FIELDS, GroupEdit, NewPerson, RevealField
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.act import shown
from zhibu.kernel.crypto import SealedTextField

REASON = forms.CharField(
    label="修改原因", max_length=200, required=False, help_text="写进历史记录，例如“本人提供新身份证”。"
)


def organization_field(label: str, kinds: tuple[str, ...], *, required: bool = False) -> OrganizationField:
    """Return a choice among the organisations of those kinds; the action form opens it for the actor."""
    rows = Organization.objects.filter(kind__in=kinds, dissolved_on__isnull=True)
    empty = "请选择" if required else "（无）"
    return OrganizationField(queryset=rows, label=label, required=required, empty_label=empty)


ADMINISTRATIVE_KINDS = ("unit", "department", "workstation")
PARTY = ("committee", "general_branch", "branch", "group")


class ParsedForm(ActionForm):
    """A form on columns of a person: full-width digits, blanks inside names and the like are put right, not refused."""

    def clean(self) -> dict[str, Any]:
        """Read what may be written freely; what cannot be read is refused at its field."""
        read_parsed(self, self.cleaned_data)
        return self.cleaned_data


class CreatePersonForm(ParsedForm):
    """A new person: who they are and where they belong."""

    fields_of_person = (
        "name", "document_type", "identity_number", "sex", "birth_date", "mobile", "staff_number", "employment",
        "political_status",
    )  # fmt: skip
    home = organization_field("归属单位", ADMINISTRATIVE_KINDS, required=True)
    administrative = organization_field("所在部门", ADMINISTRATIVE_KINDS)
    party = organization_field("党组织", PARTY)
    service = organization_field("服务工作站", ("workstation",))
    since = forms.DateField(label="归属起始日期", widget=forms.DateInput())

    def prepare(self) -> None:
        derived = {name: model_field(Person, name) for name in self.fields_of_person}
        self.fields = {**derived, **self.fields}
        self.fields["home"].help_text = "由谁保管这份主档。"
        self.fields["identity_number"].help_text = "填写居民身份证号码后，出生日期和性别自动带出。"
        self.fields["sex"].required = False
        without_endings(self.fields["employment"])
        self.initial.setdefault("since", localdate())

    def to_input(self) -> NewPerson:
        data = dict(self.cleaned_data)
        values = {name: data.pop(name) for name in self.fields_of_person}
        values["sex"] = values["sex"] or "9"
        return NewPerson(values=values, **data)


class GroupForm(ParsedForm):
    """Edit one field group; subclasses are made by `group_form`."""

    group = ""
    reason = REASON

    def prepare(self) -> None:
        names = BY_CODE[self.group].fields
        self.fields = {**{name: model_field(Person, name) for name in names}, "reason": self.fields["reason"]}
        for name in names:
            if name == "identity_number":
                shown = self.obj.masked_identity
                self.fields[name].help_text = f"现为 {shown}。不修改请留空。" if shown else ""
            else:
                self.initial.setdefault(name, getattr(self.obj, name))
        if "employment" in names:
            without_endings(self.fields["employment"], self.obj.employment)

    def to_input(self) -> GroupEdit:
        data = dict(self.cleaned_data)
        reason = data.pop("reason")
        data["identity_number"] = data.get("identity_number") or None
        return GroupEdit(group=self.group, values=data, reason=reason)


def group_form(code: str) -> type[GroupForm]:
    """Return the form class of a field group."""
    return type(f"{code.title()}Form", (GroupForm,), {"group": code, "__module__": __name__})


IdentityForm = group_form("identity")
ContactForm = group_form("contact")
WorkForm = group_form("work")
PartyForm = group_form("party")


class PhotoForm(ActionForm):
    """A photo from disk or camera; an empty form removes it."""

    photo = forms.FileField(
        label="照片",
        required=False,
        help_text="JPG、PNG 或 WebP，10 MB 以内。不选文件并保存，即移除现有照片。",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "user"}),
    )

    def clean_photo(self) -> Any:
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return files.store(upload, name=upload.name, policy=files.PHOTO)
        except files.FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def to_input(self) -> Any:
        return self.cleaned_data["photo"]


class RevealForm(ActionForm):
    """Why a sensitive field is looked at."""

    input = RevealField
    field = forms.CharField(widget=forms.HiddenInput, initial="identity_number")
    reason = forms.CharField(label="查看事由", max_length=200, help_text="会写入查看记录，本人可以看到。")

    def clean_field(self) -> str:
        return "identity_number"


class AffiliateForm(ActionForm):
    """A new relation of a person to an organisation."""

    input = Affiliate
    kind = forms.ChoiceField(label="关系", choices=Kind.choices)
    organization = organization_field("组织", (*ADMINISTRATIVE_KINDS, *PARTY), required=True)
    since = forms.DateField(label="起始日期", widget=forms.DateInput())
    note = forms.CharField(label="备注", max_length=200, required=False)
    reason = REASON

    def prepare(self) -> None:
        self.initial.setdefault("since", localdate())


class EndForm(ActionForm):
    """The day on which something no longer holds."""

    until = forms.DateField(label="结束日期", widget=forms.DateInput(), help_text="从这一天起不再有效。")
    reason = REASON

    def prepare(self) -> None:
        self.initial.setdefault("until", localdate())


class EndAffiliationForm(EndForm):
    input = EndAffiliation


class EndPostForm(EndForm):
    input = EndPost


class AppointForm(ActionForm):
    """A post for a person."""

    input = Appoint
    person = PersonField(label="人员")
    kind = forms.ChoiceField(label="职务", choices=PostKind.choices)
    since = forms.DateField(label="任职日期", widget=forms.DateInput())
    note = forms.CharField(label="备注", max_length=200, required=False)
    reason = REASON

    def prepare(self) -> None:
        self.initial.setdefault("since", localdate())

    def clean_person(self) -> Person:
        return resolve_person(self, "person")


class PartForm(ActionForm):
    """One entry of a part table; the table is that of the action (`part`)."""

    part = ""
    reason = REASON

    def prepare(self) -> None:
        model = PARTS[self.part]
        self.fields = {**{n: model_field(model, n) for n in editable(model)}, "reason": self.fields["reason"]}
        if isinstance(self.obj, model):
            for name in editable(model):
                if isinstance(model._meta.get_field(name), SealedTextField):
                    self.fields[name].help_text = "内容已加密保存。不修改请留空。"
                else:
                    self.initial.setdefault(name, getattr(self.obj, name))
        else:
            for name in editable(model):
                if isinstance(model._meta.get_field(name), SealedTextField):
                    self.fields[name].required = True

    def to_input(self) -> PartValues:
        data = dict(self.cleaned_data)
        return PartValues(part=self.part, reason=data.pop("reason"), values=data)


def part_form(name: str) -> type[PartForm]:
    """Return the form class of a part table."""
    return type(f"{name.title()}PartForm", (PartForm,), {"part": name, "__module__": __name__})


EducationPartForm = part_form("education")
WorkPartForm = part_form("work")
RelativesPartForm = part_form("relatives")
HealthPartForm = part_form("health")
BankPartForm = part_form("bank")
ConductPartForm = part_form("conduct")


class WithdrawForm(ActionForm):
    input = Withdraw
    reason = forms.CharField(label="撤回原因", max_length=200)


COMPARE_FIRST = "请先逐项对照，确认是同一人，选好采用哪一边的值，再点一次“合并主档”。"


class MergeForm(ActionForm):
    """Choose the record to give up and, field by field, what to take from it (see merge.html)."""

    dropped = PersonField(label="要并入的主档")
    take = forms.MultipleChoiceField(label="采用对方的值", required=False, choices=[])
    reason = forms.CharField(label="合并依据", max_length=200, help_text="例如“身份证核对为同一人”。")
    page_template = "people/merge.html"
    comparison: list[dict[str, Any]] | None = None
    moving: list[tuple[str, int]] = []
    dropped_uid = ""

    def prepare(self) -> None:
        self.fields["take"].choices = [(name, name) for name in FIELDS]  # type: ignore[attr-defined]
        chosen = str((self.data if self.is_bound else self.initial).get("dropped", ""))
        if (uid := as_uid(chosen)) is not None:
            rows = Person.objects.visible_to(self.actor, "people.merge").filter(state="live", uid=uid)
            if (other := rows.first()) is not None:
                self._compare(other)

    def _compare(self, other: Person) -> None:
        self.dropped_uid = str(other.uid)
        taken = set(self.data.getlist("take")) if self.is_bound else set()  # type: ignore[attr-defined]
        paths = {*self.obj.scope_paths(), *other.scope_paths()}
        self.comparison = []
        for name in FIELDS:
            group = GROUP_OF_FIELD[name]
            sealed = name == "identity_number"
            ours, theirs = (p.masked_identity if sealed else shown(p, name) for p in (self.obj, other))
            if ours == theirs or not all(self.actor.may(group.see, path) for path in paths):
                continue
            label = str(Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.comparison.append(
                {"name": name, "label": label, "ours": ours, "theirs": theirs, "taken": name in taken,
                 "choice": bool(ours and theirs), "filled": bool(theirs and not ours)}
            )  # fmt: skip
        self.moving = moving(other)

    def clean_dropped(self) -> Person:
        other = resolve_person(self, "dropped", "people.merge", but=self.obj)
        if self.comparison is None and other != self.obj:
            # a merge is not taken back: whoever typed a name sees first whom it means and what differs
            self._compare(other)
            self.add_error(None, COMPARE_FIRST)
        return other

    def to_input(self) -> MergeInto:
        data = self.cleaned_data
        return MergeInto(dropped=data["dropped"], take=tuple(data["take"]), reason=data["reason"])


class NotSameForm(ActionForm):
    input = NotSame
    other = PersonField(label="另一份主档")
    reason = forms.CharField(label="核实情况", max_length=200)

    def clean_other(self) -> Person:
        return resolve_person(self, "other", "people.merge", but=self.obj)
