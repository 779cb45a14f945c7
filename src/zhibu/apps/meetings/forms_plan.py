"""Forms of the year plan."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.meetings.forms import PARTY_KINDS, kind_choices
from zhibu.apps.meetings.params import kinds
from zhibu.apps.meetings.permissions import MANAGE
from zhibu.apps.meetings.services import plans
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.apps.organizations.queries import choices
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.tree import under


class GenerateForm(ActionForm):
    """The year, the kinds as often as is prescribed, the fixed day of 主题党日, the groups below."""

    organization = OrganizationField(label="党组织")
    year = forms.IntegerField(label="年度", min_value=2018, max_value=2100)
    kinds = forms.MultipleChoiceField(label="列入计划的会议", choices=(), widget=forms.CheckboxSelectMultiple)
    party_day = forms.IntegerField(
        label="主题党日固定在每月几号",
        min_value=1,
        max_value=31,
        initial=15,
        help_text="没有这一天的月份，取当月最后一天。",
    )
    groups = forms.BooleanField(
        label="连同下面的党小组", required=False, initial=True, help_text="党小组会列在各党小组名下。"
    )

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = choices(self.actor, MANAGE, kinds=PARTY_KINDS)
        self.initial.setdefault("organization", getattr(field.queryset.first(), "uid", None))
        today = localdate()
        self.initial.setdefault("year", today.year + (today.month >= 11))
        rows = [row for row in in_force(kinds(), today).values() if row.every]
        self.fields["kinds"].choices = [(row.code, f"{row.label}：{row.frequency}（{row.source}）") for row in rows]  # type: ignore[attr-defined]
        self.initial.setdefault("kinds", [row.code for row in rows])

    def to_input(self) -> plans.Generate:
        data = self.cleaned_data
        place = data["organization"]
        below: tuple[Any, ...] = ()
        if data["groups"] and place.kind == Kind.BRANCH:
            rows = Organization.objects.visible_to(self.actor, MANAGE).filter(
                under("path", [place.path]), dissolved_on=None
            )
            below = tuple(rows.filter(kind=Kind.GROUP).order_by("path"))
        return plans.Generate(place, data["year"], tuple(data["kinds"]), data["party_day"], below)


class LineForm(ActionForm):
    """A line by hand."""

    input = plans.Line
    organization = OrganizationField(label="党组织")
    kind = forms.ChoiceField(label="类别", choices=())
    on = forms.DateField(label="计划日期", widget=forms.DateInput())
    title = forms.CharField(label="主题", max_length=100, required=False)

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = choices(self.actor, MANAGE, kinds=PARTY_KINDS)
        self.initial.setdefault("organization", getattr(field.queryset.first(), "uid", None))
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]


class MoveForm(ActionForm):
    """The line on another day."""

    input = plans.MoveLine
    on = forms.DateField(label="计划日期", widget=forms.DateInput())
    title = forms.CharField(label="主题", max_length=100, required=False)

    def prepare(self) -> None:
        self.initial.update({"on": self.obj.on, "title": self.obj.title})
