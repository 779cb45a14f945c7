"""Forms of the acts on records of care and on agreements."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.custody import rules
from zhibu.apps.custody.models import Ending, Living
from zhibu.apps.custody.params import categories
from zhibu.apps.custody.permissions import MANAGE
from zhibu.apps.custody.services import agreements, cares
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.picking import PersonField, person_mark, resolve_person
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import AmountField, ScanField, UploadForm
from zhibu.kernel.calendar import add_months
from zhibu.kernel.calendar.dated import in_force
from zhibu.kernel.money.amounts import format_amount

MOST_ALLOWANCE = Decimal("100000.00")


def workstation_field(label: str) -> OrganizationField:
    """Return a choice among the workstations that exist; `open_places` says which."""
    rows = Organization.objects.filter(kind="workstation", dissolved_on__isnull=True)
    return OrganizationField(queryset=rows, label=label)


class CareForm(ActionForm):
    """What is kept of somebody in care."""

    category = forms.ChoiceField(label="类别")
    sent_by = forms.CharField(label="派出单位", max_length=100, required=False, help_text="原来工作的单位。")
    clerk = PersonField(label="负责人", required=False, help_text="本站负责联系此人的工作人员，写姓名或工号。")
    visit_months = forms.IntegerField(
        label="走访周期（月）", min_value=1, max_value=rules.MOST_MONTHS, required=False, help_text="留空按类别的约定。"
    )
    living = forms.ChoiceField(label="居住情况", choices=[("", "（未了解）"), *Living.choices], required=False)
    living_words = forms.CharField(label="居住说明", max_length=200, required=False)
    special_needs = forms.CharField(
        label="特殊需要", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如行动不便、需要送药上门。加密保存，历史里只记改过。",
    )  # fmt: skip
    kin_name = forms.CharField(label="联系家属", max_length=50, required=False)
    kin_relation = forms.CharField(label="与本人关系", max_length=20, required=False)
    kin_phone = forms.CharField(label="家属电话", max_length=40, required=False)
    reason = forms.CharField(label="修改原因", max_length=200, required=False, help_text="写进历史记录。")

    def prepare(self) -> None:
        known = in_force(categories(), localdate())
        offered = [(code, row.label) for code, row in known.items()]
        kept = getattr(self.obj, "category", "")
        if kept and kept not in known:
            offered.append((kept, rules.label_of(categories(), kept)))
        self.fields["category"].choices = [("", "请选择"), *offered]  # type: ignore[attr-defined]
        self.fill()

    def fill(self) -> None:
        """Set the boxes to what the record holds."""
        for name in (*cares.COLUMNS, "special_needs"):
            self.initial.setdefault(name, getattr(self.obj, name) or "")
        self.initial["clerk"] = person_mark(self.obj.clerk) if self.obj.clerk_id else ""
        self.clerk_kept = self.initial["clerk"]

    def clean_clerk(self) -> Any:
        """Return the person meant; whoever is responsible already may stay so."""
        written = self.cleaned_data["clerk"]
        if not written:
            return None
        if self.obj is not None and written == getattr(self, "clerk_kept", ""):
            return self.obj.clerk
        return resolve_person(self, "clerk", MANAGE)

    def details(self) -> cares.Details:
        """Return what was filled in."""
        data = {name: self.cleaned_data[name] for name in cares.COLUMNS if name != "visit_months"}
        months = self.cleaned_data["visit_months"] or cares.visit_months_of(data["category"], localdate())
        needs = self.cleaned_data["special_needs"].strip()
        return cares.Details(**data, visit_months=months, special_needs=needs, reason=self.cleaned_data["reason"])

    def to_input(self) -> Any:
        return self.details()


class OpenForm(CareForm):
    """The same for somebody who has no record yet, with the workstation and the first day."""

    organization = workstation_field("服务工作站")
    since = forms.DateField(label="进入日期", widget=forms.DateInput())
    field_order = ("organization", "since", "category")

    def fill(self) -> None:
        rows: Any = self.fields["organization"].queryset  # type: ignore[attr-defined]
        self.fields["organization"].queryset = rows.visible_to(self.actor, MANAGE)  # type: ignore[attr-defined]
        self.order_fields(self.field_order)
        self.initial.setdefault("since", localdate())
        if self.obj is not None:
            home = next((row for row in self.obj.affiliations.system("home of a person in hand").filter(
                kind="home", until__isnull=True).select_related("organization")), None)  # fmt: skip
            if home is not None and self.actor.may("people.view", home.organization.path):
                self.initial.setdefault("sent_by", str(home.organization))

    def clean_clerk(self) -> Any:
        return resolve_person(self, "clerk", MANAGE) if self.cleaned_data["clerk"] else None

    def to_input(self) -> cares.Open:
        return cares.Open(self.cleaned_data["organization"], self.cleaned_data["since"], self.details())


class AllowanceForm(ActionForm):
    """The standard of the allowance; the table's own stands beside it."""

    amount = AmountField(label="补贴标准（元/月）", most=MOST_ALLOWANCE, required=False)
    reason = forms.CharField(label="依据", max_length=200, help_text="例如文件号；写进历史记录。")

    def prepare(self) -> None:
        row = in_force(categories(), localdate()).get(self.obj.category)
        standard = f"“{row.label}”的现行标准是每月 {format_amount(row.allowance)} 元。" if row and row.allowance else ""
        self.fields["amount"].help_text = f"{standard}没有补贴的留空。"
        proposed = row.allowance if row and self.obj.allowance is None else self.obj.allowance
        self.initial.setdefault("amount", "" if proposed is None else str(proposed))

    def to_input(self) -> cares.Allowance:
        return cares.Allowance(self.cleaned_data["amount"], self.cleaned_data["reason"])


class MoveForm(ActionForm):
    """The workstation that takes over."""

    input = cares.Move
    organization = workstation_field("新的工作站")
    on = forms.DateField(label="移交日期", widget=forms.DateInput())
    reason = forms.CharField(label="移交原因", max_length=200)

    def prepare(self) -> None:
        rows: Any = self.fields["organization"].queryset  # type: ignore[attr-defined]
        self.fields["organization"].queryset = rows.visible_to(self.actor).exclude(pk=self.obj.organization_id)  # type: ignore[attr-defined]
        self.initial.setdefault("on", localdate())


class CloseForm(ActionForm):
    """Why and when a record is closed by hand."""

    input = cares.Close
    on = forms.DateField(label="结束日期", widget=forms.DateInput(), help_text="从这一天起不再算在托管中。")
    ending = forms.ChoiceField(
        label="结束原因", choices=[(one.value, one.label) for one in (Ending.OTHER, Ending.MISTAKE)]
    )
    reason = forms.CharField(label="说明", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class AgreementForm(UploadForm):
    """An agreement and its scan."""

    number = forms.CharField(label="协议编号", max_length=40)
    since = forms.DateField(label="起始日期", widget=forms.DateInput())
    until = forms.DateField(label="到期日期", widget=forms.DateInput(), help_text="最后有效的一天。")
    note = forms.CharField(label="备注", max_length=200, required=False)
    scan = ScanField(label="协议扫描件")

    def prepare(self) -> None:
        self.initial.setdefault("since", localdate())

    def to_input(self) -> agreements.Sign:
        return agreements.Sign(**self.cleaned_data)


class ExtendForm(AgreementForm):
    """The agreement that follows: it proposes the same length, from the next day on."""

    def prepare(self) -> None:
        begin = self.obj.until + timedelta(days=1)
        months = max(round((self.obj.until - self.obj.since).days / 30.44), 1)
        self.initial.setdefault("since", begin)
        self.initial.setdefault("until", add_months(begin, months) - timedelta(days=1))


class EndForm(ActionForm):
    """Why an agreement ends before its last day."""

    input = agreements.EndAgreement
    on = forms.DateField(label="终止日期", widget=forms.DateInput())
    reason = forms.CharField(label="终止原因", max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
