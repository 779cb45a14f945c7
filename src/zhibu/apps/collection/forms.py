"""Forms of a campaign: what is asked of whom by when, and what is accepted together."""

from typing import Any

from django import forms
from django.db.models import Count
from django.utils import timezone

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import asked as named
from zhibu.apps.collection.catalogue import catalogue, groups_asked, label_of
from zhibu.apps.collection.models import Answer, Campaign, Reply
from zhibu.apps.collection.services.campaigns import AcceptMany, CampaignFields, Extension, to_accept
from zhibu.apps.collection.values import now, words
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.codes import choices
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.services.persons import ENDINGS
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.tree import under

#: answers shown before they are accepted together
SHOWN = 60
TICKS = forms.CheckboxSelectMultiple


class CampaignForm(ActionForm):
    """A new campaign, or changes of a draft."""

    input = CampaignFields
    title = forms.CharField(label="名称", max_length=60, help_text="例如“2026 年度人员信息核对”。")
    organization = OrganizationField(
        queryset=Organization.objects.filter(dissolved_on__isnull=True), label="采集范围",
        help_text="所选组织及其全部下级的人。",
    )  # fmt: skip
    asked = forms.MultipleChoiceField(
        label="采集的项目", widget=TICKS, help_text="只能采集您有权查看和修改的几类信息；只选确实需要的。"
    )
    due_on = forms.DateField(label="截止日期", widget=forms.DateInput())
    words = forms.CharField(
        label="给大家的说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="为什么采集、怎么填、找谁问。",
    )  # fmt: skip
    employments = forms.MultipleChoiceField(
        label="只采集这些类别的人", required=False, widget=TICKS, help_text="不勾选就是全部类别。"
    )
    relation = forms.ChoiceField(
        label="按哪种关系", required=False, choices=[("", "任何关系"), *Kind.choices], help_text="怎样算属于采集范围。"
    )
    is_public = forms.BooleanField(label="向参加采集的人公开各组织的完成进度（只有人数）", required=False, initial=True)

    def prepare(self) -> None:
        self.fields["organization"].queryset = self.fields["organization"].queryset.visible_to(  # type: ignore[attr-defined]
            self.actor, "collection.manage"
        )
        self.fields["asked"].choices = [  # type: ignore[attr-defined]
            (group.label, [(one.code, one.label) for one in catalogue().values() if one.group is group])
            for group in groups_asked()
            if self.actor.may(group.see) and self.actor.may(group.edit)
        ]
        kinds = [(code, label) for code, label in choices("employment") if code not in ENDINGS]
        self.fields["employments"].choices = kinds  # type: ignore[attr-defined]
        if isinstance(self.obj, Campaign):
            for name in ("title", "due_on", "words", "employments", "relation", "is_public"):
                self.initial.setdefault(name, getattr(self.obj, name))
            self.initial.setdefault("asked", self.obj.fields)
            self.initial.setdefault("organization", self.obj.organization.uid)

    def clean_title(self) -> str:
        """Keep the title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def to_input(self) -> CampaignFields:
        data = dict(self.cleaned_data)
        codes = tuple(one.code for one in named(data.pop("asked")))
        return CampaignFields(fields=codes, **{**data, "employments": tuple(data["employments"])})


class ExtendForm(ActionForm):
    """A new last day, new words."""

    input = Extension
    due_on = forms.DateField(label="截止日期", widget=forms.DateInput())
    words = forms.CharField(
        label="给大家的说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(label="修改原因", max_length=200, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("due_on", self.obj.due_on)
        self.initial.setdefault("words", self.obj.words)


class DropForm(ActionForm):
    """Why somebody is asked no more."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200, help_text="例如“长期在外，无法联系”。")


class TakeUpForm(ActionForm):
    """Why somebody is asked again."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200, help_text="例如“已经联系上”“去掉错了人”。")


class AcceptManyForm(ActionForm):
    """Which waiting answers are accepted together; only fields of groups that are not sensitive are offered."""

    input = AcceptMany
    page_template = "collection/accept_many.html"
    asked = forms.MultipleChoiceField(label="项目", widget=TICKS)
    organization = OrganizationField(
        queryset=Organization.objects.filter(dissolved_on__isnull=True), label="组织（含下级）", required=False,
        empty_label="采集范围内全部",
    )  # fmt: skip
    shown_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        inside = under("path", (self.obj.organization.path,))
        self.fields["organization"].queryset = self.fields["organization"].queryset.filter(inside)  # type: ignore[attr-defined]
        waiting = self._waiting().order_by().values_list("field").annotate(n=Count("pk"))
        counts = dict(waiting)
        harmless = [one for one in named(self.obj.fields) if not one.group.sensitive and counts.get(one.code)]
        offered = [(one.code, f"{one.label}（{counts[one.code]} 份待审核）") for one in harmless]
        self.fields["asked"].choices = offered  # type: ignore[attr-defined]
        self.initial.setdefault("asked", [code for code, _ in offered])
        self.initial["shown_at"] = timezone.now().isoformat()

    def _waiting(self) -> Any:
        rows = Answer.objects.visible_to(self.actor).filter(reply__campaign=self.obj, state=rules.SENT)
        return rows.exclude(reply__state=rules.LEFT)

    def rows(self) -> list[tuple[Reply, str, str, str]]:
        """Return (reply, label, old, new) of the first answers that would be accepted, as the page shows them."""
        codes = [code for code, _ in self.fields["asked"].choices]  # type: ignore[attr-defined]
        chosen = to_accept(self.actor, self.obj, AcceptMany(tuple(codes)))[:SHOWN]
        found = []
        known = catalogue()
        rows = self._waiting().filter(reply__in=[pk for pk, _ in chosen], field__in=codes)
        for answer in rows.select_related("reply__person", "reply__organization").order_by("reply_id", "pk"):
            one = known[answer.field]
            old, new = now(answer.reply.person, one), words(one, answer.content)
            found.append((answer.reply, label_of(answer.field), old, new))
        return found

    def to_input(self) -> AcceptMany:
        data = self.cleaned_data
        return AcceptMany(tuple(data["asked"]), data["organization"], data["shown_at"])
