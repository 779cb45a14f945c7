"""Forms of what is owed: policies, bases, the working out of a month, corrections."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.fields import MonthField
from zhibu.apps.dues.models import Policy
from zhibu.apps.dues.params import items, payers
from zhibu.apps.dues.permissions import ASSESS
from zhibu.apps.dues.rules import payer_in_force
from zhibu.apps.dues.services import assessing, bases, policies
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.kernel.actions import ActionForm, Why
from zhibu.kernel.actions.fields import AmountField, ScanField, UploadForm

#: employment -> the payer that is proposed
USUAL = {"retired": "retired", "retired_cadre": "retired"}


class WhyForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200, help_text="写进历史记录。")


def open_places(actor: Any, permission: str, kinds: Any = PARTY_KINDS) -> Any:
    """Return the organisations where the actor holds the permission, for a choice."""
    rows = Organization.objects.visible_to(actor, permission).filter(dissolved_on__isnull=True, kind__in=kinds)
    return rows.order_by("path")


class PlaceForm(ActionForm):
    """Base of forms that begin with an organisation where the permission is held."""

    permission = ASSESS
    kinds: Any = PARTY_KINDS
    organization = OrganizationField(label="组织")

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = open_places(self.actor, self.permission, self.kinds)
        self.initial.setdefault("organization", getattr(field.queryset.first(), "uid", None))


class AssessForm(PlaceForm):
    """Which subtree and month to work out."""

    input = assessing.Start
    organization = OrganizationField(label="范围（含下级）")
    month = MonthField(label="月份", back=12, ahead=0)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("month", months.first(localdate()))


class PolicyForm(PlaceForm):
    """A committee's policy."""

    input = policies.NewPolicy
    organization = OrganizationField(
        label="适用组织", help_text="四舍五入和工资变化对下级也适用；留存比例只对这个组织本身。"
    )
    since = MonthField(label="起始月份", back=12, ahead=12)
    rounding = forms.ChoiceField(label="四舍五入", required=False, choices=[("", "（不变）"), *Policy.ROUNDING])
    wages = forms.ChoiceField(
        label="工资变化", required=False, choices=[("", "（不变）"), *Policy.WAGES],
        help_text="2008 年规定第十条与 2017 年通知不一致，默认按 2017 年通知。",
    )  # fmt: skip
    kept = AmountField(
        label="本级留存比例（%）",
        required=False,
        most=AmountField().most,
        help_text="0 到 100；下级留存比例由省级或主管党委规定。",
    )
    ground = forms.CharField(label="依据", max_length=200, help_text="例如文件名和文号。")

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("since", months.first(localdate()))

    def clean_kept(self) -> Any:
        kept = self.cleaned_data["kept"]
        if kept is not None and kept > 100:
            raise forms.ValidationError("比例在 0 到 100 之间")
        return kept


class BaseForm(UploadForm):
    """The base of a member, item by item."""

    page_template = "dues/base_form.html"
    payer = forms.ChoiceField(label="交费人员类别")
    since = MonthField(label="起始月份", back=12, ahead=6, help_text="年初核定的选 1 月；新党员选支部大会通过的当月。")
    agreed = AmountField(label="每月定额（元）", required=False, help_text="只有农民填写：0.2 元至 1 元，由支部定。")
    signed_on = forms.DateField(label="本人签字日期", required=False, widget=forms.DateInput())
    scan = ScanField(label="签字的核定表")
    ground = forms.CharField(label="依据", max_length=200, required=False, help_text="例如“2026 年 1 月工资表”。")
    reason = forms.CharField(
        label="更正原因", max_length=200, required=False, help_text="年中更正时填写，例如“核定有误”“2026 年 6 月退休”。"
    )

    def prepare(self) -> None:
        now = months.first(localdate())
        rows = dict.fromkeys(row.code for row in payers())
        held = [row for code in rows if (row := payer_in_force(payers(), code, now)) is not None]
        self.fields["payer"].choices = [(row.code, f"{row.label}（{row.base_words}）") for row in held]  # type: ignore[attr-defined]
        self.initial.setdefault("payer", USUAL.get(self.obj.employment, "waged"))
        self.initial.setdefault("since", now.replace(month=1))
        self.item_names = []
        for code, item in items().items():
            name = f"item_{code}"
            hint = "" if item.sign == "plus" else item.why
            self.fields[name] = AmountField(label=item.label, required=False, help_text=hint)
            self.item_names.append((name, item.sign))
        self.order_fields(
            [
                "payer",
                "since",
                "agreed",
                *(name for name, _ in self.item_names),
                "signed_on",
                "scan",
                "ground",
                "reason",
            ]
        )

    def boxes(self, *signs: str) -> list[Any]:
        """Return the boxes of the items of those signs."""
        return [self[name] for name, sign in self.item_names if sign in signs]

    def plus(self) -> list[Any]:
        """What counts."""
        return self.boxes("plus")

    def minus(self) -> list[Any]:
        """What was withheld and is taken off."""
        return self.boxes("minus")

    def none(self) -> list[Any]:
        """What does not count."""
        return self.boxes("none")

    def add_error(self, field: Any, error: Any) -> None:
        """The service speaks of the items as a whole."""
        super().add_error("item_post" if field == "amounts" else field, error)

    def to_input(self) -> bases.Fix:
        data = self.cleaned_data
        amounts = {name.removeprefix("item_"): data[name] for name, _ in self.item_names if data[name]}
        names = ("payer", "since", "agreed", "signed_on", "scan", "ground", "reason")
        return bases.Fix(amounts=amounts, **{name: data[name] for name in names})
