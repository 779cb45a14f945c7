"""The forms of the actions: what may be chosen, and where it starts."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations import queries
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.permissions import RESTRUCTURE
from zhibu.apps.organizations.rules import ALLOWED_COVERS
from zhibu.apps.organizations.rules import Kind as KindCode
from zhibu.apps.organizations.services import closing, covers, terms, tree
from zhibu.kernel.actions import ActionForm


def _reason(required: bool = True) -> forms.CharField:
    return forms.CharField(label="事由", max_length=200, required=required, help_text="例如批复文号、会议决定。")


class _Fields(ActionForm):
    """The fields that create and edit share."""

    kind = forms.ChoiceField(label="类别", choices=Kind.choices)
    name = forms.CharField(label="全称", max_length=100)
    short_name = forms.CharField(
        label="简称", max_length=40, required=False, help_text="列表和选择框里显示的名称，可不填。"
    )
    code = forms.CharField(label="编码", max_length=40, required=False, help_text="不填则由系统编号。")
    founded_on = forms.DateField(label="成立日期", required=False)
    region = forms.CharField(label="所在地区", max_length=60, required=False)
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    introduction = forms.CharField(
        label="简介", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class CreateForm(_Fields):
    """A new organisation under one where the actor may restructure."""

    input = tree.NewOrganization
    parent = OrganizationField(label="上级组织", help_text="只列出您可以调整的组织。")
    field_order = ("parent", "kind", "name")

    def prepare(self) -> None:
        # a group has no kind that could stand below it
        kinds = [kind for kind in Kind.values if kind != Kind.GROUP]
        self.fields["parent"].queryset = queries.choices(self.actor, RESTRUCTURE, kinds=kinds)  # type: ignore[attr-defined]


class EditForm(_Fields):
    """The fields of an organisation; its place in the tree has an act of its own."""

    input = tree.OrganizationFields
    reason = _reason(required=False)

    def prepare(self) -> None:
        for name in tree.FIELDS:
            self.fields[name].initial = getattr(self.obj, name)


class MoveForm(ActionForm):
    """Another parent: open, of a fitting kind, outside the subtree that moves."""

    input = tree.Move
    parent = OrganizationField(label="新的上级组织", help_text="只列出您可以调整、并且类别合适的组织。")
    reason = _reason()

    def prepare(self) -> None:
        self.fields["parent"].queryset = queries.targets(self.actor, self.obj)  # type: ignore[attr-defined]


class ReorderForm(ActionForm):
    """The place among the siblings."""

    input = tree.Place
    after = OrganizationField(label="排在哪个组织之后", required=False, empty_label="（排在第一位）")

    def prepare(self) -> None:
        siblings = queries.siblings(self.actor, self.obj)
        field: Any = self.fields["after"]
        field.queryset = siblings
        before = [sibling for sibling in siblings if (sibling.sort, sibling.path) < (self.obj.sort, self.obj.path)]
        field.initial = before[-1] if before else None


class DissolveForm(ActionForm):
    """From when on it no longer exists, and why."""

    input = closing.Dissolution
    on = forms.DateField(label="撤销日期", help_text="从这一天起不再存续。")
    reason = _reason()

    def prepare(self) -> None:
        self.fields["on"].initial = localdate()


class ReopenForm(ActionForm):
    """Why the dissolution is taken back."""

    input = closing.Reopening
    reason = _reason()


class CoverForm(ActionForm):
    """What a joint branch or a workstation looks after from a day on."""

    input = covers.NewCover
    covered = OrganizationField(label="覆盖的组织")
    since = forms.DateField(label="起始日期")

    def prepare(self) -> None:
        kinds = ALLOWED_COVERS.get(KindCode(self.obj.kind), frozenset())
        outside = (
            queries.choices(self.actor, kinds=kinds).exclude(pk=self.obj.pk) if kinds else Organization.objects.none()
        )
        self.fields["covered"].queryset = outside  # type: ignore[attr-defined]
        self.fields["since"].initial = localdate()


class CoverEndForm(ActionForm):
    """From when on it is no longer covered."""

    input = covers.CoverEnd
    on = forms.DateField(label="结束日期", help_text="从这一天起不再覆盖。")
    reason = _reason(required=False)

    def prepare(self) -> None:
        self.fields["on"].initial = localdate()


class TermForm(ActionForm):
    """A term of office; its end follows from the regulation unless the superior agreed to another one."""

    input = terms.NewTerm
    number = forms.IntegerField(label="届次", min_value=1, max_value=200)
    since = forms.DateField(label="任期起", help_text="选举结果获批的日期。")
    until = forms.DateField(label="任期止", required=False, help_text="这一天起不再属于本届。不填则按规定年限计算。")
    village = forms.BooleanField(label="村、社区党组织（任期 5 年）", required=False)

    def prepare(self) -> None:
        organization = self.obj if isinstance(self.obj, Organization) else self.obj.organization
        self.fields["number"].initial = terms.next_term_number(organization)
        if organization.kind == Kind.COMMITTEE:  # committees have one length of term only
            del self.fields["village"]


class TermCorrectForm(ActionForm):
    """Number and dates of a term, e.g. after an approved delay of the election."""

    input = terms.TermFields
    number = forms.IntegerField(label="届次", min_value=1, max_value=200)
    since = forms.DateField(label="任期起")
    until = forms.DateField(
        label="任期止", help_text="这一天起不再属于本届。延期、提前换届须经上级批准，一般不超过 1 年。"
    )
    reason = _reason()

    def prepare(self) -> None:
        for name in ("number", "since", "until"):
            self.fields[name].initial = getattr(self.obj, name)


class TermCloseForm(ActionForm):
    """From when on the term no longer runs."""

    input = terms.TermEnd
    on = forms.DateField(label="结束日期")
    reason = _reason()

    def prepare(self) -> None:
        self.fields["on"].initial = localdate()
