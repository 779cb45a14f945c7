"""Forms of handing up, budgets, uses and the yearly report."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues.forms import PlaceForm
from zhibu.apps.dues.forms_easing import AnswerForm
from zhibu.apps.dues.params import uses
from zhibu.apps.dues.permissions import ASSESS, RECORD
from zhibu.apps.dues.services import disclosing, funds
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.people.picking import as_uid
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import AmountField, ScanField, ScansField, UploadForm
from zhibu.kernel.money.amounts import format_amount

METHODS = [("cash", "现金"), ("bank", "银行转账")]


class HandUpForm(UploadForm, PlaceForm):
    """Hand up what is due now."""

    permission = RECORD
    page_template = "dues/hand_up.html"
    input = funds.Send
    organization = OrganizationField(label="上缴组织")
    on = forms.DateField(label="上缴日期", widget=forms.DateInput())
    method = forms.ChoiceField(label="方式", choices=METHODS)
    note = forms.CharField(label="备注", max_length=200, required=False)
    scan = ScanField(label="回单或凭据")

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("on", localdate())
        field: Any = self.fields["organization"]
        asked = (self.data if self.is_bound else self.initial).get("organization")
        uid = as_uid(str(asked or ""))
        place = field.queryset.filter(uid=uid).first() if uid is not None else None
        self.place = place
        self.due = funds.due(place, localdate()) if place is not None else None
        self.superior = funds.superior_of(place) if place is not None else None
        held = funds.held(place) if place is not None else {}
        self.held = [(funds.ASSETS[source].label, amount) for source, amount in held.items() if amount]
        if self.due is not None:
            enough = [source for source, _ in METHODS if held[source] >= self.due.upward + self.due.large]
            self.initial.setdefault("method", next(iter(enough), METHODS[0][0]))


class DepositForm(ActionForm):
    """Cash to the bank, and back."""

    organization = OrganizationField(label="组织")
    on = forms.DateField(label="日期", widget=forms.DateInput())
    source = forms.ChoiceField(
        label="从哪里到哪里",
        choices=[("cash", "库存现金存入银行"), ("online", "网上收款（扫码）转入银行"), ("bank", "银行存款取出为现金")],
    )
    amount = AmountField(label="金额（元）")
    note = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self) -> None:
        del self.fields["organization"]
        self.initial.setdefault("on", localdate())
        self.fields["on"].help_text = f"{self.obj}的党费。"

    def to_input(self) -> funds.Deposit:
        return funds.Deposit(organization=self.obj, **self.cleaned_data)


class BudgetForm(PlaceForm):
    """What may be used in a year."""

    permission = ASSESS
    input = funds.SetBudget
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    use = forms.ChoiceField(label="用途", choices=list(uses().items()))
    amount = AmountField(label="预算（元）")
    ground = forms.CharField(label="依据", max_length=200, help_text="例如会议日期、文号。")

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("year", localdate().year)


class SpendingForm(UploadForm, PlaceForm):
    """Ask to use dues."""

    permission = RECORD
    input = funds.AskSpending
    use = forms.ChoiceField(
        label="用途", choices=list(uses().items()), help_text="党费只能用于这五项（中组发〔2008〕3号）。"
    )
    amount = AmountField(label="金额（元）")
    words = forms.CharField(label="事由", max_length=200)
    payee = forms.CharField(label="收款方", max_length=100)
    scans = ScansField(label="票据和附件", most=12, help_text="可以一次选几个；PDF 或照片，每个 20 MB 以内。")

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("请填写大于 0 的金额")
        return amount


class AnswerSpendingForm(AnswerForm):
    """Agree or refuse a use; what is left of budget and money stands beside."""

    def prepare(self) -> None:
        year = self.obj.asked_on.year
        used = funds.reserved(self.obj.organization, year, self.obj.use)
        have = funds.available(self.obj.organization)
        self.fields[
            "agree"
        ].help_text = f"本年此项已批准或支出 {format_amount(used)} 元；留存可用 {format_amount(have)} 元。"

    def to_input(self) -> funds.AnswerSpending:
        return funds.AnswerSpending(**self.agreed())


class PayForm(UploadForm):
    """A use was paid."""

    input = funds.Pay
    on = forms.DateField(label="支付日期", widget=forms.DateInput())
    method = forms.ChoiceField(label="支付方式", choices=[("bank", "银行转账"), ("cash", "现金")])
    scan = ScanField(label="付款凭据")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class ReportForm(PlaceForm):
    """Publish the yearly report to the members."""

    permission = RECORD
    input = disclosing.Publish
    organization = OrganizationField(label="公布组织", help_text="公布这个组织（含下级）的收缴情况和本级的使用情况。")
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    words = forms.CharField(label="说明", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("year", localdate().year)
